"""The page of one run, which grows while the test runs, and the list of a connection's runs."""

from typing import cast
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from brokers import tasks
from brokers.models import OPEN, Connection
from brokers.runs.queries import runs
from brokers.runs.views import run_page, state_changes, timings
from brokers.runs.views.visibility import require_shown
from kalixweb.core import clock
from kalixweb.core.htmx import HttpRequest, fragment
from kalixweb.jobs.transitions import take_resend
from kalixweb.projects.access import ProjectRequest, in_project
from kalixweb.projects.models import Project

_PER_PAGE = 30


@require_safe
@in_project
def run_detail(request: HttpRequest, project: Project, run: UUID) -> HttpResponse:
    """The run as a page, as the part that polls (204 when nothing changed)."""
    require_shown(request, "connection.view", "run", run)
    if request.htmx and _is_seen(project, run, request.GET.get("seen", "")):
        return HttpResponse(status=204)
    found = runs.find(project, run)
    if found is None:
        raise Http404
    if take_resend(found):
        tasks.send(found, request.actor)
    rights = cast("ProjectRequest", request).rights
    page = run_page.build(found, clock.now(), project.name, rights)
    context = {"nav_section": "connections", "project": project, "page": page}
    if request.htmx and request.GET.get("in") == "form":
        return render(request, "brokers/connections/draft_panel.html", context)
    return fragment(request, "brokers/runs/detail.html", "live", context)


def _is_seen(project: Project, run: UUID, seen: str) -> bool:
    row = runs.progress(project, run)
    now = clock.now()
    if row is None or row.state_at(now) not in OPEN:
        return False
    return seen == run_page.version(row, now)


@require_safe
@in_project
def run_list(request: HttpRequest, project: Project, connection: UUID) -> HttpResponse:
    """Every run of a connection, newest first, 30 a page: what changed, and how long it took."""
    require_shown(request, "connection.view", "connection", connection)
    found = Connection.objects.for_project(project).filter(pk=connection).first()
    if found is None:
        raise Http404
    pages = Paginator(runs.of_connection(found), _PER_PAGE)
    pages.count = found.runs.count()  # from an index alone; the paginator would read every row
    rows = pages.get_page(request.GET.get("page"))
    shown = list(rows)
    listed = state_changes.listed(shown, runs.changes_by(shown))
    context = {
        "nav_section": "connections",
        "project": project,
        "connection": found,
        "rows": rows,
        "listed": listed,
        "changed": [one for one in listed if one.was],
        "timings": timings.build(shown, runs.documents(shown)),
    }
    return fragment(request, "brokers/runs/list.html", "rows", context)
