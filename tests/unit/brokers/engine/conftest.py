"""A certificate authority, brokers under it, and one way to run a whole test against them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace

import pytest

from brokers.engine.results import RunResult
from brokers.engine.runner import run
from brokers.engine.target import Limits, Target, TargetPolicy
from brokers.engine.verdict import all_faults
from kalixweb.core.secret_value import SecretValue
from tests.fakes import pki
from tests.fakes.kafka import Broker, Script
from tests.fakes.pki import Identity

PASSWORD = "alice-secret"
# Short enough for a quick suite, long enough for two busy cores.
LIMITS = Limits(resolve=1.0, connect=0.6, tls=2.0, answer=0.6, node=6.0, run=8.0)

Start = Callable[..., Broker]
Probe = Callable[..., RunResult]
MakeTarget = Callable[..., Target]


@dataclass(frozen=True)
class House:
    root: Identity
    identity: Identity


@pytest.fixture(scope="session")
def house() -> House:
    root = pki.authority("Test Root")
    return House(root, pki.leaf(root))


@pytest.fixture
def start(house: House) -> Iterator[Start]:
    """Starts a broker: ``start(iterations=1)``, or with a whole script."""
    with ExitStack() as stack:
        yield lambda script=None, **knobs: stack.enter_context(
            Broker(house.identity, script or Script(**knobs))
        )


@pytest.fixture
def target(house: House) -> MakeTarget:
    """A target at the given servers; any field can be replaced."""

    def make(servers: str | Broker, **changes: object) -> Target:
        text = servers if isinstance(servers, str) else servers.address
        if isinstance(changes.get("password"), str):
            changes["password"] = SecretValue(str(changes["password"]))
        base = Target(
            servers=text,
            auth="scram-sha-512",
            user="alice",
            password=SecretValue(PASSWORD),
            ca_pem=house.root.pem,
            policy=TargetPolicy(loopback=True),
            limits=LIMITS,
        )
        return replace(base, **changes)

    return make


@pytest.fixture
def probe(target: MakeTarget) -> Probe:
    """Runs a whole test and gives its last result."""

    def go(servers: str | Broker, **changes: object) -> RunResult:
        *_, last = run(target(servers, **changes))
        assert last.verdict is not None
        return last

    return go


def codes(result: RunResult) -> list[str]:
    return [fault.code for fault in all_faults(result)]


def verdict(result: RunResult) -> str | None:
    assert result.verdict is not None
    return result.verdict.fault
