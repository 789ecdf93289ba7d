"""What several views of secrets read from a request."""

from typing import cast
from uuid import UUID

from django.conf import settings
from django.http import Http404

from kalixweb.core.htmx import HttpRequest
from kalixweb.projects.access import ProjectRequest
from kalixweb.projects.models import Project
from kalixweb.projects.permissions import Denied
from secrets_app.models import Secret
from secrets_app.services import rows


def require_right(request: HttpRequest, right: str, secret: Secret | None = None) -> None:
    """Raise Denied unless the visitor has the right, which ``in_project`` has read already."""
    inside = cast("ProjectRequest", request)
    if right not in inside.rights:
        raise Denied(
            right,
            inside.project.id,
            object_kind="secret",
            object_id=secret.id if secret else None,
            object_label=secret.name if secret else "",
        )


def secret_or_404(project: Project, secret: UUID) -> Secret:
    """The secret of the project, else the 404 of one that never was."""
    row = rows.find(project.id, secret)
    if row is None:
        raise Http404
    return row


def expected_version(request: HttpRequest) -> int:
    """The version that the form was made from; 0, which no secret has, when it names none."""
    seen = str(request.POST.get("version", ""))
    return int(seen) if seen.isdecimal() and len(seen) < 19 else 0


def exceeds_upload_limit(request: HttpRequest) -> bool:
    """Whether files were left unread because the request is larger than a secret may be."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return length.isdecimal() and int(length) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE
