"""Backup and restore as an operator does them: both halves, proven to fit, nothing overwritten."""

import json
import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from kalixweb.keys import bootstrap
from tests.integration.backup.conftest import Restore, Run, command


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_the_database_backup_is_whole_private_and_without_keys(data: Path, backups: Path) -> None:
    assert (backups / "db").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in backups.iterdir() if path.name.startswith("db")] == ["db"]
    with closing(sqlite3.connect(backups / "db")) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        events = copy.execute("SELECT action FROM audit_event ORDER BY time").fetchall()
    assert ("instance.backed_up",) in events
    material = json.loads((data / "keys" / "keyring.json").read_bytes())["keys"][0]["key"]
    assert material.encode() not in (backups / "db").read_bytes()
    assert material.encode() not in (backups / "keys").read_bytes()


def test_a_backup_never_overwrites(run: Run, backups: Path, passphrase_file: Path) -> None:
    before = tree(backups)
    for words in (
        ["backup", backups / "db"],
        ["backup", "keys", backups / "keys", "--passphrase-file", passphrase_file],
    ):
        refused = run(*words)
        assert refused.returncode == 3
        assert "exists already and is never overwritten" in refused.stderr
    assert tree(backups) == before


def test_a_backup_while_somebody_writes(data: Path, run: Run, tmp_path: Path) -> None:
    stop = threading.Event()
    written = []

    def write() -> None:
        database = data / "db" / "kalixweb.sqlite3"
        with closing(sqlite3.connect(database, timeout=20, isolation_level=None)) as serving:
            serving.execute("CREATE TABLE IF NOT EXISTS busy (a, b)")
            while not stop.is_set():
                serving.execute("BEGIN IMMEDIATE")
                serving.execute("INSERT INTO busy VALUES (1, randomblob(2000))")
                serving.execute("INSERT INTO busy VALUES (1, randomblob(2000))")
                serving.execute("COMMIT")
                written.append(2)
                stop.wait(0.002)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        done = run("backup", tmp_path / "db")
    finally:
        stop.set()
        writer.join()
    assert done.returncode == 0, done.stderr
    with closing(sqlite3.connect(tmp_path / "db")) as copy:
        count = copy.execute("SELECT count(*) FROM busy").fetchone()[0]
    assert count % 2 == 0
    assert 0 < count <= sum(written)


def test_the_key_backup_is_remembered_and_recorded(run: Run, backups: Path) -> None:
    status = json.loads(run("keys", "status", "-o", "json").stdout)
    assert status["backed_up_at"]
    assert [key["state"] for key in status["root_keys"]] == ["active"]
    assert "keys.backed_up" in run("audit", "export").stdout


def test_a_short_passphrase_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "short").write_text("elevenchars")
    refused = run("backup", "keys", tmp_path / "keys", "--passphrase-file", tmp_path / "short")
    assert refused.returncode == 3
    assert "at least 12" in refused.stderr
    assert not (tmp_path / "keys").exists()


def test_both_halves_bring_the_instance_back(
    run: Run, backups: Path, passphrase_file: Path, tmp_path: Path
) -> None:
    before = json.loads(run("keys", "status", "-o", "json").stdout)
    elsewhere = command(tmp_path / "new")
    words = ["restore", backups / "db", backups / "keys", "--passphrase-file", passphrase_file]
    done = elsewhere(*words)
    assert done.returncode == 0, done.stderr
    assert "2 stored keys opened, all fit" in done.stdout
    for path in (tmp_path / "new").rglob("*"):
        assert path.name == "LAYOUT" or path.stat().st_mode & 0o077 == 0, path
    after = json.loads(elsewhere("keys", "status", "-o", "json").stdout)
    assert (after["instance"], after["root_keys"]) == (before["instance"], before["root_keys"])
    assert elsewhere("audit", "verify").returncode == 0


def test_lost_keys_come_back_alone(
    data: Path, backups: Path, passphrase_file: Path, tmp_path: Path
) -> None:
    shutil.copytree(data, tmp_path / "data")
    shutil.rmtree(tmp_path / "data" / "keys")
    here = command(tmp_path / "data")
    refused = here("keys", "init")
    assert refused.returncode == 3
    assert "new keys open nothing in it" in refused.stderr
    done = here("restore", backups / "keys", "--passphrase-file", passphrase_file)
    assert done.returncode == 0, done.stderr
    assert "2 stored keys opened, all fit" in done.stdout


def test_keys_that_do_not_fit_restore_nothing(
    backups: Path, restore: Restore, tmp_path: Path
) -> None:
    bootstrap.make_keyring(tmp_path / "new" / "keys" / "keyring.json")
    before = tree(tmp_path / "new")
    refused = restore(backups / "db")
    assert refused.exit_code == 3
    assert "Nothing was restored. The database belongs to instance" in refused.stderr
    assert tree(tmp_path / "new") == before


def test_an_altered_stored_key_restores_nothing(
    backups: Path, passphrase_file: Path, restore: Restore, tmp_path: Path
) -> None:
    shutil.copy(backups / "db", tmp_path / "db")
    with closing(sqlite3.connect(tmp_path / "db")) as copy, copy:
        copy.execute("UPDATE crypto_key SET kcv = x'0000000000000000' WHERE purpose = 'system'")
    refused = restore(tmp_path / "db", backups / "keys", "--passphrase-file", passphrase_file)
    assert refused.exit_code == 3
    assert "fails its check value" in refused.stderr
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("spoil", ["cut", "junk", "empty"])
def test_a_damaged_database_restores_nothing(
    backups: Path, passphrase_file: Path, restore: Restore, tmp_path: Path, spoil: str
) -> None:
    whole = (backups / "db").read_bytes()
    spoilt = {"cut": whole[: len(whole) // 2], "junk": b"x" * 1_048_576, "empty": b""}[spoil]
    (tmp_path / "db").write_bytes(spoilt)
    refused = restore(tmp_path / "db", backups / "keys", "--passphrase-file", passphrase_file)
    assert refused.exit_code == (3 if spoil == "cut" else 2)
    assert ("damaged" if spoil == "cut" else "neither a key backup") in refused.stderr
    assert not (tmp_path / "new").exists()


def test_another_passphrase_restores_nothing(
    backups: Path, restore: Restore, tmp_path: Path
) -> None:
    (tmp_path / "other").write_text("another passphrase")
    refused = restore(backups / "db", backups / "keys", "--passphrase-file", tmp_path / "other")
    assert refused.exit_code == 3
    assert "the passphrase is another one" in refused.stderr
    assert not (tmp_path / "new").exists()


def test_a_database_without_any_keyring_is_not_restored(
    backups: Path, restore: Restore, tmp_path: Path
) -> None:
    refused = restore(backups / "db")
    assert refused.exit_code == 3
    assert "Give the key backup as well" in refused.stderr
    assert not (tmp_path / "new").exists()


def test_what_stands_in_the_way_is_not_overwritten(
    backups: Path, passphrase_file: Path, restore: Restore, tmp_path: Path
) -> None:
    words = [backups / "db", backups / "keys", "--passphrase-file", passphrase_file]
    for name in ("keys/keyring.json", "db/kalixweb.sqlite3", "db/kalixweb.sqlite3-wal"):
        standing = tmp_path / "new" / name
        standing.parent.mkdir(parents=True, exist_ok=True)
        standing.write_text("precious")
        refused = restore(*words)
        assert refused.exit_code == 3
        assert f"{standing} exists already" in refused.stderr
        assert tree(tmp_path / "new") == {name: b"precious"}
        standing.unlink()
