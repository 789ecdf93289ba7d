"""The pages of the faults: Markdown files beside the rows, read once a process.

Each begins with lines of ``name: value`` between two lines of ``---``, the values as JSON: its
``title``, what to do ``first`` in the commonest case, and the codes that are ``related``. Below a
heading of the second level stands a section. Commands stand in fenced blocks of their own; the
last section has the line that shows the fault on the practice Kafka.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from brokers.engine.faults import TABLE

FOLDER = Path(__file__).parent / "pages"
_FENCE = "---\n"
_PRACTICE = "\n## See it in practice Kafka\n"


@dataclass(frozen=True, slots=True)
class Page:
    """``body`` is the Markdown below the lines at the beginning."""

    title: str
    first: str
    related: tuple[str, ...]
    body: str


def read(text: str) -> Page:
    """Raises ValueError, or TypeError for names that a page does not have."""
    before, head, body = text.split(_FENCE, maxsplit=2)
    if before:
        raise ValueError(f"a page begins with {_FENCE!r}")
    pairs = (line.split(": ", maxsplit=1) for line in head.splitlines())
    values = {name: json.loads(value) for name, value in pairs}
    return Page(**values | {"related": tuple(values["related"]), "body": body})


@cache
def pages() -> dict[str, Page]:
    """Code -> its page, in the order of the table."""
    return {code: read((FOLDER / f"{code}.md").read_text(encoding="utf-8")) for code in TABLE}


def find(search: str) -> list[str]:
    """Codes whose page holds every word; those with a hit in code or title come first.

    Capitals do not count, and a part of a word is enough. An empty search finds every page.
    """
    words = search.lower().split()
    found = [code for code, page in pages().items() if _holds(_all(code, page), words)]
    return sorted(found, key=lambda code: not _holds(_head(code, pages()[code]), words))


def _holds(text: str, words: list[str]) -> bool:
    return all(word in text for word in words)


def _head(code: str, page: Page) -> str:
    return f"{code} {page.title}".lower()


def _all(code: str, page: Page) -> str:
    """What is searched; how to practise is not."""
    return f"{_head(code, page)} {page.first} {page.body.partition(_PRACTICE)[0]}".lower()
