"""What answers on the port instead of TLS, or does not."""

import socket
import ssl
import struct
import warnings

from benchmarks.diagnosis.situation import World
from kalixweb.practice.listeners import CLOSED_OFFSET
from tests.fakes import pki
from tests.fakes.tls import (
    Handler,
    after_hello,
    answering,
    closing,
    plain_kafka,
    resetting,
    server_context,
    silent,
    tls,
)

ALERT = b"\x15\x03\x03\x00\x02\x02"
HTTP = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"
POSTGRESQL = b"E" + struct.pack(">i", 99) + b"SFATAL\x00C0A000\x00Munsupported protocol\x00\x00"
ZOOKEEPER = b"Zookeeper version: 3.8.4-9316c2a7a97e1666d8f4593f34dd6fc36ecc436c, built on 2024\n"
GREETINGS = {
    "SSH": b"SSH-2.0-OpenSSH_9.2\r\n",
    "MySQL": b"\x4a\x00\x00\x00\x0a8.0.36\x00\x01\x02",
    "a mail server": b"220 mail.example.test ESMTP\r\n",
    "RabbitMQ": b"AMQP\x00\x00\x09\x01",
}


def add(world: World) -> None:
    closed = f"127.0.0.1:{world.practice.port_base + CLOSED_OFFSET}"
    world.add("a name that does not exist", "resolve.not_found", "b-1.kafka.invalid:9096")
    world.add("nothing listens", "connect.refused", closed)
    world.add("packets are dropped", "connect.silent", _full(world), silent=True)
    for listener in ("plain", "saslplain", "controller"):
        fault = world.practice.listeners[listener].expected_fault
        world.on_practice(f"{listener} listener of Kafka", fault, listener)
    for name, fault, handler in _others():
        world.add(name, fault, world.listen(handler), silent=fault.startswith("tls.silent"))
    _versions(world)
    _client_certificates(world)


def _others() -> list[tuple[str, str, Handler]]:
    return [
        ("plaintext Kafka behind a small server", "tls.plaintext_kafka", plain_kafka()),
        ("HTTP that answers the hello", "tls.http", after_hello(HTTP)),
        ("HTTP that answers plain words only", "tls.http", _only_plain(HTTP)),
        *(
            (f"{name} on the port", "tls.other_protocol", answering(lambda _: b"", greeting=words))
            for name, words in GREETINGS.items()
        ),
        ("PostgreSQL on the port", "tls.other_protocol", _only_plain(POSTGRESQL)),
        ("ZooKeeper on the port", "tls.zookeeper", answering(_zookeeper)),
        ("accepted, then silent", "tls.silent", silent),
        ("accepted and closed", "tls.closed", closing),
        ("accepted and reset", "tls.closed", resetting),
        ("large packets are lost", "tls.silent_after_hello", answering(_loses_large_ones)),
        ("alert 112", "tls.broken", after_hello(ALERT + b"\x70")),
        ("alert 70 alone", "tls.broken", after_hello(ALERT + b"\x46")),
        ("closed amid the handshake", "tls.broken", after_hello(b"\x16\x03\x03\x00\x40\x02")),
        ("alert 40", "tls.no_common_cipher", after_hello(ALERT + b"\x28")),
    ]


def _only_plain(words: bytes) -> Handler:
    return answering(lambda data: None if data.startswith(b"\x16") else words)


def _zookeeper(data: bytes) -> bytes | None:
    return ZOOKEEPER if data == b"srvr" else None


def _loses_large_ones(data: bytes) -> bytes:
    return b"" if len(data) > 100 else ALERT + b"\x32"


def _versions(world: World) -> None:
    identity = pki.leaf(world.root, key=pki.new_key("rsa-2048"))
    for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
        with warnings.catch_warnings(action="ignore"):
            context = server_context(identity, lowest=version, highest=version)
        world.add(f"{version.name} only", "tls.old_version", world.listen(tls(context)))
    context = server_context(
        identity, highest=ssl.TLSVersion.TLSv1_2, ciphers="NULL-SHA256:@SECLEVEL=0"
    )
    world.add("a cipher that nobody takes", "tls.no_common_cipher", world.listen(tls(context)))


def _client_certificates(world: World) -> None:
    fault = "tls.client_certificate_required"
    world.on_practice("client certificate wanted (Kafka)", fault, "mtls")
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        context = server_context(
            world.identity, lowest=version, highest=version, client_ca=world.root
        )
        world.add(f"client certificate wanted, {version.name}", fault, world.listen(tls(context)))


def _full(world: World) -> str:
    """A port whose queue of connections is full: the system drops every further attempt."""
    server = socket.socket()
    world.stack.callback(server.close)
    server.bind(("127.0.0.1", 0))
    server.listen(0)
    for _ in range(4):
        waiting = socket.socket()
        world.stack.callback(waiting.close)
        waiting.settimeout(0)
        waiting.connect_ex(server.getsockname())
    return f"127.0.0.1:{server.getsockname()[1]}"
