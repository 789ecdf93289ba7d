"""A report as Markdown for issues and chats. Whatever came from outside is escaped."""

import re
from collections.abc import Iterable, Iterator

from brokers.engine.report.contents import Code, Facts, Items, Part, Prose, Section, Table

_MARKUP = re.compile(r"([\\*_{}\[\]<>#|!~$&@])")
_FENCE = "```"


def written(sections: Iterable[Section]) -> str:
    blocks = []
    for level, section in enumerate(sections):
        blocks.append(f"{'##' if level == 0 else '###'} {escaped(section.title)}")
        blocks += ["\n".join(_part(part)) for part in section.parts]
    return "\n\n".join(blocks) + "\n"


def escaped(text: str) -> str:
    """Text that no renderer takes for markup, but for pairs of backticks."""
    parts = text.replace("\r", " ").replace("\n", " ").split("`")
    if len(parts) % 2 == 0:  # one that has no partner is no markup either
        parts[-2:] = ["'".join(parts[-2:])]
    return "`".join(part if i % 2 else _MARKUP.sub(r"\\\1", part) for i, part in enumerate(parts))


def _part(part: Part) -> Iterator[str]:
    match part:
        case Prose(text):
            yield escaped(text)
        case Code(text):
            yield from (_FENCE, text.replace(_FENCE, "'''"), _FENCE)
        case Facts(pairs):
            yield from (f"- **{escaped(term)}:** {escaped(value)}" for term, value in pairs)
        case Items(items):
            yield from (f"- {escaped(text)}{_code(code)}" for text, code in items)
        case Table(head, rows):
            yield _row(head)
            yield _row(["---"] * len(head))
            yield from (_row(escaped(cell) for cell in row) for row in rows)


def _code(code: str) -> str:
    return f" (`{code.replace('`', '')}`)" if code else ""


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
