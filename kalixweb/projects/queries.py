"""Reads of projects, members and open invitations."""

from collections.abc import Iterable
from typing import TypeVar

from django.db.models import Count, QuerySet

from kalixweb.core import clock
from kalixweb.core.actor import Actor
from kalixweb.projects.models import Invitation, Membership, Project
from kalixweb.projects.roles import titles

R = TypeVar("R", Membership, Invitation)


def my_projects(actor: Actor) -> list[tuple[Project, str, int]]:
    """(project, the actor's roles in words, number of members), by name; two queries."""
    projects = Project.objects.visible_to(actor)
    counted = dict(
        Project.objects.filter(pk__in=projects)
        .annotate(members=Count("memberships"))
        .values_list("pk", "members")
    )
    if actor.id is None:
        return [(project, "", counted[project.pk]) for project in projects]
    rows = Membership.objects.visible_to(actor).filter(user_id=actor.id)
    mine = rows.select_related("project").order_by("project__name")
    return [(row.project, titles(row.roles), counted[row.project_id]) for row in mine]


def with_titles(rows: Iterable[R]) -> list[R]:
    """Rows with ``roles_in_words`` beside ``roles``, for pages."""
    found = list(rows)
    for row in found:
        row.roles_in_words = titles(row.roles)  # type: ignore[attr-defined]
    return found


def members_of(project: Project) -> QuerySet[Membership]:
    """Members with their users, by name."""
    rows = Membership.objects.for_project(project).select_related("project", "user")
    return rows.order_by("user__username")


def pending_invitations(project: Project) -> QuerySet[Invitation]:
    """Links into the project that still work, newest first."""
    rows = Invitation.objects.filter(project=project, expires_at__gt=clock.now())
    return rows.select_related("created_by", "project", "user")
