"""What base.html needs on every page, read only when a template asks for it."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from kalixweb.core.actor import Actor
from kalixweb.projects import navigation
from kalixweb.projects.access import LAST_PROJECT
from kalixweb.projects.models import Project
from kalixweb.projects.permissions import instance_rights_of, rights_of


@dataclass(frozen=True, slots=True)
class Link:
    """One section of the project in the bar."""

    name: str
    label: str
    url: str
    count: int | None


def _project(request: HttpRequest, mine: list[Project]) -> Project | None:
    inside: Project | None = getattr(request, "project", None)
    if inside is not None:
        return inside
    last = request.session.get(LAST_PROJECT)
    return next((project for project in mine if project.name == last), mine[0] if mine else None)


class _Shell:
    """Reads each part once per page."""

    def __init__(self, request: HttpRequest, actor: Actor) -> None:
        self.request = request
        self.actor = actor
        self.projects = SimpleLazyObject(lambda: list(Project.objects.visible_to(actor)))
        self.project = SimpleLazyObject(lambda: _project(request, list(self.projects)))

    def counts(self) -> dict[str, int]:
        return navigation.counts(self.project) if self.project else {}  # type: ignore[arg-type]

    def links(self) -> list[Link]:
        if not self.project:
            return []
        counts, name = self.counts(), self.project.name
        return [
            Link(one.name, one.label, reverse(one.page, args=[name]), counts.get(one.name))
            for one in navigation.sections(self.rights())
        ]

    def rights(self) -> frozenset[str]:
        held: frozenset[str] | None = getattr(self.request, "rights", None)
        if held is not None:
            return held
        return rights_of(self.actor, self.project.id) if self.project else frozenset()


def shell(request: HttpRequest) -> dict[str, Any]:
    """``nav_project``, ``nav_projects``, what leads through them, and the visitor's rights."""
    actor: Actor | None = getattr(request, "actor", None)
    theme = request.COOKIES.get("theme", "")
    context = {"theme": theme if theme in {"light", "dark"} else ""}
    if actor is None or actor.kind != "user":
        return context
    parts = _Shell(request, actor)
    return context | {
        "single_sign_on": bool(settings.KALIXWEB_OIDC_ISSUER),
        "nav_project": parts.project,
        "nav_projects": parts.projects,
        "nav_links": SimpleLazyObject(parts.links),
        "nav_home": navigation.home().page,
        "nav_menu": navigation.menu(),
        "rights": SimpleLazyObject(parts.rights),
        "instance_rights": SimpleLazyObject(lambda: instance_rights_of(actor)),
    }
