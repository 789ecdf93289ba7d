"""The form of a connection: new, edited, copied, tested. A refusal loses nothing that was typed."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from brokers import tasks
from brokers.connections.forms.connection import ConnectionForm, shown
from brokers.connections.queries import connections, password_overlap
from brokers.connections.services import connections as services
from brokers.connections.services import validation
from brokers.connections.views import conflict, drafts
from brokers.connections.views.attempts import attempt
from brokers.models import DEGRADED, FAILED, Connection
from brokers.runs.services import runs
from kalixweb.accounts.refusals import shown_on
from kalixweb.core.forms import options
from kalixweb.core.htmx import HttpRequest, fragment, go_to
from kalixweb.core.refusals import ChangedMeanwhile, Refusal
from kalixweb.projects.access import in_project
from kalixweb.projects.models import Project
from kalixweb.projects.permissions import may, require
from secrets_app import queries as secrets
from secrets_app.models import TLS_CA


@require_http_methods(["GET", "POST"])
@in_project
def connection_new(request: HttpRequest, project: Project) -> HttpResponse:
    """An empty form, and what becomes of it."""
    require(request.actor, project.id, "connection.create", object_kind="connection")
    return _create(request, project, {"password_from": "new"}, "New connection", None)


@require_http_methods(["GET", "POST"])
@in_project
def connection_copy(request: HttpRequest, project: Project, connection: UUID) -> HttpResponse:
    """The form of a new connection, filled from another one; nothing exists until it is saved."""
    require(request.actor, project.id, "connection.create", object_kind="connection")
    source = get_object_or_404(connections.whole(project), id=connection)
    initial = shown(source) | {"name": f"{source.name[:58]}-copy"}
    return _create(request, project, initial, f"Copy of {source.name}", source)


def _create(
    request: HttpRequest,
    project: Project,
    initial: dict[str, Any],
    title: str,
    source: Connection | None,
) -> HttpResponse:
    form = _form(request, project, initial)
    context: dict[str, Any] = {"title": title, "source": source}
    if drafts.is_asked_for(request):
        return _test(request, project, form, context)

    def save(form: ConnectionForm) -> Connection:
        return services.create(
            actor=request.actor,
            project=project.id,
            wanted=form.wanted,
            password=form.password,
            ca=form.ca,
            copied_from=source.name if source else None,
        )

    if request.method == "POST" and (made := attempt(request, form, save)):
        messages.success(request, f"{made.name} is saved. Press Test connection to try it.")
        return go_to(request, reverse("brokers:connection-detail", args=[project.name, made.id]))
    return _page(request, project, form, context)


@require_http_methods(["GET", "POST"])
@in_project
def connection_edit(request: HttpRequest, project: Project, connection: UUID) -> HttpResponse:
    """The form of a stored connection. After a failed test, saving begins the next one."""
    row = get_object_or_404(connections.whole(project), id=connection)
    require(
        request.actor,
        project.id,
        "connection.edit",
        object_kind="connection",
        object_id=row.id,
        object_label=row.name,
    )
    form = _form(request, project, shown(row))
    context: dict[str, Any] = {"title": f"Edit {row.name}", "connection": row}
    if password_overlap.on_msk(row):
        context["no_overlap"] = password_overlap.NO_OVERLAP
    if drafts.is_asked_for(request):
        return _test(request, project, form, context)

    def save(form: ConnectionForm) -> Connection | None:
        try:
            return services.change(
                actor=request.actor,
                connection=row,
                expected_revision=form.cleaned_data["revision"] or 0,
                wanted=form.wanted,
                password=form.password,
                ca=form.ca,
            )
        except ChangedMeanwhile as meanwhile:
            context.update(conflict.describe(form, meanwhile.current))
            form.put_back("revision", str(meanwhile.current.revision))
            return None

    if request.method == "POST" and (saved := attempt(request, form, save)):
        return _after_edit(request, project, row, saved)
    if request.method == "GET" and "typed_before" not in form.initial:
        for fault in validation.stored_warnings(row):
            form.warn(fault)
    return _page(request, project, form, context)


def _form(request: HttpRequest, project: Project, initial: dict[str, Any]) -> ConnectionForm:
    if request.method == "POST":
        return ConnectionForm(request.POST, request.FILES, project=project.id, initial=initial)
    return ConnectionForm(project=project.id, initial=initial | drafts.put_back(request, project))


def _test(
    request: HttpRequest, project: Project, form: ConnectionForm, context: dict[str, Any]
) -> HttpResponse:
    """Test without saving: htmx gets the run below the form, everyone else the run's page."""
    run = drafts.begin(request, project, form, context.get("connection"))
    if run is not None and not request.htmx:
        return redirect("brokers:run-detail", project=project.name, run=run.id)
    if run is not None:
        context["page"] = drafts.panel(request, project, run)
    return _page(request, project, form, context)


def _after_edit(
    request: HttpRequest, project: Project, old: Connection, saved: Connection
) -> HttpResponse:
    """Lead to the saved connection; after a failed test of what changed, to the next test."""
    detail = reverse("brokers:connection-detail", args=[project.name, saved.id])
    if saved.revision == old.revision:
        messages.info(request, "Nothing was changed, so nothing was saved.")
        return go_to(request, detail)
    messages.success(request, f"{saved.name} is saved.")
    retest = old.state in {FAILED, DEGRADED} and saved.target_revision == saved.revision
    if not retest or not may(request.actor, project.id, "connection.test", saved):
        return go_to(request, detail)
    try:
        run, is_new = runs.request(actor=request.actor, connection=saved)
    except Refusal as refused:
        return shown_on(detail, request, refused)
    if is_new:
        tasks.send(run, request.actor)
    return go_to(request, reverse("brokers:run-detail", args=[project.name, run.id]))


def _page(
    request: HttpRequest, project: Project, form: ConnectionForm, context: dict[str, Any]
) -> HttpResponse:
    choices = secrets.choices(project.id)
    context |= {
        "nav_section": "connections",
        "project": project,
        "form": form,
        "password_choices": options(one.reference for one in choices if one.type != TLS_CA),
        "ca_choices": options(one.name for one in choices if one.type == TLS_CA),
    }
    status = 422 if form.is_bound and "page" not in context else 200
    return fragment(request, "brokers/connections/form.html", "form", context, status=status)
