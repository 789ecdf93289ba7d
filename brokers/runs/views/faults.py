"""The pages of the faults: what each means and how it is fixed. Facts alone, of no project."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from brokers.engine import owners
from brokers.engine.faults import FAMILIES, TABLE
from brokers.engine.faults.page import Page, find, pages
from brokers.engine.faults.row import Row
from kalixweb.core.htmx import HttpRequest, fragment


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a page, rendered. ``id`` is made of its title."""

    id: str
    title: str
    html: SafeString


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
        "total": len(TABLE),
        "count": len(found),
        "families": [("", first)] if search.strip() else list(_families(found)),
    }
    return fragment(request, "brokers/runs/fault_list.html", "list", context)


@require_safe
def fault_detail(request: HttpRequest, code: str) -> HttpResponse:
    """The page of one fault; 404 for a code that there is not."""
    if code not in TABLE:
        raise Http404
    page, row = pages()[code], TABLE[code]
    context = {
        "code": code,
        "page": page,
        "row": row,
        "job": owners.wording_of(row.owner).owned,
        "sections": sections(code),
        "related": [_entry(other) for other in page.related],
    }
    return render(request, "brokers/runs/fault_detail.html", context)


def _families(found: list[str]) -> Iterator[tuple[str, list[Entry]]]:
    for family, title in FAMILIES.items():
        entries = [_entry(code) for code in found if code.split(".", maxsplit=1)[0] == family]
        if entries:
            yield title, entries


def _entry(code: str) -> Entry:
    return Entry(code, pages()[code], TABLE[code], _url(code))


@cache
def _url(code: str) -> str:
    return reverse("brokers:fault-detail", args=[code])


@cache
def sections(code: str) -> tuple[Section, ...]:
    """The sections of a fault's page; HTML in a page's text is shown as text."""
    tokens = _MARKDOWN.parse(pages()[code].body)
    starts = [at for at, one in enumerate(tokens) if (one.type, one.tag) == ("heading_open", "h2")]
    ends = [*starts[1:], len(tokens)]
    return tuple(_section(tokens[start:end]) for start, end in zip(starts, ends, strict=True))


def _section(tokens: Sequence[Token]) -> Section:
    title, below = tokens[1].content, tokens[3:]
    html = _MARKDOWN.renderer.render(below, _MARKDOWN.options, {})
    return Section(slugify(title), title, mark_safe(html))  # noqa: S308 - it escapes what it is given


def _code(_: RendererHTML, tokens: Sequence[Token], at: int, *__: Any) -> str:  # noqa: ANN401
    """A code of a fault leads to that fault's page."""
    text = tokens[at].content
    if text in TABLE:
        return format_html('<a href="{}"><code>{}</code></a>', _url(text), text)
    return format_html("<code>{}</code>", text)


def _commands(_: RendererHTML, tokens: Sequence[Token], at: int, *__: Any) -> str:  # noqa: ANN401
    return format_html("<pre>{}</pre>\n", tokens[at].content.rstrip("\n"))


def _list(_: RendererHTML, _tokens: Sequence[Token], _at: int, *__: Any) -> str:  # noqa: ANN401
    return '<ul class="points">\n'


_MARKDOWN = MarkdownIt("commonmark", {"html": False})
_MARKDOWN.add_render_rule("code_inline", _code)
_MARKDOWN.add_render_rule("fence", _commands)
_MARKDOWN.add_render_rule("bullet_list_open", _list)
