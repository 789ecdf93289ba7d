"""The secrets that a connection refers to: asked for, made in place, and who may have them sent."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID, uuid4

from brokers.connections.services.configuration import (
    Configuration,
    Existing,
    New,
    Reference,
    configuration_of,
    key_of,
)
from brokers.connections.services.recorded_values import row_mac_values, snapshot_values
from brokers.engine.platforms import patterns_for
from brokers.models import Connection
from kalixweb.audit.unit_of_work import record_alone
from kalixweb.core.actor import Actor
from kalixweb.core.refusals import field_prefix
from kalixweb.projects import permissions
from secrets_app.models import CA_ENTRY, GENERIC, TLS_CA
from secrets_app.queries import ReferenceMissing
from secrets_app.services import allowed_hosts, delivery, row_macs, secrets
from secrets_app.services.delivery import DeliveryTarget

HOLDER = "connection"
NO_CA = "no CA secret; one of type tls-ca is needed"


def require_use(
    actor: Actor, project: UUID, password: Reference, ca: Reference | None = None
) -> None:
    """Referring to a stored value needs the right to use it, and stays within the project."""
    for reference, field in ((password, "password_ref"), (ca, "ca_ref")):
        if not isinstance(reference, Existing):
            continue
        if reference.secret.project_id != project:
            raise ReferenceMissing(reference.reference, "no secret of this project", field)
        permissions.require(
            actor,
            project,
            "secret.use",
            object_kind="secret",
            object_id=reference.secret.id,
            object_label=reference.secret.name,
        )
    if isinstance(ca, Existing) and ca.secret.type != TLS_CA:
        raise ReferenceMissing(ca.reference, NO_CA, "ca_ref")


def require_delivery(
    *,
    actor: Actor,
    project: UUID,
    wanted: Configuration,
    password: Reference,
    ca: Reference | None,
    connection: Connection | None,
) -> None:
    """Raise DeliveryRefused unless the actor may have the stored password sent there.

    A password that is typed for this very change is its typist's to send.
    """
    if not isinstance(password, Existing):
        return
    # A CA that is only made by this save differs from every CA that was authorised before.
    ca_key = key_of(ca) or ((uuid4(), CA_ENTRY) if ca else None)
    target = DeliveryTarget(wanted.servers, wanted.auth, wanted.user, key_of(password), ca_key)
    previous = _authorised_before(project, password, target, connection)
    try:
        delivery.authorise_delivery(
            actor=actor, target=target, previous=previous, secret=password.secret
        )
    except delivery.DeliveryRefused as refused:
        record_alone(
            actor,
            "secret.delivery_refused",
            chain=project,
            object_kind="secret",
            object_id=password.secret.id,
            object_label=password.secret.name,
            outcome="denied",
            connection=wanted.name,
            hosts=wanted.servers,
            reason=refused.sentence,
        )
        raise


def _authorised_before(
    project: UUID, password: Existing, target: DeliveryTarget, connection: Connection | None
) -> DeliveryTarget | None:
    """The saved connection itself, else the one that sends this secret in the most similar way."""
    if connection is not None and connection.password_secret_id == password.secret.id:
        return delivery_of(connection)
    rows = Connection.objects.for_project(project).filter(password_secret=password.secret)
    others = [delivery_of(row) for row in rows if unaltered(row)]

    def likeness(other: DeliveryTarget) -> tuple[bool, ...]:
        same_hosts = set(other.hosts) == set(target.hosts)
        same_login = (other.user, other.password_ref) == (target.user, target.password_ref)
        return other.ca_ref == target.ca_ref, other.auth == target.auth, same_hosts, same_login

    return max(others, key=likeness, default=None)


def delivery_of(connection: Connection) -> DeliveryTarget:
    """Where a stored connection sends its password."""
    ca = connection.ca_secret_id
    return DeliveryTarget(
        hosts=connection.servers,
        auth=connection.auth,
        user=connection.user,
        password_ref=(connection.password_secret_id, connection.password_entry),
        ca_ref=(ca, connection.ca_entry) if ca else None,
    )


def sign(connection: Connection) -> None:
    """Set the row's MAC from its present fields; the caller saves."""
    connection.row_mac_kid, connection.row_mac = row_macs.sign(
        HOLDER, connection.project_id, connection.id, _row_mac_values(connection)
    )


def unaltered(connection: Connection) -> bool:
    """Whether kalixweb itself wrote what says where the password goes."""
    return row_macs.check(
        HOLDER,
        connection.project_id,
        connection.id,
        _row_mac_values(connection),
        connection.row_mac_kid,
        bytes(connection.row_mac),
    )


def _row_mac_values(connection: Connection) -> Sequence[row_macs.Field]:
    return row_mac_values(
        snapshot_values(configuration_of(connection)),
        connection.password_secret_id,
        connection.ca_secret_id,
    )


def store_password(
    *, actor: Actor, project: UUID, password: Reference, servers: tuple[str, ...]
) -> Existing:
    """The stored reference, made now when it is new; its first hosts become its allowed hosts."""
    if isinstance(password, New):
        with field_prefix("password"):
            made = secrets.create(
                actor=actor,
                project=project,
                name=password.name,
                type=GENERIC,
                entries={password.entry: password.value},
                allowed_hosts=patterns_for(servers),
            )
        return Existing(made, password.entry)
    allowed_hosts.allow_first(actor=actor, secret=password.secret, patterns=patterns_for(servers))
    return replace(password)


def store_ca(*, actor: Actor, project: UUID, ca: Reference | None) -> Existing | None:
    """The stored CA, made now when it is new, or None."""
    if not isinstance(ca, New):
        return ca
    with field_prefix("ca"):
        made = secrets.create(
            actor=actor, project=project, name=ca.name, type=TLS_CA, entries={CA_ENTRY: ca.value}
        )
    return Existing(made, CA_ENTRY)
