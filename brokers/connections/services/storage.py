"""Writing one connection's row: its references, its MAC, its usage rows and its audit event."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from brokers.connections.services import secret_references
from brokers.connections.services.configuration import (
    Existing,
    Reference,
    ca_reference_of,
    configuration_of,
    reference_of,
)
from brokers.connections.services.recorded_values import audit_details, destination_details
from brokers.models import Connection
from kalixweb.audit.unit_of_work import record
from kalixweb.core import clock
from kalixweb.core.actor import Actor
from kalixweb.core.refusals import Gone, NameTaken
from secrets_app.services import usage


class ConnectionGone(Gone):
    """The connection was deleted since it was read."""


def locked(connection: Connection) -> Connection:
    """The row as it is now, held until the unit of work ends. Raises ConnectionGone."""
    rows = Connection.objects.for_project(connection.project_id).select_for_update(
        of=("self",), no_key=True
    )
    found = rows.select_related("password_secret", "ca_secret").filter(id=connection.id).first()
    if found is None:
        raise ConnectionGone(connection.name)
    return found


def refer(
    actor: Actor,
    row: Connection,
    password: Reference,
    ca: Reference | None,
    before: tuple[Existing | None, Existing | None] = (None, None),
) -> list[str]:
    """Point the row at its secrets, made now where they are new; answers which of them differ."""
    stored = secret_references.store_password(
        actor=actor, project=row.project_id, password=password, servers=tuple(row.servers)
    )
    stored_ca = secret_references.store_ca(actor=actor, project=row.project_id, ca=ca)
    row.password_secret, row.password_entry = stored.secret, stored.entry
    row.ca_secret = stored_ca.secret if stored_ca else None
    row.ca_entry = stored_ca.entry if stored_ca else ""
    pairs = (("password", before[0], stored), ("ca", before[1], stored_ca))
    return [name for name, old, new in pairs if old != new]


def store(actor: Actor, row: Connection, *, new: bool = False) -> None:
    """Sign and save the row and say which entries it uses. Raises NameTaken."""
    row.changed_at, row.changed_by = clock.now(), actor.label
    secret_references.sign(row)
    try:
        with transaction.atomic():
            row.save(force_insert=new)
    except IntegrityError:
        raise NameTaken(
            f"A connection named {row.name} exists already. Choose another name."
        ) from None
    entries = [(row.password_secret_id, row.password_entry)]
    if row.ca_secret_id:
        entries.append((row.ca_secret_id, row.ca_entry))
    declare_usage(row, entries)


def declare_usage(row: Connection, entries: Collection[tuple[UUID, str]]) -> None:
    """Make these the entries that the connection uses."""
    usage.replace(
        project=row.project_id,
        holder_kind=secret_references.HOLDER,
        holder_id=row.id,
        label=row.name,
        entries=entries,
    )


def facts(row: Connection) -> dict[str, Any]:
    """Where the password goes, for the trail."""
    ca = ca_reference_of(row)
    return destination_details(configuration_of(row)) | {
        "password": reference_of(row).reference,
        "ca": ca.reference if ca else None,
    }


def record_event(row: Connection, action: str, **details: Any) -> None:  # noqa: ANN401
    """Add the event to the open unit of work."""
    record(
        action,
        chain=row.project_id,
        object_kind="connection",
        object_id=row.id,
        object_label=row.name,
        revision=row.revision,
        **audit_details(configuration_of(row)) | facts(row),
        **details,
    )
