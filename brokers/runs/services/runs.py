"""Asking for tests. The caller sends what comes back to the queue on commit."""

from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from brokers.connections.services import limits, storage
from brokers.connections.services.connections import require_unaltered
from brokers.models import BULK, OPEN, PAGE, Connection, TestRun
from brokers.runs.services.snapshots import audit_details, snapshot_of
from kalixweb.audit.unit_of_work import record, unit_of_work
from kalixweb.core.actor import Actor
from kalixweb.jobs.models import requested_by
from kalixweb.projects import permissions
from secrets_app.models import Usage
from secrets_app.services.row_macs import RowAltered

_MOST_COLLISIONS = 5


@dataclass(frozen=True, slots=True)
class Once:
    """What is asked for in one test only, besides what the connection names."""

    topics: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    transactional_ids: tuple[str, ...] = ()

    def added_to(self, snapshot: dict[str, Any]) -> dict[str, Any]:
        """The snapshot that asks for these too, and says that it does."""
        lists = {field.name: getattr(self, field.name) for field in fields(self)}
        if not any(lists.values()):
            return snapshot
        wanted = {
            name: list(dict.fromkeys([*snapshot.get(name, ()), *also]))
            for name, also in lists.items()
        }
        return snapshot | wanted | {"once": [name for name, also in lists.items() if also]}


def request(
    *, actor: Actor, connection: Connection, origin: str = PAGE, once: Once | None = None
) -> tuple[TestRun, bool]:
    """The connection's open run and whether it is a new one, which the caller sends.

    A second click gets the run of the first. Raises Denied, TooManyTests, ConnectionGone,
    RowAltered.
    """
    _require_test(actor, connection.project_id, connection)
    if (run := _open_run(connection)) is not None:
        return run, False
    limits.count_request(actor, connection.project_id)
    require_unaltered(connection)
    try:
        with unit_of_work(actor):
            storage.locked(connection)
            run = _new_run(actor, connection, origin, once)
            with transaction.atomic():
                run.save(force_insert=True)
            _record(run, connection)
    except IntegrityError:
        # Two clicks at the same moment: the constraint let one of them in.
        if (run := _open_run(connection)) is None:
            raise
        return run, False
    return run, True


def request_many(*, actor: Actor, project: UUID, connections: QuerySet[Connection]) -> int:
    """Ask for a test of each; answers how many new runs there are. Counts as one test.

    A connection that is being tested already, or whose row was altered, is left out.
    Raises Denied, TooManyTests.
    """
    _require_test(actor, project)
    limits.count_request(actor, project)
    for _ in range(_MOST_COLLISIONS):
        try:
            return _request_many(actor, project, connections)
        except IntegrityError:
            # Somebody else's run began between our look and our write: look again.
            continue
    return _request_many(actor, project, connections)


def _request_many(actor: Actor, project: UUID, connections: QuerySet[Connection]) -> int:
    with unit_of_work(actor):
        wanted = connections.filter(project_id=project).exclude(runs__state__in=OPEN)
        runs = []
        for connection in wanted.select_related("password_secret", "ca_secret").order_by("name"):
            try:
                require_unaltered(connection)
            except RowAltered:
                continue
            runs.append(run := _new_run(actor, connection, BULK))
            _record(run, connection)
        TestRun.objects.for_project(project).bulk_create(runs)
    return len(runs)


def users_of_secret(project: UUID, secret: UUID) -> QuerySet[Connection]:
    """The connections that refer to any entry of the secret."""
    holders = Usage.objects.for_project(project).filter(secret_id=secret, holder_kind="connection")
    return Connection.objects.for_project(project).filter(id__in=holders.values("holder_id"))


def _require_test(actor: Actor, project: UUID, connection: Connection | None = None) -> None:
    permissions.require(
        actor,
        project,
        "connection.test",
        "secret.use",
        object_kind="connection",
        object_id=connection.id if connection else None,
        object_label=connection.name if connection else "",
    )


def _open_run(connection: Connection) -> TestRun | None:
    runs = TestRun.objects.for_project(connection.project_id)
    return runs.filter(connection=connection, state__in=OPEN).first()


def _new_run(
    actor: Actor, connection: Connection, origin: str, once: Once | None = None
) -> TestRun:
    return TestRun(
        project_id=connection.project_id,
        connection=connection,
        origin=origin,
        target=(once or Once()).added_to(snapshot_of(connection)),
        **requested_by(actor),
    )


def _record(run: TestRun, connection: Connection) -> None:
    record(
        "connection.tested",
        chain=run.project_id,
        object_kind="connection",
        object_id=connection.id,
        object_label=connection.name,
        run=str(run.id),
        origin=run.origin,
        **audit_details(connection),
    )
