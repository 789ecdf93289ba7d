"""``kalixweb doctor`` and ``audit verify`` on an instance to which something happened."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.db.migrations.loader import MigrationLoader

from tests.integration.robustness.conftest import run


def doctor(data: Path) -> dict[str, str]:
    """Each subject's state and sentence."""
    said = run(data, "kalixweb.cli", "doctor", "-o", "json")
    findings = json.loads(said.stdout)
    assert said.returncode == any(one["state"] == "failed" for one in findings)
    return {one["subject"]: f"{one['state']}: {one['sentence']}" for one in findings}


def execute(data: Path, *statements: str) -> None:
    with closing(sqlite3.connect(data / "db" / "kalixweb.sqlite3")) as db, db:
        for statement in statements:
            db.execute(statement)


def without_triggers(data: Path) -> None:
    with closing(sqlite3.connect(data / "db" / "kalixweb.sqlite3")) as db:
        names = db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    execute(data, *(f"DROP TRIGGER {name}" for (name,) in names))


def test_each_subject_says_what_is_wrong_and_how_to_mend_it(data: Path) -> None:
    without_triggers(data)
    (data / "keys" / "keyring.json").chmod(0o644)
    data.chmod(0o755)
    said = doctor(data)
    assert said["data folder"] == f"failed: can be read by others. Run: chmod 700 {data}"
    assert said["disk"].endswith("MiB free") or "Free some space" in said["disk"]
    assert said["database"] == "ok: SQLite, up to date"
    assert said["keys"].startswith("failed: ")
    assert "is open to others (mode 0644). Run `chmod 600" in said["keys"]
    assert said["key backup"].startswith("warned: never made")
    assert said["audit trail"].startswith("failed: audit_event")
    assert said["audit trail"].endswith("Find out who did it, then run: kalixweb migrate")
    assert said["queue"].startswith("failed: does not answer")
    assert said["worker"] == "failed: no worker answers, so no test runs. Run: kalixweb up"
    assert said["clock"].startswith("warned: could not be compared")


def test_missing_migrations_are_counted_and_named(data: Path) -> None:
    execute(data, "DELETE FROM django_migrations WHERE app = 'brokers'")
    count = sum(app == "brokers" for app, _ in MigrationLoader(None).graph.nodes)
    assert doctor(data)["database"] == (
        f"failed: {count} migrations are missing, from brokers 0001_initial on. "
        "Run: kalixweb migrate"
    )


def test_a_missing_database_is_not_made_by_looking(data: Path) -> None:
    (data / "db" / "kalixweb.sqlite3").unlink()
    said = doctor(data)
    assert said["database"].startswith("failed: ")
    assert not said["keys"].startswith("ok")


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE audit_event SET object_label = 'other' WHERE seq = 2",
            "Event 2 ({action}) was altered",
        ),
        ("UPDATE audit_event SET payload = CAST('{{}}' AS BLOB) WHERE seq = 2", "Event 2"),
        ("DELETE FROM audit_event WHERE seq = 2", "Event 2 was removed"),
    ],
)
def test_verify_names_the_event(data: Path, statement: str, said: str) -> None:
    without_triggers(data)
    execute(data, statement.format())
    verified = run(data, "kalixweb.cli", "audit", "verify")
    assert verified.returncode == 1
    assert said.partition("{action}")[0] in verified.stdout
    assert "trigger" in verified.stdout
    assert "The audit trail is not whole" in verified.stderr


def test_verify_says_which_newest_events_were_cut_off(data: Path) -> None:
    without_triggers(data)
    with closing(sqlite3.connect(data / "db" / "kalixweb.sqlite3")) as db, db:
        chain, last = db.execute("SELECT chain, seq FROM audit_head ORDER BY seq DESC").fetchone()
        (kept,) = db.execute(
            "SELECT hash FROM audit_event WHERE chain = ? AND seq = ?", (chain, last - 1)
        ).fetchone()
        db.execute("DELETE FROM audit_event WHERE chain = ? AND seq = ?", (chain, last))
        db.execute(
            "UPDATE audit_head SET seq = ?, hash = ? WHERE chain = ?", (last - 1, kept, chain)
        )
    mended = run(data, "kalixweb.cli", "migrate")
    assert mended.returncode == 0, mended.stderr
    verified = run(data, "kalixweb.cli", "audit", "verify")
    assert verified.returncode == 1
    assert "cut off" in verified.stdout
    assert str(last) in verified.stdout
