"""Where tests may connect: never to the parts of the installation itself."""

import socket
import time

import pytest
from django.db import connection
from pytest_django import Settings

from brokers.connections.services import target_policy
from brokers.engine.network.addresses import refusal

OWN = "a part of kalixweb's own installation"


def _refused(address: str, port: int) -> bool:
    target_policy.forget()
    return refusal(address, port, target_policy.target_policy()) == OWN


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> dict[str, str]:
    """Names lead where these tests say; nothing is looked up."""
    known = {
        "kalixweb.example.test": "192.0.2.1",
        "db-1.example.test": "192.0.2.2",
        "db-2.example.test": "192.0.2.3",
        "queue.example.test": "192.0.2.4",
        "here": "192.0.2.5",
        "localhost": "127.0.0.1",
    }

    def look_up(host: str, _port: object) -> list[tuple[object, ...]]:
        if host not in known:
            raise socket.gaierror
        return [(None, None, None, "", (known[host], 0))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "gethostname", lambda: "here")
    settings.KALIXWEB_URL = "https://kalixweb.example.test"
    settings.KALIXWEB_LISTEN = "127.0.0.1:8420"
    settings.REDIS_URL = "rediss://:word@queue.example.test/0"
    return known


def test_the_address_that_people_type_is_refused() -> None:
    assert _refused("192.0.2.1", 443)
    assert not _refused("192.0.2.1", 9096)


def test_the_queue_is_refused() -> None:
    assert _refused("192.0.2.4", 6379)


def _a_minute_later(monkeypatch: pytest.MonkeyPatch) -> None:
    later = time.monotonic() + target_policy.LOOK_UP_AGAIN_SECONDS
    monkeypatch.setattr(target_policy, "monotonic", lambda: later)


def test_a_queue_that_moved_is_refused_where_it_is_now(
    names: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _refused("192.0.2.4", 6379)
    names["queue.example.test"] = "192.0.2.9"
    assert refusal("192.0.2.9", 6379, target_policy.target_policy()) is None
    _a_minute_later(monkeypatch)
    assert refusal("192.0.2.9", 6379, target_policy.target_policy()) == OWN
    assert refusal("192.0.2.4", 6379, target_policy.target_policy()) is None


def test_a_name_server_that_is_away_makes_nothing_reachable(
    names: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _refused("192.0.2.4", 6379)
    del names["queue.example.test"]
    _a_minute_later(monkeypatch)
    assert refusal("192.0.2.4", 6379, target_policy.target_policy()) == OWN


@pytest.mark.parametrize("everywhere", ["0.0.0.0:8420", "[::]:8420"])
def test_a_server_that_listens_everywhere_is_refused_under_each_address(
    settings: Settings, everywhere: str
) -> None:
    settings.KALIXWEB_LISTEN = everywhere
    assert _refused("192.0.2.5", 8420)
    assert _refused("127.0.0.1", 8420)
    assert not _refused("192.0.2.5", 9096)


@pytest.mark.parametrize(
    ("hosts", "ports", "second"),
    [("db-1.example.test,db-2.example.test", "6432", 6432),
     ("db-1.example.test,db-2.example.test", "6432,7432", 7432)],
)  # fmt: skip
def test_each_of_several_databases_is_refused(
    monkeypatch: pytest.MonkeyPatch, hosts: str, ports: str, second: int
) -> None:
    monkeypatch.setattr(connection, "vendor", "postgresql")
    monkeypatch.setitem(connection.settings_dict, "HOST", hosts)
    monkeypatch.setitem(connection.settings_dict, "PORT", ports)
    assert _refused("192.0.2.2", 6432)
    assert _refused("192.0.2.3", second)
