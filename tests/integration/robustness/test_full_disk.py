"""A disk that is full while somebody saves: said plainly, nothing damaged, well again later."""

import os
import resource
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.integration.robustness.conftest import SECRETS
from tests.requirements import lack
from tests.running import RunningInstance
from tests.visitor import Visitor, readable, set_up

FULL = "The disk that holds the database is full, so nothing was saved."
REFUSES = "The disk that holds the database cannot be read or written"
SIZE = 48 * 1024 * 1024


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own; only root may mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=700", "none", str(disk)]
    if os.geteuid() or subprocess.run(words, capture_output=True, check=False).returncode:
        lack("a file system can be mounted here by root alone")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Not one byte is free meanwhile."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for _ in range(SIZE // 4096):
            try:
                file.write(bytes(4096))
            except OSError:
                break
    try:
        yield
    finally:
        filler.unlink()


def save(visitor: Visitor, name: str) -> str:
    """Send the form of a new secret without opening its page first; what the answer says."""
    row = {"entries": "1", "entries-0-name": "pwd", "entries-0-value": "x" * 5000, "do": "save"}
    return readable(visitor.send_again(SECRETS + "new/", {"name": name, **row}))


def secrets(up: RunningInstance) -> list[str]:
    with closing(sqlite3.connect(up.data / "db" / "kalixweb.sqlite3")) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return [name for (name,) in db.execute("SELECT name FROM secret ORDER BY name")]


def test_a_full_disk(small_disk: Path) -> None:
    with RunningInstance(data=small_disk / "data") as up:
        visitor = set_up(up)
        visitor.get(SECRETS + "new/")
        assert "before" in save(visitor, "before")
        # Another reader, such as the worker now and then: the write-ahead log stays open.
        with closing(sqlite3.connect(up.data / "db" / "kalixweb.sqlite3")) as reader:
            reader.execute("SELECT count(*) FROM secret").fetchone()
            with filled(small_disk):
                assert FULL in save(visitor, "meanwhile")
                assert "before" in readable(visitor.get(SECRETS))
                doctor = up.command("doctor")
                assert doctor.returncode == 1
                assert "✗ disk         0 MiB free: nothing is saved on a full disk" in doctor.stdout
                told = up.command("secret", "create", "generic", "told", "--literal", "pwd=x")
                assert told.returncode == 3
                assert FULL in told.stderr
                assert "Traceback" not in told.stderr
                assert FULL in up.command("backup", f"{small_disk}/copy").stderr
                assert not (small_disk / "copy").exists()
        with filled(small_disk):
            # Where no connection stayed open, the log of writes cannot be made anew to read.
            said = readable(visitor.get(SECRETS))
            assert "before" in said or REFUSES in said
        assert "after" in save(visitor, "after")
        assert secrets(up) == ["after", "before"]
        assert "whole" in up.command("audit", "verify").stdout
        visitor.close()


def test_files_that_may_not_grow() -> None:
    """The same for any user: the kernel refuses the server's writes beyond a size."""
    with RunningInstance() as up:
        visitor = set_up(up)
        visitor.get(SECRETS + "new/")
        assert "before" in save(visitor, "before")
        web = up.children()["web"]
        servers = Path(f"/proc/{web}/task/{web}/children").read_text().split()
        size = (up.data / "db" / "kalixweb.sqlite3").stat().st_size // 8
        for pid in map(int, servers):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        for attempt in range(20):
            said = save(visitor, f"meanwhile-{attempt}")
            if "meanwhile" not in said:
                break
        assert REFUSES in said
        for pid in map(int, servers):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
        assert "after" in save(visitor, "after")
        assert secrets(up) == ["after", "before", *sorted(f"meanwhile-{n}" for n in range(attempt))]
        assert "whole" in up.command("audit", "verify").stdout
        visitor.close()
