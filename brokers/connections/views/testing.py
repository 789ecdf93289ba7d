"""Pressing Test: one connection, all of them, all that use a secret; and pressing Stop."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from brokers import tasks
from brokers.connections.forms.extra_rights import OnceForm
from brokers.connections.queries import connections
from brokers.connections.views.detail import detail_page
from brokers.models import Connection, TestRun
from brokers.runs.services import runs
from kalixweb.accounts.refusals import shown_on
from kalixweb.core.htmx import HttpRequest
from kalixweb.core.refusals import Refusal
from kalixweb.jobs.transitions import stop, take_resend
from kalixweb.projects.access import in_project
from kalixweb.projects.models import Project
from kalixweb.projects.permissions import require
from secrets_app.models import Secret


@require_POST
@in_project
def connection_test(request: HttpRequest, project: Project, connection: UUID) -> HttpResponse:
    """Begin a test, or show the one that is going on, and lead to its page."""
    found = get_object_or_404(connections.whole(project), id=connection)
    if "rights" not in request.POST:
        return begin(request, found)
    asking = OnceForm(request.POST)
    if asking.is_valid():
        return begin(request, found, asking.once)
    require(
        request.actor,
        project.id,
        "connection.test",
        object_kind="connection",
        object_id=found.id,
        object_label=found.name,
    )
    return detail_page(request, project, found, asking)


def begin(
    request: HttpRequest, connection: Connection, once: runs.Once | None = None
) -> HttpResponse:
    """Ask for a run, queue it and lead to its page; a refusal leads to the connection's page."""
    project = connection.project.name
    try:
        run, is_new = runs.request(actor=request.actor, connection=connection, once=once)
    except Refusal as refused:
        page = reverse("brokers:connection-detail", args=[project, connection.id])
        return shown_on(page, request, refused)
    if is_new or take_resend(run):
        tasks.send(run, request.actor)
    return redirect("brokers:run-detail", project=project, run=run.id)


@require_POST
@in_project
def test_all(request: HttpRequest, project: Project) -> HttpResponse:
    """Test every connection of the project."""
    page = reverse("brokers:connection-list", args=[project.name])
    return _begin_many(request, project, connections.of_project(project), page)


@require_POST
@in_project
def test_users_of_secret(request: HttpRequest, project: Project, secret: UUID) -> HttpResponse:
    """Test every connection that refers to the secret."""
    found = get_object_or_404(Secret.objects.for_project(project), id=secret)
    page = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(page, allowed_hosts=None):
        page = reverse("brokers:connection-list", args=[project.name])
    return _begin_many(request, project, runs.users_of_secret(project.id, found.id), page)


def _begin_many(
    request: HttpRequest, project: Project, wanted: connections.Rows, page: str
) -> HttpResponse:
    """Ask for the runs and lead to the page, which tells what became of it."""
    try:
        count = runs.request_many(actor=request.actor, project=project.id, connections=wanted)
    except Refusal as refused:
        return shown_on(page, request, refused)
    if not count:
        messages.info(request, "There is nothing to test that is not being tested already.")
    elif tasks.send_bulk(TestRun, count):
        plural = "connection is" if count == 1 else "connections are"
        messages.success(request, f"{count} {plural} being tested. Results appear as they come.")
    else:
        wait = "1 test waits" if count == 1 else f"{count} tests wait"
        messages.error(
            request,
            f"The queue cannot be reached: {wait} until it is back. Ask the operator of kalixweb "
            "to run kalixweb doctor.",
        )
    return redirect(page)


@require_POST
@in_project
def run_stop(request: HttpRequest, project: Project, run: UUID) -> HttpResponse:
    """End a run that is going on."""
    found = get_object_or_404(
        TestRun.objects.for_project(project).select_related("connection").defer("document"), id=run
    )
    require(
        request.actor,
        project.id,
        "connection.test",
        object_kind="connection",
        object_id=found.connection_id,
        object_label=str(found.target.get("name", "")),
    )
    stop(found, actor=request.actor, reason=f"Stopped by {request.actor.label}.")
    return redirect("brokers:run-detail", project=project.name, run=found.id)
