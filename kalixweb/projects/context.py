"""What base.html needs on every page, read only when a template asks for it."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from kalixweb.core.actor import Actor
from kalixweb.projects.access import LAST_PROJECT
from kalixweb.projects.models import Project
from kalixweb.projects.permissions import instance_rights_of, rights_of

# Apps above add what they count beside their name in the navigation, in ready().
COUNTERS: dict[str, Callable[[Project], int]] = {}


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
        if not self.project:
            return {}
        return {name: count(self.project) for name, count in COUNTERS.items()}  # type: ignore[arg-type]

    def rights(self) -> frozenset[str]:
        known: frozenset[str] | None = getattr(self.request, "rights", None)
        if known is not None:
            return known
        return rights_of(self.actor, self.project.id) if self.project else frozenset()


def shell(request: HttpRequest) -> dict[str, Any]:
    """``nav_project``, ``nav_projects``, ``nav_counts``, ``rights`` and ``instance_rights``."""
    actor: Actor | None = getattr(request, "actor", None)
    theme = request.COOKIES.get("theme", "")
    known = {"theme": theme if theme in {"light", "dark"} else ""}
    if actor is None or actor.kind != "user":
        return known
    parts = _Shell(request, actor)
    return known | {
        "single_sign_on": bool(settings.KALIXWEB_OIDC_ISSUER),
        "nav_project": parts.project,
        "nav_projects": parts.projects,
        "nav_counts": SimpleLazyObject(parts.counts),
        "rights": SimpleLazyObject(parts.rights),
        "instance_rights": SimpleLazyObject(lambda: instance_rights_of(actor)),
    }
