"""Reads of test runs."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from brokers.models import DONE, PASSED, WARNED, Connection, ConnectionStateChange, TestRun
from kalixweb.projects.models import Project

HISTORY = 20
# What a list shows of a run; the document stays in the database.
_COLUMNS = (
    "id",
    "project_id",
    "connection_id",
    "connection__name",
    "actor_label",
    "origin",
    "state",
    "queued_at",
    "deadline_at",
    "finished_at",
    "verdict",
    "fault",
    "sentence",
    "reach",
    "took_ms",
)


def find(project: Project, run: UUID) -> TestRun | None:
    """One run with its document and its connection, or None."""
    rows = TestRun.objects.for_project(project).select_related("connection__password_secret")
    return rows.select_related("connection__ca_secret").filter(pk=run).first()


def progress(project: Project, run: UUID) -> TestRun | None:
    """Only what says whether a page that shows the run has to change."""
    columns = ("id", "state", "seq", "queued_at", "deadline_at")
    return TestRun.objects.for_project(project).only(*columns).filter(pk=run).first()


def of_connection(connection: Connection) -> QuerySet[TestRun]:
    """Every run of a connection, newest first, without documents."""
    rows = TestRun.objects.for_project(connection.project_id).filter(connection=connection)
    return rows.select_related("connection").only(*_COLUMNS).order_by("-queued_at")


def recent(project: Project, most: int) -> list[TestRun]:
    """The newest runs of saved connections of a project, newest first, without documents."""
    rows = TestRun.objects.for_project(project).filter(connection__isnull=False)
    return list(rows.select_related("connection").only(*_COLUMNS).order_by("-queued_at")[:most])


def history(run: TestRun) -> list[TestRun]:
    """The last 20 finished runs of the same connection up to this one, newest first."""
    if run.connection is None:
        return []
    rows = of_connection(run.connection).filter(state=DONE, queued_at__lte=run.queued_at)
    return list(rows.only(*_COLUMNS, "target")[:HISTORY])


def last_good(run: TestRun) -> TestRun | None:
    """The last run of the same connection before this one that worked, with its document."""
    if run.connection is None:
        return None
    rows = of_connection(run.connection).filter(state=DONE, verdict__in=(PASSED, WARNED))
    earlier = rows.filter(queued_at__lt=run.queued_at)
    return earlier.only(*_COLUMNS, "target", "document").first()


def changes_by(shown: Collection[TestRun]) -> dict[UUID, ConnectionStateChange]:
    """By the id of the run that made it: the changes of state of a few runs of one connection."""
    if not shown:
        return {}
    one = next(iter(shown))
    rows = ConnectionStateChange.objects.for_project(one.project_id)
    rows = rows.filter(connection=one.connection_id, run__in=[run.pk for run in shown])
    return {row.run: row for row in rows if row.run is not None}


def documents(shown: Collection[TestRun]) -> dict[UUID, Any]:
    """The documents of a few runs of one connection, by id: of those that one page shows."""
    if not shown:
        return {}
    rows = TestRun.objects.for_project(next(iter(shown)).project_id)
    return dict(rows.filter(pk__in=[run.pk for run in shown]).values_list("pk", "document"))
