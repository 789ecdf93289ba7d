"""One connection: its page, deleting it, making it the default."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from brokers.connections.forms.extra_rights import OnceForm
from brokers.connections.queries import connections
from brokers.connections.services import connections as services
from brokers.connections.services import validation
from brokers.connections.services.configuration import FIELDS
from brokers.engine import faults
from brokers.models import OPEN, Connection
from brokers.msk.onboarding import bootstrap_changes
from brokers.msk.onboarding.related import onboarding_of
from brokers.runs.queries import runs
from brokers.runs.views import history
from kalixweb.core.htmx import HttpRequest
from kalixweb.core.htmx import fragment as page
from kalixweb.projects.access import in_project
from kalixweb.projects.models import Project
from kalixweb.projects.permissions import require

_RUNS_SHOWN = 10


@require_safe
@in_project
def connection_detail(request: HttpRequest, project: Project, connection: UUID) -> HttpResponse:
    """Everything about one connection but its secrets' values."""
    require(
        request.actor,
        project.id,
        "connection.view",
        object_kind="connection",
        object_id=connection,
    )
    return detail_page(request, project, _find(project, connection), OnceForm())


def detail_page(
    request: HttpRequest, project: Project, row: Connection, asking: OnceForm
) -> HttpResponse:
    """The page of a connection; a refused ``asking`` stands in it with what was typed."""
    newest = list(runs.of_connection(row)[:_RUNS_SHOWN])
    context: dict[str, Any] = {
        "nav_section": "connections",
        "project": project,
        "connection": row,
        "asking": asking,
        "purpose": [(one.label, one.text(one.of(row))) for one in FIELDS if one.is_purpose],
        "warnings": validation.stored_warnings(row),
        "strip": history.strip(row.recent),
        "runs": newest,
        "open_run": next((run for run in newest if run.state in OPEN), None),
        "onboarding": onboarding_of(row),
        "unlooked": bootstrap_changes.why_not(row),
        "fault_label": faults.label(row.last_fault),
    }
    status = 422 if asking.is_bound else 200
    return page(request, "brokers/connections/detail.html", "main", context, status=status)


@require_http_methods(["GET", "POST"])
@in_project
def connection_delete(request: HttpRequest, project: Project, connection: UUID) -> HttpResponse:
    """Ask for the name, then delete the connection and its history."""
    row = _find(project, connection)
    require(
        request.actor,
        project.id,
        "connection.delete",
        object_kind="connection",
        object_id=row.id,
        object_label=row.name,
    )
    typed = request.POST.get("name", "").strip()
    if request.method == "POST" and typed == row.name:
        services.delete(actor=request.actor, connection=row)
        messages.success(request, f"{row.name} is deleted. Its secrets are still there.")
        return redirect("brokers:connection-list", project=project.name)
    context = {
        "nav_section": "connections",
        "project": project,
        "connection": row,
        "typed": typed,
        "refused": request.method == "POST",
    }
    status = 422 if request.method == "POST" else 200
    return page(request, "brokers/connections/delete.html", "form", context, status=status)


@require_POST
@in_project
def connection_default(request: HttpRequest, project: Project, connection: UUID) -> HttpResponse:
    """Make it the project's default connection, or no longer."""
    row = _find(project, connection)
    wanted = request.POST.get("default", "yes") == "yes"
    services.set_default(actor=request.actor, connection=row, default=wanted)
    said = "is the default connection" if wanted else "is no longer the default connection"
    messages.success(request, f"{row.name} {said} of {project.name}.")
    return redirect("brokers:connection-detail", project=project.name, connection=row.id)


def _find(project: Project, connection: UUID) -> Connection:
    return get_object_or_404(connections.whole(project), id=connection)
