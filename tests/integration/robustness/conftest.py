"""One instance a module, with its first user, a stored password and a silent broker."""

from collections.abc import Iterator
from dataclasses import dataclass

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


def store_password(
    visitor: Visitor, value: str = STORED, name: str = "orders-kafka", version: int = 0
) -> str:
    """Store it through the page, new or over the version that was seen; the secret's address."""
    row = {"entries": "1", "entries-0-name": "pwd", "entries-0-value": value, "do": "save"}
    return visitor.send(SECRETS + "new/", {"name": name, **row}).url
