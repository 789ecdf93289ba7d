"""Whether a served chain is accepted is decided as librdkafka decides it, chain by chain."""

import contextlib
import json
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography import x509

from brokers.engine.network import tcp
from brokers.engine.stages import tls
from brokers.engine.target import Server
from brokers.engine.wait import Cancel, Deadline
from tests.fakes import pki
from tests.fakes.pki import Identity, authority, bundle, leaf
from tests.fakes.tls import Handler, Listener, server_context


@dataclass
class Case:
    """A served chain, leaf first, and the given CA. ``accepted``: by librdkafka, then by us."""

    served: list[Identity]
    ca: bytes
    host: str = "localhost"
    accepted: list[bool] = field(default_factory=list)


def _chains(root: Identity) -> Iterator[tuple[str, Case]]:
    middle, other, twin = authority("Middle", root), authority("Other"), authority("Root")
    good, alone = leaf(middle), leaf(None)
    yield "intermediate served", Case([good, middle], root.pem)
    yield "root served too", Case([good, middle, root], root.pem)
    yield "served in the wrong order", Case([good, root, middle], root.pem)
    yield "a stray certificate served", Case([good, other, middle], root.pem)
    yield "intermediate given instead", Case([good], bundle(root, middle))
    yield "intermediate missing", Case([good], root.pem)
    yield "intermediate alone given", Case([good, middle], middle.pem)
    yield "intermediate alone given, root served", Case([good, middle, root], middle.pem)
    yield "leaf given", Case([good, middle], good.pem)
    yield "unknown CA", Case([leaf(other), other], root.pem)
    yield "CA of the same name", Case([leaf(twin), twin], root.pem)
    renewed = authority("Root", key=root.key, valid=(-1, 99))
    yield "CA renewed with the same key", Case([leaf(renewed), renewed], root.pem)
    yield "self-signed", Case([alone], root.pem)
    yield "self-signed and given", Case([alone], alone.pem)


def _rules(root: Identity) -> Iterator[tuple[str, Case]]:
    old = authority("Old", valid=(-30, -2))
    weak, lax = authority("Weak", key=pki.new_key("rsa-1024")), authority("Lax", strict=False)
    short = authority("Short", path_length=0)
    too_deep, no_ca = authority("Too deep", short), leaf(root)
    narrow = authority(
        "Narrow", constraints=x509.NameConstraints([x509.DNSName("example.test")], None)
    )
    yield "expired", Case([leaf(root, valid=(-9, -2))], root.pem)
    yield "root expired", Case([leaf(old)], old.pem)
    yield "not yet valid", Case([leaf(root, valid=(2, 9))], root.pem)
    yield "for clients", Case([leaf(root, purpose="client")], root.pem)
    yield "for no purpose", Case([leaf(root, purpose="none")], root.pem)
    yield "weak key", Case([leaf(root, key=pki.new_key("rsa-1024"))], root.pem)
    yield "weak root", Case([leaf(weak)], weak.pem)
    yield "root without key usage", Case([leaf(lax)], lax.pem)
    yield "too many intermediates", Case([leaf(too_deep), too_deep], short.pem)
    yield "issued by a leaf", Case([leaf(no_ca), no_ca], root.pem)
    yield "outside name constraints", Case([leaf(narrow)], narrow.pem)


def _names(root: Identity) -> Iterator[tuple[str, Case]]:
    yield "another name", Case([leaf(root, ["a.test"])], root.pem)
    yield "other letter case", Case([leaf(root, ["LOCALHOST"])], root.pem)
    yield "common name alone", Case([leaf(root, [], common_name="localhost")], root.pem)
    yield (
        "common name beside names",
        Case([leaf(root, ["a.test"], common_name="localhost")], root.pem),
    )
    yield (
        "common name beside an address",
        Case([leaf(root, ["127.0.0.1"], common_name="localhost")], root.pem),
    )
    yield "address", Case([leaf(root, ["127.0.0.1"])], root.pem, "127.0.0.1")
    yield "address not there", Case([leaf(root, ["localhost"])], root.pem, "127.0.0.1")
    yield (
        "address as common name",
        Case([leaf(root, [], common_name="127.0.0.1")], root.pem, "127.0.0.1"),
    )


def _watching(case: Case) -> Handler:
    """A client that accepts the certificate goes on to speak; one that does not never does."""
    context = server_context(case.served[0], case.served[1:])

    def handle(connection: socket.socket) -> None:
        with contextlib.suppress(ssl.SSLError, OSError):
            wrapped = context.wrap_socket(connection, server_side=True)
            case.accepted.append(bool(wrapped.recv(1)))
            wrapped.close()
        connection.close()

    return handle


def _librdkafka(cases: dict[str, tuple[Case, Listener]]) -> dict[str, bool]:
    settings = [
        {"bootstrap.servers": f"{case.host}:{listener.port}", "ssl.ca.pem": case.ca.decode()}
        for case, listener in cases.values()
    ]
    child = Path(__file__).with_name("tls_child.py")
    subprocess.run(
        [sys.executable, "-I", str(child)],
        input=json.dumps(settings),
        text=True,
        timeout=120,
        check=True,
    )
    return {name: any(case.accepted) for name, (case, _) in cases.items()}


def _ours(case: Case, listener: Listener) -> bool:
    with Cancel() as cancel:
        deadline = Deadline.after(15, "node")
        connection = tcp.connect(listener.host, listener.port, deadline, cancel)
        server = Server(case.host, listener.port)
        channel = tls.run(connection, server, case.ca, deadline, cancel).channel
        if channel:
            channel.close()
        return channel is not None


def test_accepts_and_refuses_as_librdkafka_does() -> None:
    pytest.importorskip("confluent_kafka")
    root = authority("Root")
    with contextlib.ExitStack() as stack:
        cases = {
            name: (case, stack.enter_context(Listener(_watching(case))))
            for make in (_chains, _rules, _names)
            for name, case in make(root)
        }
        theirs = _librdkafka(cases)
        ours = {name: _ours(case, listener) for name, (case, listener) in cases.items()}
    assert ours == theirs
    assert set(theirs.values()) == {True, False}
