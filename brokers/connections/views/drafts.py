"""Testing a form as it stands: the run grows below the form, or on a page of its own."""

from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest as DjangoHttpRequest

from brokers import tasks
from brokers.connections.forms.connection import ConnectionForm
from brokers.connections.forms.corrections import TEST, Pressed
from brokers.connections.views.attempts import attempt
from brokers.models import DRAFT, Connection, TestRun
from brokers.runs.queries import runs
from brokers.runs.services import drafts
from brokers.runs.views import run_page
from kalixweb.core import clock
from kalixweb.core.htmx import HttpRequest
from kalixweb.projects.access import ProjectRequest
from kalixweb.projects.models import Project


def is_asked_for(request: DjangoHttpRequest) -> bool:
    """Whether "Test without saving" was pressed, and not "Save"."""
    return request.method == "POST" and Pressed.of(request.POST).way == TEST


def begin(
    request: HttpRequest, project: Project, form: ConnectionForm, stored: Connection | None
) -> TestRun | None:
    """A run of what stands in the form, sent to a worker; None with the reason in the form."""

    def ask(form: ConnectionForm) -> TestRun:
        return drafts.request(
            actor=request.actor,
            project=project.id,
            wanted=form.wanted,
            password=form.password,
            ca=form.ca,
            connection=stored,
            form=form.kept(),
        )

    run = attempt(request, form, ask)
    if run is not None:
        tasks.send(run, request.actor)
    return run


def panel(request: HttpRequest, project: Project, run: TestRun) -> run_page.RunPage:
    """The run as the form's page shows it."""
    found = runs.find(project, run.id) or run
    rights = cast("ProjectRequest", request).rights
    return run_page.build(found, clock.now(), project.name, rights)


def put_back(request: HttpRequest, project: Project) -> dict[str, Any]:
    """What was typed for the draft that ``?draft=`` names, and no secret; else nothing."""
    try:
        wanted = UUID(request.GET.get("draft", ""))
    except ValueError:
        return {}
    found = TestRun.objects.for_project(project).filter(id=wanted, origin=DRAFT).first()
    if found is None:
        return {}
    kept = dict(found.target.get("form", {}))
    if request.GET.get("ca"):
        kept |= {"ca_from": "choose", "ca_ref": request.GET["ca"]}
    return kept | {"typed_before": found.target.get("typed", [])}
