"""The audit tables refuse every change but the next event, and a lost trigger is noticed."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from kalixweb.audit import triggers
from kalixweb.audit.models import AuditEvent, AuditHead
from kalixweb.audit.triggers import TriggersMissing
from kalixweb.audit.verify import verify

pytestmark = pytest.mark.django_db

SQLITE_ONLY = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="SQLite's own statement")


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET action = 'x' WHERE seq = 1",
        "UPDATE audit_event SET seq = 9 WHERE seq = 2",
        "DELETE FROM audit_event WHERE seq = 2",
        "DELETE FROM audit_event",
        "DELETE FROM audit_head",
        "UPDATE audit_head SET seq = 1",
        "UPDATE audit_head SET seq = seq",
        "INSERT INTO audit_event SELECT * FROM audit_event",
    ],
)
def test_nothing_is_changed_or_removed(append: Callable[..., None], statement: str) -> None:
    append(2)
    with pytest.raises(DatabaseError):
        run(statement)
    assert AuditEvent.objects.count() == 2
    assert verify().findings == []


@SQLITE_ONLY
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
@pytest.mark.parametrize("table", ["audit_event", "audit_head"])
def test_replacing_is_refused_on_sqlite(
    append: Callable[..., None], table: str, recursive: str
) -> None:
    """Without recursive triggers a replacing insert deletes without asking the delete trigger."""
    append(2)
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA recursive_triggers={recursive}")
        try:
            with pytest.raises(DatabaseError, match="append-only"):
                run(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
        finally:
            cursor.execute("PRAGMA recursive_triggers=ON")


@SQLITE_ONLY
def test_recursive_triggers_must_be_on() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA recursive_triggers=OFF")
        try:
            assert triggers.missing() == ["recursive_triggers"]
        finally:
            cursor.execute("PRAGMA recursive_triggers=ON")


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="PostgreSQL's own statements")
def test_postgresql_refuses_truncate_and_notices_a_disabled_trigger(
    append: Callable[..., None],
) -> None:
    append(1)
    for statement in ("TRUNCATE audit_event", "TRUNCATE audit_head"):
        with pytest.raises(DatabaseError, match="append-only"):
            run(statement)
    run("ALTER TABLE audit_event DISABLE TRIGGER audit_event_no_delete")
    assert triggers.missing() == ["audit_event_no_delete"]


def test_each_dropped_trigger_is_named() -> None:
    for name in triggers.expected(connection.vendor):
        table = "audit_event" if name.startswith("audit_event") else "audit_head"
        run(f"DROP TRIGGER {name}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))
        assert triggers.missing() == [name]
        with pytest.raises(TriggersMissing, match=name):
            triggers.verify()
        assert [finding.kind for finding in verify().findings] == ["trigger"]
        triggers.make()


@SQLITE_ONLY
def test_a_trigger_that_does_something_else_is_named() -> None:
    run("DROP TRIGGER audit_event_no_delete")
    run("CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event BEGIN SELECT 1; END")
    assert triggers.missing() == ["audit_event_no_delete"]


def test_all_are_there_after_migrating() -> None:
    run_again = triggers.expected(connection.vendor)[0]
    table = " ON audit_event" if connection.vendor == "postgresql" else ""
    run(f"DROP TRIGGER {run_again}{table}")
    call_command("migrate", verbosity=0, interactive=False)
    assert triggers.missing() == []


def test_the_head_goes_forward(append: Callable[..., None], chain: UUID) -> None:
    append(2)
    assert AuditHead.objects.get(chain=chain).seq == 2
