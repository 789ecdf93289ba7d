"""The pages in which all words of a search stand: in the code, the title, the texts."""

from brokers.engine.guide import PAGES
from brokers.engine.guide.page import PLATFORMS, Page


def find(search: str) -> list[str]:
    """Codes whose page holds every word; those with a hit in code or title come first.

    Capitals do not count, and a part of a word is enough. An empty search finds every page.
    """
    words = search.lower().split()
    found = [code for code, page in PAGES.items() if _holds(_all(code, page), words)]
    return sorted(found, key=lambda code: not _holds(_head(code, PAGES[code]), words))


def _holds(text: str, words: list[str]) -> bool:
    return all(word in text for word in words)


def _head(code: str, page: Page) -> str:
    return f"{code} {page.title}".lower()


def _all(code: str, page: Page) -> str:
    texts = (page.first, page.means, page.recognised, page.client, *page.mend.values())
    platforms = (PLATFORMS[platform] for platform in page.mend)
    return " ".join((_head(code, page), *texts, *platforms)).lower()
