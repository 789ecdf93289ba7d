"""Follow-up probes of a port whose handshake failed: own connections, and never a credential.

Each opens one connection to the same checked address and takes two seconds at most.
"""

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, TypeVar

from OpenSSL import SSL

from brokers.engine import wait
from brokers.engine.kafka import requests
from brokers.engine.kafka.requests import Malformed, Request
from brokers.engine.network import tcp
from brokers.engine.tls.session import HandshakeBroke, PeerClosed, Session, record_progress
from brokers.engine.wait import Cancel, Deadline, DeadlinePassed

PROBE_SECONDS = 2.0
ENOUGH = 64 * 1024
CLIENT_ID = "kalixweb"
ANY_MECHANISM = "SCRAM-SHA-512"
EVERY_CIPHER = b"ALL:COMPLEMENTOFALL:@SECLEVEL=0"
ILLEGAL_SASL_STATE = 34

How = Literal["answered", "closed", "silent"]
Response = TypeVar("Response")


@dataclass(frozen=True, slots=True)
class Address:
    """Where to probe again, numeric, and the limits of the run."""

    address: str
    port: int
    deadline: Deadline
    cancel: Cancel


@dataclass(frozen=True, slots=True)
class Plain:
    """What a plaintext request drew: an answer, a closed connection, or nothing.

    ``apis`` is not None only for a Kafka answer; ``mechanisms`` then is None for a listener that
    takes no SASL, empty when that did not become clear.
    """

    how: How
    data: bytes = b""
    apis: Mapping[int, tuple[int, int]] | None = None
    mechanisms: tuple[str, ...] | None = ()


@dataclass(frozen=True, slots=True)
class Negotiated:
    """What a handshake without today's limits agreed on."""

    version: str
    cipher: str


def plain_kafka(where: Address) -> Plain:
    """Asks for ApiVersions in plaintext, and a Kafka that answers whether it takes SASL."""
    deadline = where.deadline.probe(PROBE_SECONDS)
    received = bytearray()
    request = requests.api_versions(0)
    try:
        with _connected(where, deadline) as connection:
            _send(connection, request.encode(1, CLIENT_ID), deadline, where.cancel)
            frame = _frame(connection, received, deadline, where.cancel)
            apis = _read(request, frame, 1)
            if apis is None:
                return Plain("answered", bytes(received))
            mechanisms = _mechanisms(connection, deadline, where.cancel)
            return Plain("answered", bytes(received), apis.keys, mechanisms)
    except OSError:
        return Plain("answered" if received else "closed", bytes(received))
    except DeadlinePassed as passed:
        _unless_outer(passed)
        return Plain("answered" if received else "silent", bytes(received))


def zookeeper(where: Address) -> str | None:
    """The version of a ZooKeeper that answers ``srvr``, else None."""
    deadline = where.deadline.probe(PROBE_SECONDS)
    received = bytearray()
    try:
        with _connected(where, deadline) as connection:
            _send(connection, b"srvr", deadline, where.cancel)
            while len(received) < 512 and b"\n" not in received:
                _more(connection, received, deadline, where.cancel)
    except OSError:
        pass
    except DeadlinePassed as passed:
        _unless_outer(passed)
    text = received.decode("ascii", "replace")
    if text.startswith("Zookeeper version:"):
        return text.removeprefix("Zookeeper version:").split(",")[0].split("-")[0].strip()
    return "version not told" if text.startswith("srvr is not executed") else None


def old_versions(where: Address) -> Negotiated | None:
    """A handshake that offers TLS 1.0 and 1.1 alone."""
    return _handshake(where, SSL.TLS1_VERSION, SSL.TLS1_1_VERSION)


def every_cipher(where: Address) -> Negotiated | None:
    """A handshake that offers every version and cipher there is."""
    return _handshake(where, SSL.TLS1_VERSION, SSL.TLS1_3_VERSION)


def _handshake(where: Address, lowest: int, highest: int) -> Negotiated | None:
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_cipher_list(EVERY_CIPHER)
    context.set_min_proto_version(lowest)
    context.set_max_proto_version(highest)
    context.set_info_callback(record_progress)
    deadline = where.deadline.probe(PROBE_SECONDS)
    try:
        with _connected(where, deadline) as connection:
            session = Session(connection, context, None)
            session.handshake(deadline, where.cancel)
    except (OSError, PeerClosed, HandshakeBroke):
        return None
    except DeadlinePassed as passed:
        _unless_outer(passed)
        return None
    return Negotiated(session.tls.get_protocol_version_name(), session.tls.get_cipher_name() or "")


def _mechanisms(
    connection: socket.socket, deadline: Deadline, cancel: Cancel
) -> tuple[str, ...] | None:
    """SaslHandshake is no login: a listener without SASL refuses it and stays open."""
    request = requests.sasl_handshake(ANY_MECHANISM)
    try:
        _send(connection, request.encode(2, CLIENT_ID), deadline, cancel)
        answer = _read(request, _frame(connection, bytearray(), deadline, cancel), 2)
    except OSError:
        return ()
    except DeadlinePassed as passed:
        _unless_outer(passed)
        return ()
    if answer is None:
        return ()
    return None if answer.error == ILLEGAL_SASL_STATE else answer.mechanisms


def _read(request: Request[Response], frame: bytes, correlation_id: int) -> Response | None:
    try:
        return request.decode(frame, correlation_id)
    except Malformed:
        return None


@contextmanager
def _connected(where: Address, deadline: Deadline) -> Iterator[socket.socket]:
    connection = tcp.connect(where.address, where.port, deadline, where.cancel)
    try:
        yield connection
    finally:
        connection.close()


def _send(connection: socket.socket, data: bytes, deadline: Deadline, cancel: Cancel) -> None:
    rest = memoryview(data)
    while rest:
        try:
            rest = rest[connection.send(rest) :]
        except BlockingIOError:
            wait.writable(connection, deadline, cancel)


def _frame(
    connection: socket.socket, received: bytearray, deadline: Deadline, cancel: Cancel
) -> bytes:
    """One Kafka frame without its length, or whatever came instead of one."""
    while True:
        length = int.from_bytes(received[:4], "big")
        if len(received) >= 4 and length > ENOUGH:
            return bytes(received)
        if len(received) >= 4 + length > 4:
            return bytes(received[4 : 4 + length])
        _more(connection, received, deadline, cancel)


def _more(
    connection: socket.socket, received: bytearray, deadline: Deadline, cancel: Cancel
) -> None:
    wait.readable(connection, deadline, cancel)
    data = connection.recv(4096)
    if not data:
        raise ConnectionResetError("closed")
    received += data


def _unless_outer(passed: DeadlinePassed) -> None:
    if passed.scope in {"node", "run"}:
        raise passed
