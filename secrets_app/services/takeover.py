"""Taking a password over from where it is kept now: written down, then fetched, then sealed.

Nobody here ever sees it. The version is not saved by whoever asked for it, so they do not count as
knowing the value, and it may be sent to the hosts it belongs to and to no others.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kalixweb.audit.unit_of_work import record, record_alone, unit_of_work
from kalixweb.core.actor import Actor
from kalixweb.core.host_patterns import covers_pattern
from kalixweb.core.refusals import Refusal
from kalixweb.core.secret_value import SecretValue
from kalixweb.projects import permissions
from secrets_app.models import GENERIC, Secret
from secrets_app.services import allowed_hosts, naming, rows, secrets
from secrets_app.services.delivery import DeliveryRefused, DeliveryTarget, authorise_delivery


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value is kept now, and what taking it over needs and leaves.

    ``name`` stands beside the version as who saved it. ``right`` is needed beside those to write
    the secret. ``read`` and ``taken`` are the audit actions before the value is fetched and after
    it was sealed.
    """

    name: str
    right: str
    read: str
    taken: str

    @property
    def saved_by(self) -> Actor:
        return Actor(kind="worker", id=None, label=self.name)


@dataclass(frozen=True, slots=True)
class Into:
    """The entry that takes the value: of ``secret``, or of a new one called ``name``."""

    entry: str
    name: str = ""
    secret: Secret | None = None

    @property
    def label(self) -> str:
        return self.secret.name if self.secret else self.name


class TakingRefused(Refusal):
    """The secret may be sent elsewhere too, or is none for a password. Nothing was fetched."""


def require_possible(actor: Actor, project: UUID, into: Into, source: Source) -> None:
    """Raise Denied, NotAccepted or TakingRefused when the actor may not, or it cannot be kept."""
    permissions.require(
        actor,
        project,
        source.right,
        "secret.update" if into.secret else "secret.create",
        object_kind="secret",
        object_id=into.secret.id if into.secret else None,
        object_label=into.label[:63],
    )
    naming.check_entry_name(into.entry)
    if into.secret is None:
        naming.check_name(into.name)
    elif into.secret.project_id != project or into.secret.type != GENERIC:
        raise TakingRefused("A password is taken over into a generic secret of this project.")


def take(
    *,
    actor: Actor,
    project: UUID,
    into: Into,
    source: Source,
    hosts: Collection[str],
    details: Mapping[str, Any],
    users_of: Callable[[Secret], Iterable[DeliveryTarget]],
    fetch: Callable[[], SecretValue],
    also: Callable[[Secret], None],
) -> Secret:
    """Fetch the value and seal it; the secret as it is then.

    ``hosts`` are the patterns it may be sent to, ``details`` those of both events, ``users_of``
    says where a secret is sent now, ``fetch`` is called outside any transaction, and ``also`` is
    what else belongs to the unit of work. Raises what ``require_possible``, ``fetch``, making and
    saving secrets raise.
    """
    require_possible(actor, project, into, source)
    _require_no_other_destination(actor, into.secret, hosts, users_of)
    record_alone(
        actor,
        source.read,
        chain=project,
        object_kind="secret",
        object_id=into.secret.id if into.secret else None,
        object_label=into.label,
        **details,
    )
    value = fetch()
    with unit_of_work(actor):
        secret = _sealed(actor, project, into, value, source=source, hosts=hosts, users_of=users_of)
        record(
            source.taken,
            chain=project,
            object_kind="secret",
            object_id=secret.id,
            object_label=secret.name,
            secret=secret.name,
            entry=into.entry,
            version=secret.current_version,
            **details,
        )
        also(secret)
    return secret


def _sealed(
    actor: Actor,
    project: UUID,
    into: Into,
    value: SecretValue,
    *,
    source: Source,
    hosts: Collection[str],
    users_of: Callable[[Secret], Iterable[DeliveryTarget]],
) -> Secret:
    if into.secret is None:
        return secrets.create(
            actor=actor,
            project=project,
            name=into.name,
            type=GENERIC,
            entries={into.entry: value},
            allowed_hosts=hosts,
            saved_by=source.saved_by,
        )
    row = rows.locked(into.secret)
    _require_no_other_destination(actor, row, hosts, users_of)
    secrets.save_version(
        actor=actor, secret=row, values={into.entry: value}, saved_by=source.saved_by
    )
    allowed_hosts.allow_first(actor=actor, secret=row, patterns=hosts)
    return rows.locked(row)


def _require_no_other_destination(
    actor: Actor,
    secret: Secret | None,
    hosts: Collection[str],
    users_of: Callable[[Secret], Iterable[DeliveryTarget]],
) -> None:
    """An existing secret must not carry the value to where it could be read."""
    if secret is None:
        return
    if not secret.allowed_hosts:
        _require_first_delivery(actor, secret, hosts)
    wider = [p for p in secret.allowed_hosts if not covers_pattern(hosts, p)]
    if wider:
        raise TakingRefused(
            f"{secret.name} may be sent to {wider[0]} too. Take the password over into a new "
            "secret."
        )
    for target in users_of(secret):
        try:
            authorise_delivery(
                actor=actor, target=target, previous=None, secret=secret, taken_for=hosts
            )
        except DeliveryRefused:
            raise TakingRefused(
                f"{secret.name} is sent to {', '.join(target.hosts)[:200]} by {target.auth}, "
                "where this password does not belong. Take it over into a new secret."
            ) from None


def _require_first_delivery(actor: Actor, secret: Secret, hosts: Collection[str]) -> None:
    """The hosts will hold for what else the secret holds and has held."""
    target = DeliveryTarget(hosts, "scram-sha-512", user="", password_ref=None, ca_ref=None)
    try:
        authorise_delivery(actor=actor, target=target, previous=None, secret=secret)
    except DeliveryRefused:
        raise TakingRefused(
            f"{secret.name} holds values of others and has not been sent anywhere yet. Take the "
            "password over into a new secret."
        ) from None
