"""What every view of secrets answers alike: where to go on, and what stands in the way."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse

from kalixweb.core.errors import unavailable
from kalixweb.core.htmx import HttpRequest
from kalixweb.keys.envelope import BlobRefused
from kalixweb.keys.key_cache import KeyUnavailable
from kalixweb.projects.access import ProjectRequest
from kalixweb.projects.models import Project
from kalixweb.projects.permissions import Denied
from secrets_app.models import Secret
from secrets_app.services import rows
from secrets_app.services.row_macs import RowAltered

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Project, P], HttpResponse]


def require_shown(request: HttpRequest, right: str, secret: Secret | None = None) -> None:
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


def found(project: Project, secret: UUID) -> Secret:
    """The secret of the project, else the 404 of one that never was."""
    row = rows.find(project.id, secret)
    if row is None:
        raise Http404
    return row


def version_seen(request: HttpRequest) -> int:
    """The version that the form was made from; 0, which no secret has, when it says none."""
    seen = str(request.POST.get("version", ""))
    return int(seen) if seen.isdecimal() and len(seen) < 19 else 0


def too_much_was_sent(request: HttpRequest) -> bool:
    """Whether files were left unread because the request is larger than a secret may be."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return length.isdecimal() and int(length) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE


def answers_facts(view: "View[P]") -> "View[P]":
    """Turn what can go wrong with any stored secret into its page."""

    @wraps(view)
    def wrapped(
        request: HttpRequest, project: Project, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        try:
            return view(request, project, *args, **kwargs)
        except (KeyUnavailable, BlobRefused, RowAltered) as away:
            return unavailable(request, str(away))

    return wrapped
