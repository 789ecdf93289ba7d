"""Links that bring people in, shown once, used once, and stored only as a hash."""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from uuid import UUID

from django.conf import settings

from kalixweb.accounts.actors import actor_of
from kalixweb.accounts.models import User
from kalixweb.accounts.services.users import create_user, set_password
from kalixweb.accounts.tokens import new_token, token_hash
from kalixweb.audit.unit_of_work import record, unit_of_work
from kalixweb.core import clock
from kalixweb.core.actor import Actor
from kalixweb.core.refusals import Refusal
from kalixweb.core.secret_value import SecretValue
from kalixweb.projects.models import Invitation, Membership, Project
from kalixweb.projects.permissions import (
    instance_rights_of,
    require,
    require_instance,
    rights_of,
)
from kalixweb.projects.services.memberships import checked_roles, put_membership

LIFETIME = timedelta(hours=72)


class InvitationNotValid(Refusal):
    """The link is wrong, too old or used, or whoever sent it may not invite any more."""

    status = HTTPStatus.NOT_FOUND
    on_its_own = True

    def __init__(self) -> None:
        super().__init__("This invitation does not work any more. Ask for another one.")


class AlreadyMember(Refusal):
    """A link adds members; it never changes the roles of one."""

    status = HTTPStatus.CONFLICT

    def __init__(self, project: str) -> None:
        super().__init__(f"You are a member of {project} already.")


def invite(
    *, actor: Actor, label: str, project: Project | None = None, roles: Collection[str] = ()
) -> str:
    """The link for a new invitation: into a project with roles, or to an account alone.

    ``label`` says for whom, for the list and the audit trail. Raises Denied, UnknownRole.
    """
    if project is not None:
        require(actor, project.id, "members", object_kind="invitation", object_label=label)
    else:
        require_instance(actor, "instance.users", object_label=label)
    return _issue(actor, Invitation(label=label, project=project, roles=checked_roles(roles)))


def invite_to_new_password(*, actor: Actor, user: User) -> str:
    """The link with which an existing user chooses a new password. Raises Denied."""
    require_instance(actor, "instance.users", object_label=user.username)
    return _issue(actor, Invitation(label=user.username, user=user))


def revoke(*, actor: Actor, invitation: Invitation) -> None:
    """Make a link worthless. Raises Denied."""
    if invitation.project_id is not None:
        require(actor, invitation.project_id, "members", object_label=invitation.label)
    else:
        require_instance(actor, "instance.users", object_label=invitation.label)
    with unit_of_work(actor):
        invitation_record("invitation.revoked", invitation)
        invitation.delete()


def find(digest: bytes) -> Invitation:
    """The invitation whose token has this hash; raises InvitationNotValid.

    It holds only as long as whoever sent it could send it again.
    """
    row = (
        Invitation.objects.select_related("project", "user", "created_by")
        .filter(token_hash=digest, expires_at__gt=clock.now())
        .first()
    )
    if row is None or not _sender_may(row):
        raise InvitationNotValid
    return row


def accept_as_new(
    *, actor: Actor, digest: bytes, username: str, password: SecretValue
) -> tuple[User, Project | None]:
    """Make the account that the invitation promises. Raises InvitationNotValid, NameTaken,
    ValidationError."""
    found = find(digest)
    if found.user_id is not None:
        raise InvitationNotValid
    actor = replace(actor, label="invitation")
    with unit_of_work(actor):
        _use_up(found)
        user = create_user(actor=actor, username=username, password=password, via="invitation")
        if found.project is not None:
            put_membership(found.project, user, found.roles)
    return user, found.project


def accept_as_member(*, actor: Actor, digest: bytes) -> Project:
    """Join the project as the user who is signed in. Raises InvitationNotValid, AlreadyMember."""
    found = find(digest)
    if found.project is None or found.user_id is not None:
        raise InvitationNotValid
    user = User.objects.get(pk=actor.id or UUID(int=0), is_active=True)
    with unit_of_work(actor):
        if Membership.objects.for_project(found.project).filter(user=user).exists():
            raise AlreadyMember(found.project.name)
        _use_up(found)
        put_membership(found.project, user, found.roles)
    return found.project


def accept_new_password(*, actor: Actor, digest: bytes, password: SecretValue) -> User:
    """Set the password of the user whom the link names. Raises InvitationNotValid,
    ValidationError."""
    found = find(digest)
    if found.user is None or not found.user.is_active:
        raise InvitationNotValid
    actor = replace(actor, label="invitation")
    with unit_of_work(actor):
        _use_up(found)
        set_password(actor=actor, user=found.user, password=password, via="invitation")
    return found.user


def end_invitations_of(user: User) -> int:
    """Delete what the user sent and what was sent to them; inside the caller's unit of work."""
    sent = list(Invitation.objects.filter(created_by=user))
    meant_for = list(Invitation.objects.filter(user=user))
    rows = {row.pk: row for row in [*sent, *meant_for]}
    for row in rows.values():
        invitation_record("invitation.revoked", row)
        row.delete()
    return len(rows)


def invitation_record(action: str, row: Invitation) -> None:
    """An event about the invitation, with the roles that it gives."""
    record(
        action,
        chain=row.project_id,
        object_kind="invitation",
        object_id=row.pk,
        object_label=row.label,
        user=row.user.username if row.user else None,
        user_id=row.user_id,
        roles_after=row.roles,
    )


def _issue(actor: Actor, row: Invitation) -> str:
    token = new_token()
    row.token_hash = token_hash(token)
    row.expires_at = clock.now() + LIFETIME
    row.created_by_id = _sender_id(actor)
    with unit_of_work(actor):
        row.save(force_insert=True)
        invitation_record("invitation.created", row)
    return f"{settings.KALIXWEB_URL}/invitation/{token}/"


def _sender_id(actor: Actor) -> UUID | None:
    return actor.id if actor.kind == "user" else None


def _sender_may(row: Invitation) -> bool:
    if row.created_by is None:
        return True
    sender = actor_of("user", row.created_by.pk, row.created_by.username)
    if sender is None:
        return False
    if row.project_id is not None:
        return "members" in rights_of(sender, row.project_id)
    return "instance.users" in instance_rights_of(sender)


def _use_up(row: Invitation) -> None:
    # The deletion decides between two people who use the link at the same moment.
    invitation_record("invitation.accepted", row)
    deleted, _ = Invitation.objects.filter(pk=row.pk).delete()
    if not deleted:
        raise InvitationNotValid
