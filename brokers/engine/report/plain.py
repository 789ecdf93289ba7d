"""A report as plain text that survives a mail: short lines where it can, no markup."""

from collections.abc import Iterable, Iterator

from brokers.engine.report.contents import Code, Facts, Items, Part, Prose, Section, Table


def written(sections: Iterable[Section]) -> str:
    blocks = []
    for section in sections:
        lines = [section.title.upper(), *(line for part in section.parts for line in _part(part))]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def _part(part: Part) -> Iterator[str]:
    match part:
        case Prose(text):
            yield text
        case Code(text):
            yield f"  {text}"
        case Facts(pairs):
            yield from (f"{term}: {value}" for term, value in pairs)
        case Items(items):
            yield from (f"- {text}" + (f" [{code}]" if code else "") for text, code in items)
        case Table(head, rows):
            yield from (f"{row[0]}\n  {', '.join(_cells(head, row))}" for row in rows)


def _cells(head: tuple[str, ...], row: tuple[str, ...]) -> Iterator[str]:
    """``name value``; of what was not reached only the first is worth saying."""
    reached = True
    for name, cell in zip(head[1:], row[1:], strict=True):
        if cell == "not reached" and not reached:
            continue
        reached = cell != "not reached"
        if cell:
            yield f"{name} {cell}" if reached else "then not reached"
