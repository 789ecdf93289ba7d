"""The fault pages as Markdown: ``python -m brokers.engine.guide.markdown docs/reference/faults``.

Files that no code has are removed, so that the folder holds what the source says and no more.
"""

import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

from brokers.engine.faults import TABLE
from brokers.engine.guide import FAMILIES, PAGES
from brokers.engine.guide.page import PLATFORMS, Page
from brokers.engine.guide.text import blocks
from brokers.engine.owners import words

_WIDTH = 100
_MADE = "<!-- Made by `make docs` from brokers/engine/guide/; change it there. -->"


def files() -> dict[str, str]:
    """Name of each file -> its text."""
    return {"index.md": _index()} | {f"{code}.md": one(code) for code in TABLE}


def one(code: str) -> str:
    """The page of one code; raises KeyError when there is none."""
    page, row = PAGES[code], TABLE[code]
    effect = "fails" if row.state == "F" else "warns; the test goes on"
    parts = [
        _MADE,
        f"# `{code}`: {page.title}",
        f"**{page.first}**",
        f"Whose job: {words(row.owner).owned}. Stage: {row.stage or 'any'}; it {effect}.",
        "## What it means",
        _text(page.means),
        "## How it is recognised",
        _text(page.recognised),
        *_mend(page),
        "## On the client's side" if page.mend else "## How to mend it",
        _text(page.client),
        "## See it in practice Kafka",
        *_practice(page),
        "## Related",
        "\n".join(f"- [`{other}`]({other}.md): {PAGES[other].title}" for other in page.related),
    ]
    return "\n\n".join(parts) + "\n"


def _mend(page: Page) -> Iterator[str]:
    if page.mend:
        yield "## How to mend it"
    for platform, name in PLATFORMS.items():
        if platform in page.mend:
            yield f"### {name}"
            yield _text(page.mend[platform])


def _practice(page: Page) -> Iterator[str]:
    if page.practice:
        yield _text(page.practice)
    if page.line:
        yield _wrapped(
            "Start it, then give the probe this line (`ca.pem` is the CA that it names):"
            if page.line.ca == "ca.pem"
            else "Start it, then give the probe this line:"
        )
        yield f"```sh\nkalixweb practice up\n{page.line.command()}\n```"


def _text(text: str) -> str:
    return "\n\n".join(
        "```\n" + block.text + "\n```"
        if block.kind == "command"
        else "\n".join(_wrapped(f"- {item}", "  ") for item in block.lines)
        if block.kind == "list"
        else _wrapped(block.text)
        for block in blocks(text)
    )


def _wrapped(text: str, indent: str = "") -> str:
    return textwrap.fill(
        text,
        _WIDTH,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _index() -> str:
    parts = [
        _MADE,
        "# Faults",
        _wrapped(
            "Everything that a connection test can name, in the order of its stages. A code never "
            "changes its meaning once released. The same pages are in kalixweb under `/faults/`."
        ),
    ]
    for family, title in FAMILIES.items():
        codes = [code for code in TABLE if code.split(".")[0] == family]
        parts += [
            f"## {title}",
            "\n".join(f"- [`{code}`]({code}.md): {PAGES[code].title}" for code in codes),
        ]
    return "\n\n".join(parts) + "\n"


def write(folder: Path) -> None:
    """Make the folder hold exactly the pages."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = files()
    for path in folder.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
