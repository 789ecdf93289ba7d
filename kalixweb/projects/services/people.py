"""What administrators do with accounts: make administrators, end sessions, deactivate."""

from dataclasses import dataclass
from http import HTTPStatus

from kalixweb.accounts.models import User
from kalixweb.accounts.services import users
from kalixweb.accounts.services.identities import drop_links
from kalixweb.audit.unit_of_work import record, unit_of_work
from kalixweb.core.actor import Actor
from kalixweb.core.refusals import Refusal
from kalixweb.core.secret_value import SecretValue
from kalixweb.projects.models import Membership, Project
from kalixweb.projects.permissions import require_instance
from kalixweb.projects.services.invitations import end_invitations_of
from kalixweb.projects.services.memberships import admins_of, lock_members, put_membership


class LastAdministrator(Refusal):
    """The instance would be left without an active administrator."""

    status = HTTPStatus.CONFLICT

    def __init__(self, username: str) -> None:
        super().__init__(f"{username} is the last active administrator.")


@dataclass(frozen=True)
class Ended:
    """What a deactivation ended."""

    sessions: int
    invitations: int
    taken_over: tuple[str, ...]
    """Names of projects that had no other admin and got one."""


class OwnerUnclear(Refusal):
    """Nobody, or no single one, is meant as the owner."""


def create_administrator(*, actor: Actor, username: str, password: SecretValue) -> User:
    """Make another administrator. Raises Denied, NameTaken, ValidationError."""
    require_instance(actor, "instance.users", object_label=username)
    return users.create_user(
        actor=actor, username=username, password=password, via="command", is_administrator=True
    )


def create_instance_auditor(*, actor: Actor, username: str, password: SecretValue) -> User:
    """Make somebody who reads every audit trail. Raises like ``create_administrator``."""
    require_instance(actor, "instance.users", object_label=username)
    return users.create_user(
        actor=actor, username=username, password=password, via="command", is_instance_auditor=True
    )


def owner_for(username: str | None) -> User | None:
    """Whom a project made by the host operator belongs to.

    The named user, else the only administrator; None while no user exists at all, for then the
    setup link makes the first administrator its owner. Raises OwnerUnclear.
    """
    active = User.objects.filter(is_active=True)
    if username is not None:
        found = active.filter(username=username.lower()).first()
        if found is None:
            raise OwnerUnclear(f"There is no active user {username}.")
        return found
    administrators = list(active.filter(is_administrator=True)[:2])
    if len(administrators) > 1 or (not administrators and User.objects.exists()):
        raise OwnerUnclear("Who gets the project? Add --owner USER.")
    return administrators[0] if administrators else None


def end_sessions(*, actor: Actor, user: User) -> int:
    """Sign a user out everywhere; how many sessions ended. Raises Denied."""
    require_instance(actor, "instance.users", object_label=user.username)
    return users.end_sessions(actor=actor, user=user)


def deactivate_user(*, actor: Actor, user: User) -> Ended:
    """Shut a user out: sessions, invitations and single sign-on links end in one transaction.

    Never blocked by projects: where the user was the only admin, the acting administrator (for
    the host operator the first one by name) takes that role over, and the project's audit trail
    says so. Raises Denied, LastAdministrator.
    """
    require_instance(actor, "instance.users", object_label=user.username)
    with unit_of_work(actor):
        others = User.objects.select_for_update().filter(is_active=True, is_administrator=True)
        remaining = list(others.exclude(pk=user.pk))
        if not remaining:
            raise LastAdministrator(user.username)
        heir = next((one for one in remaining if one.pk == actor.id), remaining[0])
        taken_over = _take_over(user, heir)
        user.is_active = False
        user.save(update_fields=["is_active"])
        ended = Ended(users.drop_sessions(user), end_invitations_of(user), taken_over)
        drop_links(user)
        record(
            "user.deactivated",
            chain=None,
            object_kind="user",
            object_id=user.pk,
            object_label=user.username,
            sessions=ended.sessions,
            invitations=ended.invitations,
        )
    return ended


def _take_over(leaving: User, heir: User) -> tuple[str, ...]:
    names = []
    for project in Project.objects.filter(memberships__user=leaving):
        lock_members(project)
        if [row.user_id for row in admins_of(project)] != [leaving.pk]:
            continue
        row = Membership.objects.for_project(project).filter(user=heir).first()
        put_membership(project, heir, {*(row.roles if row else ()), "project_admin"})
        names.append(project.name)
    return tuple(names)
