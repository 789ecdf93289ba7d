"""Names, addresses and TCP connections; stand-ins only where the evidence is outside loopback."""

import errno
import os
import socket
import struct
import time

import pytest

from brokers.engine.network import resolver, tcp
from brokers.engine.network.addresses import refusal
from brokers.engine.target import Rule, TargetPolicy
from tests.fakes.tls import Listener, after_hello
from tests.unit.brokers.engine.conftest import Probe, Start, codes, verdict

Names = dict[str, list[str]]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """A resolver that knows only these names."""
    known: Names = {}

    def addresses_of(host: str) -> list[str]:
        if host not in known:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return known[host]

    monkeypatch.setattr(resolver, "addresses_of", addresses_of)
    return known


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> dict[str, object]:
    """Address -> what a connection to it does: an errno, "silent", or a loopback port."""
    does: dict[str, object] = {}
    real = tcp.start

    def start(address: str, port: int) -> tuple[socket.socket, bool]:
        act = does.get(address)
        if act is None:
            return real(address, port)
        if isinstance(act, int) and act < 1024:
            raise OSError(act, os.strerror(act))
        if isinstance(act, int):
            return real("127.0.0.1", act)
        full, other = socket.socketpair()
        full.setblocking(False)
        while True:
            try:
                full.send(b"x" * 65536)
            except BlockingIOError:
                break
        request.addfinalizer(other.close)
        return full, True

    monkeypatch.setattr(tcp, "start", start)
    return does


def test_not_found(probe: Probe) -> None:
    result = probe("b-1.kafka.invalid:9096")
    assert verdict(result) == "resolve.not_found"
    assert "b-1.kafka.invalid" in result.verdict.sentence


@pytest.mark.parametrize("code", [socket.EAI_AGAIN, socket.EAI_FAIL])
def test_unavailable(probe: Probe, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def fails(host: str) -> list[str]:
        raise socket.gaierror(code, "failure")

    monkeypatch.setattr(resolver, "addresses_of", fails)
    assert verdict(probe("kafka.example:9096")) == "resolve.unavailable"


def test_a_hanging_resolver_is_left_behind(probe: Probe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolver, "addresses_of", lambda _: time.sleep(3) or [])
    started = time.monotonic()
    assert verdict(probe("kafka.example:9096")) == "resolve.unavailable"
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "fd00:ec2::254",
        "::ffff:169.254.169.254",
        "::ffff:0:169.254.169.254",
        "::169.254.169.254",
        "2002:a9fe:a9fe::1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::a9fe:a9fe",  # RFC 8215, prefixes of 96, 64, 56 and 48 bits
        "64:ff9b:1:2:a9:fea9:fe00:0",
        "64:ff9b:1:a9:fe:a9fe::",
        "64:ff9b:1:a9fe:a9:fe00::",
        "2001:0:a00:1::1",  # Teredo
    ],
)
def test_refused_targets(probe: Probe, names: Names, address: str) -> None:
    names["kafka.example"] = ["10.0.0.1", address]
    result = probe("kafka.example:9096")
    assert verdict(result) == "resolve.refused_target"
    assert result.nodes[0].stage("connect").state == "skipped"


