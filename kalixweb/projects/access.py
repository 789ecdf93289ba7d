"""From the name in the address to a project that the visitor may know of."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import Http404
from django.http import HttpRequest as DjangoHttpRequest
from django.http.response import HttpResponseBase

from kalixweb.core.htmx import HttpRequest
from kalixweb.projects.models import Membership, Project
from kalixweb.projects.permissions import instance_rights_of
from kalixweb.projects.roles import rights_of_roles

P = ParamSpec("P")
ProjectView = Callable[Concatenate[HttpRequest, Project, P], HttpResponseBase]
RoutedView = Callable[..., HttpResponseBase]
LAST_PROJECT = "last_project"


class ProjectRequest(HttpRequest):
    """A request inside a project: the project and what the visitor may do in it."""

    project: Project
    rights: frozenset[str]


def _enter(request: HttpRequest, project: Project, rights: frozenset[str]) -> None:
    inside = cast("ProjectRequest", request)
    inside.project = project
    inside.rights = rights
    if request.session.get(LAST_PROJECT) != project.name:
        request.session[LAST_PROJECT] = project.name


def _as_member(request: HttpRequest, name: str) -> tuple[Project, frozenset[str]] | None:
    if request.actor.kind != "user" or request.actor.id is None:
        return None
    row = (
        Membership.objects.visible_to(request.actor)
        .select_related("project")
        .filter(project__name=name, user_id=request.actor.id)
        .first()
    )
    return (row.project, rights_of_roles(row.roles)) if row else None


def _as_auditor(request: HttpRequest, name: str) -> tuple[Project, frozenset[str]] | None:
    rights = instance_rights_of(request.actor) & {"audit.read", "audit.verify", "audit.export"}
    project = Project.objects.filter(name=name).first() if rights else None
    return (project, rights) if project else None


def in_project(view: "ProjectView[P]") -> RoutedView:
    """Turn ``<slug:project>`` into a Project that the visitor is a member of.

    Anything else is the 404 of a name that does not exist. Sets ``request.project`` and
    ``request.rights``.
    """

    @wraps(view)
    def wrapped(
        request: DjangoHttpRequest, /, project: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        ours = cast("HttpRequest", request)
        found = _as_member(ours, project)
        if found is None:
            raise Http404
        _enter(ours, *found)
        return view(ours, found[0], *args, **kwargs)

    return wrapped


def in_audited_project(view: "ProjectView[P]") -> RoutedView:
    """Like ``in_project``, and open to instance auditors, who are members nowhere."""

    @wraps(view)
    def wrapped(
        request: DjangoHttpRequest, /, project: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        ours = cast("HttpRequest", request)
        found = _as_member(ours, project)
        if found is None or "audit.read" not in found[1]:
            found = _as_auditor(ours, project) or found
        if found is None:
            raise Http404
        _enter(ours, *found)
        return view(ours, found[0], *args, **kwargs)

    return wrapped
