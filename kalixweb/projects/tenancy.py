"""The one manager through which tenant tables are read: nothing comes back without a project."""

from typing import NoReturn, TypeVar
from uuid import UUID

from django.db import models

from kalixweb.core.actor import Actor

M = TypeVar("M", bound=models.Model)


class Unscoped(TypeError):
    """A tenant table was read without saying for which project or for whom."""


def memberships_of(actor: Actor, prefix: str) -> models.Q:
    """The condition that a row's project (reached by ``prefix``) is visible to the actor.

    The host operator (shell) sees every project, a person the projects of their memberships,
    everyone else none.
    """
    if actor.kind == "shell":
        return models.Q()
    if actor.kind == "user" and actor.id is not None:
        return models.Q(**{f"{prefix}memberships__user_id": actor.id})
    return models.Q(pk__in=[])


class TenantManager(models.Manager[M]):
    """``for_project`` and ``visible_to`` are the only ways in; anything else raises Unscoped."""

    def get_queryset(self) -> NoReturn:
        message = f"Read {self.model.__name__} through for_project() or visible_to()."
        raise Unscoped(message)

    def for_project(self, project: "models.Model | UUID") -> models.QuerySet[M]:
        """The rows of one project, given as the row or its id."""
        key = project.pk if isinstance(project, models.Model) else project
        return super().get_queryset().filter(project_id=key)

    def visible_to(self, actor: Actor) -> models.QuerySet[M]:
        """The rows of every project that the actor is a member of."""
        return super().get_queryset().filter(memberships_of(actor, "project__"))


class TenantModel(models.Model):
    """A row of one project. ``all_projects`` is for admin, periodic tasks and verify only."""

    project = models.ForeignKey("projects.Project", on_delete=models.CASCADE, related_name="+")

    all_projects = models.Manager()
    objects = TenantManager()

    class Meta:
        abstract = True
        base_manager_name = "all_projects"
        default_manager_name = "all_projects"
