"""Keys that are missing, foreign or open to others, and triggers that are gone: nothing starts."""

import hashlib
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.integration.robustness.conftest import run
from tests.running import RunningInstance
from tests.servers import free_port

Spoil = Callable[[Path], None]


def everything(data: Path) -> dict[str, str]:
    """What the folder holds: each file's mode and contents.

    Left out are the lock, which names whoever asked last, and what the queue writes for itself.
    """
    files = [path for path in sorted(data.rglob("*")) if path.is_file()]
    return {
        str(path.relative_to(data)): f"{path.stat().st_mode:o} "
        + hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if path.name != ".lock" and path.relative_to(data).parts[0] != "queue"
    }


def missing(data: Path) -> None:
    (data / "keys" / "keyring.json").unlink()


def open_to_others(data: Path) -> None:
    (data / "keys" / "keyring.json").chmod(0o644)


def of_another_instance(data: Path) -> None:
    missing(data)
    other = data.with_name("other")
    assert run(other, "kalixweb.cli", "keys", "init").returncode == 0
    shutil.copy2(other / "keys" / "keyring.json", data / "keys" / "keyring.json")


def without_a_trigger(data: Path) -> None:
    with closing(sqlite3.connect(data / "db" / "kalixweb.sqlite3")) as db:
        names = db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        db.execute(f"DROP TRIGGER {names[0][0]}")


WAYS = {
    "up": lambda: ["kalixweb.cli", "up", "--listen", f"127.0.0.1:{free_port()}"],
    "gunicorn": lambda: ["gunicorn", "kalixweb.wsgi", "--bind", f"127.0.0.1:{free_port()}"],
    "worker": lambda: ["celery", "--app", "kalixweb", "--quiet", "worker", "--pool", "threads"],
}


@pytest.mark.parametrize(
    ("spoil", "says", "mends"),
    [
        (missing, "keyring.json", "restore"),
        (open_to_others, "is open to others (mode 0644)", "chmod 600"),
        (of_another_instance, "belongs to instance", "kalixweb restore"),
        (without_a_trigger, "audit_event", "kalixweb migrate"),
    ],
)
def test_no_way_of_starting_passes_and_nothing_is_changed(
    data: Path, spoil: Spoil, says: str, mends: str
) -> None:
    spoil(data)
    before = everything(data)
    for way, argv in WAYS.items():
        refused = run(data, *argv())
        said = [line for line in refused.stderr.splitlines() if says in line]
        assert refused.returncode != 0, way
        assert "Traceback" not in refused.stderr, f"{way}: {refused.stderr}"
        assert len(said) == 1, f"{way}: {refused.stderr}"
        assert mends in said[0], way
        assert everything(data) == before, way


def test_a_folder_that_was_mended_starts_and_has_lost_nothing(data: Path) -> None:
    kept = (data / "keys" / "keyring.json").read_bytes()
    missing(data)
    assert run(data, *WAYS["up"]()).returncode == 3
    (data / "keys" / "keyring.json").write_bytes(kept)
    (data / "keys" / "keyring.json").chmod(0o600)
    with RunningInstance(data=data) as up:
        assert "orders-kafka" in up.command("secret", "list").stdout
