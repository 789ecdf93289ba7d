"""One instance a module, with its first user, a stored password and a silent broker."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fakes.tls import Listener, silent
from tests.running import RunningInstance
from tests.visitor import PROJECT, Visitor, connection_form, set_up

STORED = "a stored password, never shown"
CONNECTIONS = f"/p/{PROJECT}/connections/"
SECRETS = f"/p/{PROJECT}/secrets/"


@dataclass(frozen=True)
class Scene:
    """What most tests here begin with."""

    up: RunningInstance
    visitor: Visitor
    broker: Listener
    connection: str

    def test(self) -> str:
        """Press Test; the address of the run's page."""
        address = self.visitor.send(self.connection, to=self.connection + "test/").url
        assert "/runs/" in address
        return address


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    with Listener(silent) as broker, RunningInstance() as up:
        visitor = set_up(up)
        store_password(visitor)
        form = connection_form("quiet", f"127.0.0.1:{broker.port}")
        connection = visitor.send(CONNECTIONS + "new/", form).url
        yield Scene(up, visitor, broker, connection)
        visitor.close()


@pytest.fixture(scope="package")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an instance that was used and stopped."""
    data = tmp_path_factory.mktemp("stopped") / "data"
    with RunningInstance(data=data) as up:
        visitor = set_up(up)
        store_password(visitor)
        visitor.close()
    return data


@pytest.fixture
def data(stopped: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of it to spoil."""
    copy = tmp_path / "data"
    shutil.copytree(stopped, copy)
    yield copy
    shutil.rmtree(copy)


def run(data: Path, *argv: str) -> subprocess.CompletedProcess[str]:
    ours = ("KALIXWEB_", "DATABASE_URL", "REDIS_URL", "DJANGO_")
    env = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
    return subprocess.run(
        [sys.executable, "-m", *argv],
        env=env | {"KALIXWEB_DATA": str(data)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def store_password(visitor: Visitor, value: str = STORED, name: str = "orders-kafka") -> str:
    """Store a password as a new secret through the page; the secret's address."""
    row = {"entries": "1", "entries-0-name": "pwd", "entries-0-value": value, "do": "save"}
    return visitor.send(SECRETS + "new/", {"name": name, **row}).url
