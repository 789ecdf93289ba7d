"""A run as a file to hand on. ``?hosts=no`` leaves out host names, ``?raw=yes`` adds raw words."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from brokers.engine import report
from brokers.engine.report import Wishes
from brokers.engine.report.tested_configuration import ReportedTarget
from brokers.models import TestRun
from brokers.runs.queries import runs
from brokers.runs.views.visibility import require_shown
from kalixweb.core.htmx import HttpRequest
from kalixweb.projects.access import in_project
from kalixweb.projects.models import Project

Form = Callable[[Mapping[str, Any], ReportedTarget, Wishes], str]


@require_safe
@in_project
def report_text(request: HttpRequest, project: Project, run: UUID) -> HttpResponse:
    """Plain text, shown in the browser or with ``?download=yes`` saved."""
    return _answer(request, project, run, "txt", report.as_text)


@require_safe
@in_project
def report_markdown(request: HttpRequest, project: Project, run: UUID) -> HttpResponse:
    """Markdown, as text that any browser shows."""
    return _answer(request, project, run, "md", report.as_markdown)


@require_safe
@in_project
def report_json(request: HttpRequest, project: Project, run: UUID) -> HttpResponse:
    """The run's document, as the command line prints it; always saved."""
    return _answer(
        request, project, run, "json", lambda whole, _, wish: report.as_json(whole, wish)
    )


def of_run(run: TestRun) -> str:
    """The plain text that a page offers to copy."""
    return report.as_text(run.document or {}, ReportedTarget.of(run.target))


def _answer(
    request: HttpRequest, project: Project, run: UUID, ending: str, form: Form
) -> HttpResponse:
    require_shown(request, "connection.view", "run", run)
    found = runs.find(project, run)
    if found is None:
        raise Http404
    wishes = Wishes(hosts=request.GET.get("hosts") != "no", raw=request.GET.get("raw") == "yes")
    text = form(found.document or {}, ReportedTarget.of(found.target), wishes)
    kind = "application/json" if ending == "json" else "text/plain; charset=utf-8"
    response = HttpResponse(text, content_type=kind)
    if ending == "json" or request.GET.get("download") == "yes":
        response["Content-Disposition"] = f'attachment; filename="{_name(found)}.{ending}"'
    return response


def _as_json(whole: Mapping[str, Any], _tested: ReportedTarget, wishes: Wishes) -> str:
    return report.as_json(whole, wishes)


def _name(run: TestRun) -> str:
    """A name that sorts and that every file system takes; a draft's may be anything."""
    stem = run.connection.name if run.connection else "draft"
    return f"{stem}-{run.queued_at:%Y%m%d-%H%M%S}"
