"""Sending a stored value to a destination of one's own choosing is revealing it."""

from collections.abc import Collection
from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

from kalixweb.core.actor import Actor
from kalixweb.core.host_patterns import covers_host, host_of
from kalixweb.core.refusals import Refusal
from kalixweb.projects import permissions
from secrets_app.models import Secret, SecretVersion
from secrets_app.services.fresh_sign_in import is_fresh

Reference = tuple[UUID, str]

# Stronger mechanisms have higher numbers: PLAIN hands the password over, SCRAM proves it.
_STRENGTH = {"plain": 0, "scram-sha-256": 1, "scram-sha-512": 2}
_STRONGEST = max(_STRENGTH.values())


@dataclass(frozen=True, slots=True)
class DeliveryTarget:
    """Where something sends a secret and how. ``hosts`` are ``host:port``; references are
    (secret id, entry). ``typed_password``: the value was typed anew for this very change."""

    hosts: Collection[str]
    auth: str
    user: str
    password_ref: Reference | None
    ca_ref: Reference | None
    typed_password: bool = False


class DeliveryRefused(Refusal):
    """The stored value may not be sent there by this actor. ``sentence`` says what would help."""

    status = HTTPStatus.FORBIDDEN
    field = "servers"

    def __init__(self, sentence: str, *, fresh_would_do: bool = False) -> None:
        super().__init__(sentence)
        self.fresh_would_do = fresh_would_do


def authorise_delivery(
    *,
    actor: Actor,
    target: DeliveryTarget,
    previous: DeliveryTarget | None,
    secret: Secret,
    taken_for: Collection[str] | None = None,
) -> None:
    """Return when the actor may have ``secret`` sent to ``target``, else raise DeliveryRefused.

    ``previous`` is what was last authorised for this secret: its user as it is saved, or for a
    new one another that uses the secret; None when nothing uses it yet. A
    previous target with another password secret says nothing about this one and is ignored.
    ``taken_for`` are the hosts of a value that is about to be taken over from elsewhere: they are
    the only ones allowed, and nobody knows that value.
    """
    if previous is not None and not _concerns(previous, secret):
        previous = None
    if previous is not None and _same(target, previous):
        return
    if _may_reveal(actor, secret) and is_fresh(actor):
        return
    knows_value = taken_for is None and _knows_value(actor, target, secret)
    if weaker := _weaker(target, previous):
        if previous is not None or not knows_value:
            raise _refused(actor, secret, weaker)
        return
    if knows_value:
        return
    allowed = secret.allowed_hosts if taken_for is None else taken_for
    outside = [h for h in map(host_of, target.hosts) if not covers_host(allowed, h)]
    if outside:
        why = f"{secret.name} has not been sent to {_some(outside)} before"
        raise _refused(actor, secret, why, to_type_it_helps=True)


def _concerns(previous: DeliveryTarget, secret: Secret) -> bool:
    return previous.password_ref is not None and previous.password_ref[0] == secret.id


def _same(target: DeliveryTarget, previous: DeliveryTarget) -> bool:
    return (
        {host.lower() for host in target.hosts} == {host.lower() for host in previous.hosts}
        and target.auth == previous.auth
        and target.user == previous.user
        and target.password_ref == previous.password_ref
        and target.ca_ref == previous.ca_ref
    )


def _weaker(target: DeliveryTarget, previous: DeliveryTarget | None) -> str | None:
    """How the target protects the value less than before. Where nothing was authorised yet, the
    measure is SCRAM against the system's certificate authorities."""
    strength = _STRENGTH.get(previous.auth, _STRONGEST) if previous else 1
    if _STRENGTH.get(target.auth, _STRONGEST) < strength:
        return f"{target.auth} protects the password less"
    if target.ca_ref != (previous.ca_ref if previous else None):
        return "Another CA decides which servers get the password"
    return None


def _knows_value(actor: Actor, target: DeliveryTarget, secret: Secret) -> bool:
    """Whether the actor knows whatever may be sent: typed now, or they wrote all of the secret.

    To have written one version or one entry is not enough: an earlier version can be made current
    again, and the hosts that one entry opens are open to the others.
    """
    if target.typed_password:
        return True
    if actor.id is None:
        return False
    versions = SecretVersion.objects.for_project(secret.project_id).filter(secret=secret)
    return not versions.exclude(saved_by_kind=actor.kind, saved_by_id=actor.id).exists()


def _may_reveal(actor: Actor, secret: Secret) -> bool:
    return permissions.may(actor, secret.project_id, "secret.reveal", secret)


def _refused(
    actor: Actor, secret: Secret, why: str, *, to_type_it_helps: bool = False
) -> DeliveryRefused:
    if _may_reveal(actor, secret):
        return DeliveryRefused(f"{why}. Sign in again, then repeat this.", fresh_would_do=True)
    return DeliveryRefused(
        f"{why}. Type the password anew, or ask someone who may reveal secrets to save this."
        if to_type_it_helps
        else f"{why}. Ask someone who may reveal secrets to save this."
    )


def _some(hosts: list[str]) -> str:
    return hosts[0] if len(hosts) == 1 else f"{hosts[0]} and {len(hosts) - 1} more"