def test_each_connection_goes_to_the_address_that_was_checked(
    probe: Probe, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that leads elsewhere at the second look-up, as in an attack by DNS."""
    answers: list[list[str]] = []
    dialled: list[str] = []
    real = tcp.start

    def start_(address: str, port: int) -> tuple[socket.socket, bool]:
        dialled.append(address)
        return real(address, port)

    monkeypatch.setattr(
        resolver, "addresses_of", lambda _: answers.pop() if answers else ["169.254.169.254"]
    )
    monkeypatch.setattr(tcp, "start", start_)
    broker = start(mechanisms=("SCRAM-SHA-512", "SCRAM-SHA-256"), users={})
    with Listener(after_hello(b"")) as closing:
        for port, named in ((broker.port, "sasl.unknown_user"), (closing.port, "tls.closed")):
            answers.append(["127.0.0.1"])
            dialled.clear()
            assert verdict(probe(f"localhost:{port}")) == named
            assert len(dialled) > 1, "the other mechanism, or a look without TLS"
            assert set(dialled) == {"127.0.0.1"}


def test_policy(probe: Probe, names: Names, start: Start) -> None:
    deny = TargetPolicy(deny=(Rule.parse("10.0.0.0/8"),), loopback=True)
    allow = TargetPolicy(allow=(Rule.parse("192.0.2.0/24#9096"),), loopback=True)
    names["kafka.example"] = ["10.1.2.3"]
    for policy in (deny, allow):
        assert verdict(probe("kafka.example:9096", policy=policy)) == "resolve.refused_target"
    assert probe(start(), policy=allow).verdict.state == "passed"
    assert verdict(probe(start(), policy=TargetPolicy())) == "resolve.refused_target"


@pytest.mark.parametrize("form", ["192.0.2.1", "64:ff9b::c000:201", "64:ff9b:1::c000:201"])
def test_an_allowed_address_is_allowed_in_each_form(form: str) -> None:
    policy = TargetPolicy(allow=(Rule.parse("192.0.2.0/24"),))
    assert refusal(form, 9096, policy) is None
    assert refusal(form.replace("201", "301").replace(".2.", ".3."), 9096, policy) is not None


def test_a_denied_network_is_denied_in_the_form_in_which_it_was_written(
    probe: Probe, names: Names
) -> None:
    names["kafka.example"] = ["64:ff9b::c000:201"]
    for network in ("64:ff9b::/96", "192.0.2.0/24"):
        deny = TargetPolicy(deny=(Rule.parse(network),))
        assert verdict(probe("kafka.example:9096", policy=deny)) == "resolve.refused_target"


def test_refused(probe: Probe) -> None:
    result = probe("127.0.0.1:1")
    assert verdict(result) == "connect.refused"
    assert "127.0.0.1:1 refused" in result.verdict.sentence
    assert result.took_ms < 500


def test_a_connection_that_is_reset_before_it_was_looked_at_is_closed_not_unreachable(
    probe: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reset(connection: socket.socket) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    real = tcp.start

    def start_and_be_slow(address: str, port: int) -> tuple[socket.socket, bool]:
        connection, _ = real(address, port)
        time.sleep(0.05)
        return connection, True

    monkeypatch.setattr(tcp, "start", start_and_be_slow)
    with Listener(reset) as listener:
        result = probe(f"127.0.0.1:{listener.port}")
    assert verdict(result) == "tls.closed"
    assert result.nodes[0].stage("connect").state == "passed"


def test_silent_public_and_private(probe: Probe, names: Names, network: dict[str, object]) -> None:
    names |= {"public.example": ["192.0.2.1"], "private.example": ["10.0.0.1"]}
    network |= {"192.0.2.1": "silent", "10.0.0.1": "silent"}
    assert verdict(probe("public.example:9096")) == "connect.silent"
    result = probe("private.example:9096")
    assert verdict(result) == "connect.silent_private"
    assert "0.6 s" in result.verdict.sentence


def test_unreachable(probe: Probe, names: Names, network: dict[str, object]) -> None:
    names["far.example"] = ["192.0.2.1"]
    network["192.0.2.1"] = errno.EHOSTUNREACH
    assert verdict(probe("far.example:9096")) == "connect.unreachable"


def test_some_addresses(
    probe: Probe, names: Names, network: dict[str, object], start: Start
) -> None:
    broker = start()
    names["localhost"] = ["192.0.2.1", "127.0.0.1", "192.0.2.2"]
    network |= {"192.0.2.1": errno.ECONNREFUSED, "192.0.2.2": errno.ENETUNREACH}
    result = probe(f"localhost:{broker.port}")
    assert result.verdict.state == "warned"
    assert verdict(result) == "connect.some_addresses"
    assert "192.0.2.1 refused" in result.verdict.sentence


def test_the_other_address_of_localhost_is_no_warning(
    probe: Probe, names: Names, start: Start
) -> None:
    names["localhost"] = ["::1", "127.0.0.1"]
    broker = start()
    broker.script.host = "localhost"
    assert probe(broker).verdict.state == "passed"


def test_a_private_one_among_public_ones(
    probe: Probe, names: Names, network: dict[str, object], start: Start
) -> None:
    names |= {"b-1.example": ["192.0.2.1"], "b-2.example": ["10.0.0.1"]}
    network |= {"192.0.2.1": errno.ECONNREFUSED, "10.0.0.1": errno.ECONNREFUSED}
    found = codes(probe("b-1.example:9096,b-2.example:9096"))
    assert found == ["connect.refused", "resolve.private", "connect.refused"]
    names["b-3-public.c1.kafka.eu-west-1.amazonaws.com"] = ["10.0.0.1"]
    found = codes(probe("b-3-public.c1.kafka.eu-west-1.amazonaws.com:9196"))
    assert found[0] == "resolve.private"


def test_advertised_loopback_and_private(
    probe: Probe, names: Names, network: dict[str, object], start: Start
) -> None:
    broker = start()
    names |= {"localhost": ["192.0.2.9"], "inner.example": ["10.0.0.1"]}
    network |= {"192.0.2.9": broker.port, "10.0.0.1": "silent"}
    broker.script.brokers = [(1, "127.0.0.1", broker.port)]
    result = probe(f"localhost:{broker.port}")
    assert verdict(result) == "listener.loopback"
    broker.script.brokers = [(1, "0.0.0.0", broker.port)]
    assert verdict(probe(f"localhost:{broker.port}")) == "listener.loopback"
    broker.script.brokers = [(1, "inner.example", 9096)]
    result = probe(f"localhost:{broker.port}")
    assert verdict(result) == "listener.private"
    assert "10.0.0.1" in result.verdict.sentence


def test_a_port_of_msk_for_another_login_explains_the_failure(probe: Probe, names: Names) -> None:
    host = "b-1-public.c1.kafka.eu-west-1.amazonaws.com"
    names[host] = ["127.0.0.1"]
    result = probe(f"{host}:9198")
    assert verdict(result) == "input.port_for_other_auth"
    assert "Use port 9196" in result.verdict.action
    assert "connect.refused" in codes(result)


def test_a_private_name_of_msk_from_outside_is_told_the_public_names(
    probe: Probe, names: Names, network: dict[str, object]
) -> None:
    private = "b-1.orders.k3x9ab.c4.kafka.eu-west-1.amazonaws.com"
    public = "b-1-public.orders.k3x9ab.c4.kafka.eu-west-1.amazonaws.com"
    names |= {private: ["10.0.0.1"], public: ["192.0.2.1"]}
    network |= {"10.0.0.1": "silent", "192.0.2.1": "silent"}
    result = probe(f"{private}:9096")
    assert verdict(result) == "connect.silent_private"
    assert "names with -public, port 9196" in result.verdict.action
    result = probe(f"{public}:9196")
    assert verdict(result) == "connect.silent"
    assert "in the security group of the brokers" in result.verdict.action
