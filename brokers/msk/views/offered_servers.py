"""The bootstrap servers that AWS names now, where they differ from those of a connection."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from brokers.connections.queries import connections
from brokers.msk.onboarding import fill
from kalixweb.accounts.refusals import shown_on
from kalixweb.core.htmx import HttpRequest
from kalixweb.core.refusals import Refusal
from kalixweb.projects.access import in_project
from kalixweb.projects.models import Project
from kalixweb.projects.permissions import require


@require_POST
@in_project
def connection_servers(request: HttpRequest, project: Project, connection: UUID) -> HttpResponse:
    """Take the offered servers over."""
    row = get_object_or_404(connections.whole(project), id=connection)
    require(
        request.actor,
        project.id,
        "connection.edit",
        object_kind="connection",
        object_id=row.id,
        object_label=row.name,
    )
    here = reverse("brokers:connection-detail", args=[project.name, row.id])
    revision = request.POST.get("revision", "")
    try:
        fill.accept_offered_servers(
            actor=request.actor,
            connection=row,
            expected_revision=int(revision) if revision.isdecimal() else 0,
        )
    except Refusal as refused:
        return shown_on(here, request, refused)
    messages.success(request, f"{row.name} has the servers that AWS names now. Test it.")
    return redirect(here)
