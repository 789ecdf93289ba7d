"""The pages of the faults: what each means and how it is mended. Facts alone, of no project."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from brokers.engine import owners
from brokers.engine.faults import TABLE
from brokers.engine.faults.row import Row
from brokers.engine.guide import FAMILIES, PAGES
from brokers.engine.guide.find import find
from brokers.engine.guide.page import PLATFORMS, Page
from brokers.engine.guide.text import blocks
from kalixweb.core.htmx import HttpRequest, fragment


@dataclass(frozen=True, slots=True)
class Part:
    """One paragraph, command or list of a page, ready to be shown."""

    kind: str
    lines: tuple[SafeString, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list of faults."""

    code: str
    page: Page
    row: Row
    url: str


@require_safe
def fault_list(request: HttpRequest) -> HttpResponse:
    """Every fault in the order of a run, or those in which the searched words stand."""
    search = request.GET.get("q", "").replace("\x00", "")[:200]
    found = find(search)
    first = [_entry(code) for code in found] if search.strip() else []
    context = {
        "search": search,
        "total": len(PAGES),
        "count": len(found),
        "families": [("", first)] if search.strip() else list(_families(found)),
    }
    return fragment(request, "brokers/runs/fault_list.html", "list", context)


@require_safe
def fault_detail(request: HttpRequest, code: str) -> HttpResponse:
    """The page of one fault; 404 for a code that there is not."""
    if code not in PAGES:
        raise Http404
    page, row = PAGES[code], TABLE[code]
    context = {
        "code": code,
        "page": page,
        "row": row,
        "job": owners.words(row.owner).owned,
        "family": FAMILIES[_family(code)],
        "means": parts(page.means),
        "recognised": parts(page.recognised),
        "mend": [
            (name, parts(page.mend[platform]))
            for platform, name in PLATFORMS.items()
            if platform in page.mend
        ],
        "client": parts(page.client),
        "practice": parts(page.practice),
        "related": [_entry(other) for other in page.related],
    }
    return render(request, "brokers/runs/fault_detail.html", context)


def _families(found: list[str]) -> Iterator[tuple[str, list[Entry]]]:
    for family, title in FAMILIES.items():
        entries = [_entry(code) for code in TABLE if _family(code) == family and code in found]
        if entries:
            yield title, entries


def _family(code: str) -> str:
    return code.split(".", maxsplit=1)[0]


def _entry(code: str) -> Entry:
    return Entry(code, PAGES[code], TABLE[code], _url(code))


@cache
def _url(code: str) -> str:
    return reverse("brokers:fault-detail", args=[code])


def parts(text: str) -> list[Part]:
    """A text of a page; a code of a fault in it leads to that fault's page."""
    return [
        Part(block.kind, (SafeString(format_html("{}", block.text)),))
        if block.kind == "command"
        else Part(block.kind, tuple(_linked(line) for line in block.lines))
        for block in blocks(text)
    ]


def _linked(text: str) -> SafeString:
    pieces = enumerate(text.split("`"))
    return format_html_join("", "{}", ((_piece(piece, i % 2 == 1),) for i, piece in pieces))


def _piece(text: str, is_name: bool) -> SafeString:  # noqa: FBT001 - one caller, above
    if not is_name:
        return format_html("{}", text)
    if text in PAGES:
        return format_html('<a href="{}"><code>{}</code></a>', _url(text), text)
    return format_html("<code>{}</code>", text)
