"""One small certificate authority for all tests, and a system store that knows one public root."""

import functools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from brokers.engine.network import tcp
from brokers.engine.stages import tls
from brokers.engine.target import Server
from brokers.engine.tls import trust_store
from brokers.engine.tls.channel import TlsOutcome
from brokers.engine.wait import Cancel, Deadline
from tests.fakes import pki
from tests.fakes.pki import Identity
from tests.fakes.tls import Listener

Probe = Callable[..., TlsOutcome]


@functools.cache
def public_root() -> Identity:
    return pki.authority("Public Root")


@pytest.fixture(scope="session")
def root() -> Identity:
    return pki.authority("Test Root")


@pytest.fixture(scope="session")
def intermediate(root: Identity) -> Identity:
    return pki.authority("Test Intermediate", root)


@pytest.fixture(scope="session")
def good(intermediate: Identity) -> Identity:
    return pki.leaf(intermediate)


@pytest.fixture(autouse=True)
def system_trusts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file that holds what this machine trusts: one public root, until a test rewrites it."""
    file = tmp_path / "system.pem"
    file.write_bytes(public_root().pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    trust_store.system.cache_clear()
    yield file
    trust_store.system.cache_clear()


@pytest.fixture
def probe() -> Iterator[Probe]:
    """Runs the stage against a listener: ``probe(listener, ca=…, host=…, seconds=…)``."""
    outcomes: list[TlsOutcome] = []

    def run(
        listener: Listener,
        ca: bytes | None = None,
        host: str = "localhost",
        seconds: float = 5.0,
        node_seconds: float = 15.0,
    ) -> TlsOutcome:
        with Cancel() as cancel:
            deadline = Deadline.after(node_seconds, "node")
            connection = tcp.connect(listener.host, listener.port, deadline, cancel)
            server = Server(host, listener.port)
            outcomes.append(tls.run(connection, server, ca, deadline, cancel, seconds=seconds))
            return outcomes[-1]

    yield run
    for outcome in outcomes:
        if outcome.channel:
            outcome.channel.close()


def codes(outcome: TlsOutcome) -> list[str]:
    return [fault.code for fault in outcome.result.faults]
