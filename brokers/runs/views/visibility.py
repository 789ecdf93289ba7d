"""Whether a page may be shown: answered from what ``in_project`` has read already."""

from typing import cast
from uuid import UUID

from kalixweb.core.htmx import HttpRequest
from kalixweb.projects.access import ProjectRequest
from kalixweb.projects.permissions import Denied


def require_shown(
    request: HttpRequest, right: str, object_kind: str, object_id: UUID | None = None
) -> None:
    """Raise Denied unless the visitor has the right in the request's project."""
    inside = cast("ProjectRequest", request)
    if right not in inside.rights:
        raise Denied(right, inside.project.id, object_kind=object_kind, object_id=object_id)
