"""The small markup of the fault pages: paragraphs, commands, lists."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Block:
    """``lines``: one for a paragraph, one a line of a command, one an item of a list."""

    kind: Literal["paragraph", "command", "list"]
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def blocks(text: str) -> tuple[Block, ...]:
    """A text of a page, in parts that a template or a Markdown file can show."""
    lines = "\n".join(line.strip() for line in text.split("\n"))
    return tuple(_block(part.strip("\n").split("\n")) for part in lines.split("\n\n") if part)


def _block(lines: list[str]) -> Block:
    if lines[0].startswith("| "):
        return Block("command", tuple(line.removeprefix("| ") for line in lines))
    if lines[0].startswith("- "):
        found = ("\n" + "\n".join(lines)).split("\n- ")[1:]
        return Block("list", tuple(item.replace("\n", " ") for item in found))
    return Block("paragraph", (" ".join(lines),))
