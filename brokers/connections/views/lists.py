"""Lists of connections, of one project and of all of mine: search and filters are the address."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from brokers.connections.queries import connections
from brokers.connections.queries.connections import Facets, Filters
from brokers.engine import faults
from brokers.models import Connection
from brokers.runs.views import history
from kalixweb.core import wording
from kalixweb.core.htmx import HttpRequest, fragment
from kalixweb.projects.access import in_project
from kalixweb.projects.models import Project
from kalixweb.projects.permissions import require

_PER_PAGE = 30
_CHIPS = 8


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list."""

    connection: Connection
    url: str
    run_url: str
    fault: str
    label: str
    bars: SafeString
    more_servers: int


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter: where it leads (off again when it is on), its word, how many it is about."""

    href: str
    value: str
    word: str
    count: int
    is_on: bool


@require_safe
@in_project
def connection_list(request: HttpRequest, project: Project) -> HttpResponse:
    """The connections of a project."""
    require(request.actor, project.id, "connection.view", object_kind="connection")
    rows = connections.with_state(connections.of_project(project))
    context = _context(request, rows) | {"nav_section": "connections", "project": project}
    return fragment(request, "brokers/connections/list.html", "list", context)


@require_safe
def all_connections(request: HttpRequest) -> HttpResponse:
    """The connections of every project that the visitor is a member of."""
    rows = connections.with_state(connections.of_actor(request.actor))
    context = _context(request, rows) | {"across": True}
    return fragment(request, "brokers/connections/list.html", "list", context)


def _context(request: HttpRequest, rows: connections.Rows) -> dict[str, Any]:
    names = ("state", "label", "fault", "project")
    # PostgreSQL takes no NUL in a text, not even to compare with.
    asked = {name: request.GET.get(name, "").replace("\x00", "")[:300] for name in names}
    filters = Filters(search=request.GET.get("q", "").replace("\x00", "")[:200], **asked)
    facets = connections.facets(rows)
    # Ids alone are put in order: the wide rows are read for one page only.
    found = filters.apply(rows if facets.total else rows.none()).values_list("id", flat=True)
    paginator = Paginator(found, _PER_PAGE)
    if filters == Filters(state=filters.state):  # counted already
        paginator.count = facets.states[filters.state] if filters.state else facets.total
    page = paginator.get_page(request.GET.get("page"))
    return {
        "filters": filters,
        "facets": facets,
        "chips": _chips(request, facets),
        "page": page,
        "rows": [_row(connection) for connection in connections.page_rows(rows, list(page))],
        "standing": standing(facets),
    }


def _row(connection: Connection) -> Row:
    strip = history.strip(connection.recent)
    # Below the project's own address, as urls.py lays it out: thirty rows reverse nothing.
    below = _address_of(connection.project.name)
    return Row(
        connection=connection,
        url=f"{below}connections/{connection.id}/",
        run_url=f"{below}runs/{connection.last_run_id}/" if connection.last_run_id else "",
        fault=faults.label(connection.last_fault),
        label=strip.label,
        bars=SafeString("".join(_bar(bar.state, bar.reach) for bar in strip.bars)),
        more_servers=len(connection.servers) - 1,
    )


@lru_cache(maxsize=1024)
def _address_of(project: str) -> str:
    return reverse("brokers:overview", args=[project])


@lru_cache(maxsize=64)
def _bar(state: str, reach: str) -> SafeString:
    """One bar of a strip; a page has a thousand of them, of which few differ."""
    if reach:
        return format_html('<i data-state="{}" data-reach="{}"></i>', state, reach)
    return format_html('<i data-state="{}"></i>', state)


def _chips(request: HttpRequest, facets: Facets) -> dict[str, list[Chip]]:
    states = [(state, facets.states[state]) for state in connections.STATES]
    kinds: dict[str, tuple[Iterable[tuple[str, int]], Callable[[str], str]]] = {
        "state": ([pair for pair in states if pair[1]], wording.state),
        "label": (_most(facets.labels), str),
        "fault": (_most(facets.faults), faults.label),
        "project": (_most(facets.projects), str),
    }
    return {
        name: [_chip(request, name, value, word(value), count) for value, count in pairs]
        for name, (pairs, word) in kinds.items()
    }


def _chip(request: HttpRequest, name: str, value: str, word: str, count: int) -> Chip:
    asked = request.GET.copy()
    is_on = asked.get(name) == value
    asked.pop("page", None)
    asked.pop(name, None)
    if not is_on:
        asked[name] = value
    return Chip(f"?{asked.urlencode()}", value, word, count, is_on)


def _most(counts: Counter[str]) -> Iterable[tuple[str, int]]:
    return counts.most_common(_CHIPS)


def standing(facets: Facets) -> str:
    """One sentence: how many work, and what the others are."""
    works = facets.states["passed"] + facets.states["warned"]
    parts = [f"{works} of {facets.total} work{'s' if works == 1 else ''}"]
    for state, said in (
        ("failed", "failed"),
        ("degraded", "degraded"),
        ("stale", "not tested since a change"),
        ("unknown", "not tested yet"),
    ):
        if count := facets.states[state]:
            parts.append(f"{count} {said}")
    return ", ".join(parts) + "."
