"""Migrations of a full database, there and back: nothing that was stored is lost."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection as database

from brokers.models import Connection, ConnectionStateChange, TestRun
from brokers.runs.services.snapshots import snapshot_of
from kalixweb.core import clock
from tests.integration.brokers.conftest import Make, reload

pytestmark = pytest.mark.django_db(transaction=True)
AWS = {"aws_account", "aws_external_id", "aws_inquiry", "msk_setup"}


@pytest.fixture(autouse=True)
def _migrated_again() -> Iterator[None]:
    yield
    migrate()


def migrate(*target: str) -> None:
    """To the named migration, else to the newest one."""
    call_command("migrate", "brokers", *target, verbosity=0)


def columns() -> set[str]:
    with database.cursor() as cursor:
        description = database.introspection.get_table_description(cursor, "connection")
    return {column.name for column in description}


def stored() -> list[tuple[Any, ...]]:
    with database.cursor() as cursor:
        cursor.execute("SELECT name, auth, revision FROM connection ORDER BY name")
        return cursor.fetchall()


def test_there_and_back_with_connections_in_the_table(make: Make) -> None:
    for number in range(3):
        make(f"c-{number}")
    before = stored()
    migrate("0001_initial")
    assert AWS.isdisjoint(database.introspection.table_names())
    assert "cluster_arn" not in columns()
    assert stored() == before
    migrate()
    assert set(database.introspection.table_names()) >= AWS
    assert stored() == before
    row = Connection.all_projects.get(name="c-0")
    assert (row.aws_account, row.cluster_arn, row.offered_servers) == (None, "", [])


def test_a_process_of_before_goes_on_beside_the_new_ones(make: Make) -> None:
    make("c-0")
    assert "service" in columns()
    with database.cursor() as cursor:
        cursor.execute("SELECT service FROM connection")
        assert cursor.fetchall() == [("kafka",)]


STARTED = clock.now().replace(microsecond=0) - timedelta(days=30)


def day(number: int) -> datetime:
    return STARTED + timedelta(days=number)


def finished(row: Connection, number: int, verdict: str, fault: str = "", **more: Any) -> TestRun:
    return TestRun.all_projects.create(
        project_id=row.project_id,
        connection=row,
        actor_kind="user",
        actor_label="mira",
        target=snapshot_of(row) | more,
        state="done",
        verdict=verdict,
        fault=fault,
        queued_at=day(number),
        finished_at=day(number),
    )


def told(row: Connection) -> list[tuple[Any, ...]]:
    rows = ConnectionStateChange.objects.for_project(row.project_id).filter(connection=row)
    columns = ("from_state", "from_fault", "to_state", "fault", "run", "at")
    return list(rows.order_by("at").values_list(*columns))


def test_changes_of_state_are_filled_in_from_the_runs_that_are_kept(make: Make) -> None:
    turning, steady, untested = make("turning"), make("steady"), make("untested")
    expired, refused = "tls.expired", "sasl.wrong_password"
    runs = [
        finished(turning, 1, "passed"),
        finished(turning, 2, "passed"),
        finished(turning, 3, "failed", expired),
        finished(turning, 4, "failed", refused),
        finished(turning, 5, "warned", "rights.topic_not_found", once=["topics"]),
        finished(turning, 6, "failed", refused),
        finished(turning, 7, "passed"),
    ]
    for number in (8, 9):
        finished(steady, number, "failed", refused)
    Connection.all_projects.filter(id=steady.id).update(state="failed", state_since=day(0))
    migrate("0004")
    migrate()
    assert told(turning) == [
        ("unknown", "", "passed", "", runs[0].id, day(1)),
        ("passed", "", "failed", expired, runs[2].id, day(3)),
        ("failed", expired, "failed", refused, runs[3].id, day(4)),
        ("failed", refused, "passed", "", runs[6].id, day(7)),
    ]
    # It has failed for longer than its runs are kept.
    assert told(steady) == [("unknown", "", "failed", refused, None, day(0))]
    assert told(untested) == []
    before = told(turning)
    fill = import_module("brokers.migrations.0006_state_changes_of_before").fill
    fill(apps, database.SchemaEditorClass(database))
    assert told(turning) == before, "it can be begun again"


def test_filling_in_leaves_alone_what_a_worker_wrote_meanwhile(make: Make) -> None:
    row = make("orders")
    good = finished(row, 1, "passed")
    bad = finished(row, 2, "failed", "tls.expired")
    migrate("0004")
    migrate("0005")
    ConnectionStateChange.objects.for_project(row.project_id).create(
        project_id=row.project_id,
        connection=row,
        from_state="passed",
        to_state="failed",
        fault="tls.expired",
        run=bad.id,
        at=day(2),
    )
    migrate()
    assert [(change[2], change[4]) for change in told(row)] == [
        ("passed", good.id),
        ("failed", bad.id),
    ]
    assert reload(row).name == "orders"
