"""Audit events of signing in and out, failures included, never what was typed."""

from typing import Literal
from uuid import UUID

from kalixweb.accounts.models import User
from kalixweb.audit.unit_of_work import record_alone, record_coalesced
from kalixweb.core.actor import Actor
from kalixweb.keys import macs

Reason = Literal["password", "second_factor", "not_active", "too_many_attempts", "not_linked"]


def signed_in(actor: Actor, user: User, *, method: str, second_factor: bool) -> None:
    """A session has begun."""
    record_alone(
        actor,
        "user.signed_in",
        chain=None,
        object_kind="user",
        object_id=user.pk,
        object_label=user.username,
        method=method,
        second_factor=second_factor,
    )


def proved_again(actor: Actor, user: User, *, method: str) -> None:
    """Somebody who is signed in proved anew who they are."""
    record_alone(
        actor,
        "user.signed_in",
        chain=None,
        object_kind="user",
        object_id=user.pk,
        object_label=user.username,
        method=method,
        reauthenticated=True,
    )


def signed_out(actor: Actor, user: User) -> None:
    """A session was ended by its owner."""
    record_alone(
        actor,
        "user.signed_out",
        chain=None,
        object_kind="user",
        object_id=user.pk,
        object_label=user.username,
    )


def sign_in_failed(actor: Actor, typed_name: str, reason: Reason) -> None:
    """Somebody did not get in; like failures of one minute become one event with their count.

    The event names the user when the name exists. Otherwise it holds a keyed hash of what was
    typed: people type passwords into the wrong box.
    """
    name = typed_name.strip().lower()
    user = User.objects.filter(username=name).first()
    object_id, label, details = _of_user(user) if user else _of_unknown_name(name)
    record_coalesced(
        actor,
        "user.sign_in_failed",
        chain=None,
        object_kind="user",
        object_id=object_id,
        object_label=label,
        outcome="failed",
        per=str(details.get("name_mac", "")) + reason,
        reason=reason,
        **details,
    )


def _of_user(user: User) -> tuple[UUID | None, str, dict[str, object]]:
    return user.pk, user.username, {}


def _of_unknown_name(name: str) -> tuple[UUID | None, str, dict[str, object]]:
    message = macs.lp(b"kd.name.v1", name.encode("utf-8"))
    kid, tag = macs.mac("audit_mac", None, message)
    return None, "unknown name", {"name_mac": tag.hex(), "kid": kid}
