"""Who is in a project with which roles: changed by others only, never left without an admin."""

from collections.abc import Collection
from http import HTTPStatus

from kalixweb.accounts.models import User
from kalixweb.audit.unit_of_work import record, unit_of_work
from kalixweb.core.actor import Actor
from kalixweb.core.refusals import Refusal
from kalixweb.projects.models import Membership, Project
from kalixweb.projects.permissions import require
from kalixweb.projects.roles import TITLES


class OwnRoles(Refusal):
    """Nobody changes or ends their own membership."""

    status = HTTPStatus.FORBIDDEN

    def __init__(self) -> None:
        super().__init__("Nobody changes their own roles. Another project admin has to do this.")


class LastAdmin(Refusal):
    """The project would be left without a project admin."""

    status = HTTPStatus.CONFLICT

    def __init__(self) -> None:
        super().__init__(
            "The project would be left without an admin. Make somebody else project admin first."
        )


class UnknownRole(ValueError):
    """A role that the permission table does not have."""


def checked_roles(roles: Collection[str]) -> list[str]:
    """The roles sorted and without repetition; raises UnknownRole."""
    if unknown := set(roles) - set(TITLES):
        raise UnknownRole(", ".join(sorted(unknown)))
    return sorted(set(roles))


def admins_of(project: Project) -> list[Membership]:
    """Memberships of active users that hold the role project admin."""
    rows = Membership.objects.for_project(project).filter(user__is_active=True)
    return [row for row in rows.select_related("user") if "project_admin" in row.roles]


def lock_members(project: Project) -> None:
    """Hold all memberships of the project, else two admins could remove each other at once."""
    list(Membership.objects.for_project(project).select_for_update().order_by("id"))


def put_membership(project: Project, user: User, roles: Collection[str]) -> Membership:
    """Add a member or replace their roles, with the event, inside the caller's unit of work."""
    after = checked_roles(roles)
    rows = Membership.objects.for_project(project).select_for_update()
    row = rows.filter(user_id=user.pk).first()
    before = list(row.roles) if row else []
    row = row or Membership(project=project, user=user)
    row.roles = after
    row.save()
    _record(project, user, "membership.changed", before, after)
    return row


def change_roles(*, actor: Actor, member: Membership, roles: Collection[str]) -> None:
    """Replace a member's roles. Raises Denied, OwnRoles, LastAdmin, UnknownRole."""
    _ask(actor, member)
    after = checked_roles(roles)
    with unit_of_work(actor):
        if "project_admin" not in after:
            _keep_an_admin(member)
        put_membership(member.project, member.user, after)


def remove_member(*, actor: Actor, member: Membership) -> None:
    """End a membership. Raises Denied, OwnRoles, LastAdmin."""
    _ask(actor, member)
    with unit_of_work(actor):
        _keep_an_admin(member)
        member.delete()
        _record(member.project, member.user, "membership.ended", member.roles, [])


def _ask(actor: Actor, member: Membership) -> None:
    require(
        actor,
        member.project_id,
        "members",
        object_kind="user",
        object_id=member.user_id,
        object_label=member.user.username,
    )
    if actor.kind == "user" and actor.id == member.user_id:
        raise OwnRoles


def _keep_an_admin(leaving: Membership) -> None:
    lock_members(leaving.project)
    admins = admins_of(leaving.project)
    if leaving.user_id in {row.user_id for row in admins} and len(admins) == 1:
        raise LastAdmin


def _record(project: Project, user: User, action: str, before: list[str], after: list[str]) -> None:
    record(
        action,
        chain=project.pk,
        object_kind="user",
        object_id=user.pk,
        object_label=user.username,
        roles_before=before,
        roles_after=after,
    )
