"""Making, changing and deleting connections. Every call is audited in its own unit of work."""

from collections.abc import Callable
from uuid import UUID, uuid4

from brokers.connections.services import cluster_link, limits, secret_references, storage
from brokers.connections.services.configuration import (
    REDIRECTING,
    TESTED,
    Configuration,
    Reference,
    apply,
    ca_reference_of,
    changed_fields,
    reference_of,
)
from brokers.connections.services.validation import require_acceptable
from brokers.models import Connection
from kalixweb.audit.unit_of_work import record, unit_of_work
from kalixweb.core.actor import Actor
from kalixweb.core.refusals import ChangedMeanwhile
from kalixweb.projects import permissions
from kalixweb.projects.models import Project
from secrets_app.services import row_macs


def create(
    *,
    actor: Actor,
    project: UUID,
    wanted: Configuration,
    password: Reference,
    ca: Reference | None = None,
    copied_from: str | None = None,
    also: Callable[[Connection], None] | None = None,
) -> Connection:
    """Make a connection, and the secrets that are new with it, in one unit of work.

    ``also`` is what else belongs to that unit of work, done with the stored row. Raises Denied,
    NotAcceptable (also TooManyEndpoints), ReferenceMissing, DeliveryRefused, NameTaken, and what
    making a secret raises.
    """
    permissions.require(
        actor, project, "connection.create", object_kind="connection", object_label=wanted.name[:63]
    )
    secret_references.require_use(actor, project, password, ca)
    require_acceptable(wanted, password, ca)
    secret_references.require_delivery(
        actor=actor, project=project, wanted=wanted, password=password, ca=ca, connection=None
    )
    limits.count_endpoints(actor, wanted.servers)
    row = Connection(id=uuid4(), project_id=project, created_by=actor.label)
    with unit_of_work(actor):
        apply(row, wanted)
        storage.refer(actor, row, password, ca)
        storage.store(actor, row, new=True)
        storage.record_event(row, "connection.created", copied_from=copied_from)
        if also is not None:
            also(row)
    return row


def change(
    *,
    actor: Actor,
    connection: Connection,
    expected_revision: int,
    wanted: Configuration,
    password: Reference,
    ca: Reference | None = None,
    is_of_cluster: bool = False,
    also: Callable[[Connection], None] | None = None,
) -> Connection:
    """Save the connection anew; nothing is written when nothing differs.

    ``is_of_cluster``: AWS named the servers. Else others than before are of a cluster that nobody
    knows. ``also`` as in ``create``. Raises as ``create`` does, and ChangedMeanwhile,
    ConnectionGone, RowAltered.
    """
    _require(actor, connection, "connection.edit")
    if connection.revision != expected_revision:
        raise ChangedMeanwhile(connection)
    require_unaltered(connection)
    if _redirects(connection, wanted, password, ca):
        _require(actor, connection, "connection.edit_endpoint")
        secret_references.require_use(actor, connection.project_id, password, ca)
    require_acceptable(wanted, password, ca)
    secret_references.require_delivery(
        actor=actor,
        project=connection.project_id,
        wanted=wanted,
        password=password,
        ca=ca,
        connection=connection,
    )
    limits.count_endpoints(actor, set(wanted.servers) - set(connection.servers))
    with unit_of_work(actor):
        row = storage.locked(connection)
        if row.revision != expected_revision:
            raise ChangedMeanwhile(row)
        _save(actor, row, wanted, password, ca, is_of_cluster=is_of_cluster)
        if also is not None:
            also(row)
    return row


def _save(
    actor: Actor,
    row: Connection,
    wanted: Configuration,
    password: Reference,
    ca: Reference | None,
    *,
    is_of_cluster: bool,
) -> None:
    before = {f"{name}_before": fact for name, fact in storage.facts(row).items()}
    old_references = (reference_of(row), ca_reference_of(row))
    changed = changed_fields(row, wanted)
    apply(row, wanted)
    changed += storage.refer(actor, row, password, ca, old_references)
    if not changed:
        return
    row.revision += 1
    if TESTED & set(changed):
        row.target_revision = row.revision
    if "servers" in changed:
        row.offered_servers = []
    left = cluster_link.leave(row, before["hosts_before"]) if not is_of_cluster else None
    storage.store(actor, row)
    storage.record_event(row, "connection.changed", fields=changed, **before)
    if left:
        cluster_link.record_left(row, left)


def delete(*, actor: Actor, connection: Connection) -> None:
    """Delete the connection with its history; its secrets stay. Raises Denied, ConnectionGone."""
    _require(actor, connection, "connection.delete")
    with unit_of_work(actor):
        row = storage.locked(connection)
        storage.declare_usage(row, ())
        storage.record_event(row, "connection.deleted")
        row.delete()


def set_default(*, actor: Actor, connection: Connection, default: bool = True) -> None:
    """Make it the one default connection of its project, or the project without one.

    Raises Denied, ConnectionGone.
    """
    _require(actor, connection, "connection.set_default")
    with unit_of_work(actor):
        # One at a time: of two who find no default, one would run into the constraint.
        Project.objects.select_for_update(no_key=True).filter(id=connection.project_id).first()
        storage.locked(connection)
        others = Connection.objects.for_project(connection.project_id).select_for_update()
        before = others.filter(is_default=True).first()
        if (before is not None and before.id == connection.id) == default:
            return
        others.filter(is_default=True).update(is_default=False)
        if default:
            others.filter(id=connection.id).update(is_default=True)
        record(
            "connection.default_set",
            chain=connection.project_id,
            object_kind="connection",
            object_id=connection.id,
            object_label=connection.name,
            before=before.name if before else None,
            after=connection.name if default else None,
        )


def require_unaltered(connection: Connection) -> None:
    """Raise RowAltered unless kalixweb itself wrote where the password goes."""
    if not secret_references.unaltered(connection):
        raise row_macs.RowAltered("connection", connection.name)


def _require(actor: Actor, connection: Connection, right: str) -> None:
    permissions.require(
        actor,
        connection.project_id,
        right,
        object_kind="connection",
        object_id=connection.id,
        object_label=connection.name,
    )


def _redirects(
    row: Connection, wanted: Configuration, password: Reference, ca: Reference | None
) -> bool:
    same = (reference_of(row), ca_reference_of(row)) == (password, ca)
    return not same or bool(REDIRECTING & set(changed_fields(row, wanted)))
