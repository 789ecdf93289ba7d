"""What answers instead of good TLS: each named on what it said, over real sockets."""

import ssl
import struct
import threading
import time

import pytest

from brokers.engine.network import tcp
from brokers.engine.stages import tls as tls_stage
from brokers.engine.target import Server
from brokers.engine.tls import follow_up_probes, stream
from brokers.engine.tls.channel import ClientCertificateRequired
from brokers.engine.wait import Cancel, Cancelled, Deadline, DeadlinePassed
from tests.fakes import pki
from tests.fakes.pki import Identity
from tests.fakes.tls import (
    Handler,
    Listener,
    after_hello,
    answering,
    closing,
    plain_kafka,
    resetting,
    server_context,
    silent,
    tls,
)
from tests.unit.brokers.engine.tls.conftest import Probe, codes

ALERT = b"\x15\x03\x03\x00\x02\x02"


def one(probe: Probe, handler: Handler, **options: float) -> tuple[str, str]:
    with Listener(handler) as listener:
        outcome = probe(listener, **options)
    assert outcome.channel is None
    [fault] = outcome.result.faults
    return fault.code, fault.sentence


def test_plaintext_kafka_says_whether_it_takes_a_login(probe: Probe) -> None:
    code, sentence = one(probe, plain_kafka())
    assert code == "tls.plaintext_kafka"
    assert "without login" in sentence
    code, sentence = one(probe, plain_kafka(mechanisms=["SCRAM-SHA-256", "PLAIN"]))
    assert code == "tls.plaintext_kafka"
    assert "SCRAM-SHA-256, PLAIN" in sentence


def test_controller_in_plaintext(probe: Probe) -> None:
    assert one(probe, plain_kafka(apis=[18, 52, 53, 62]))[0] == "kafka.controller_port"


def test_http_that_answers_the_hello(probe: Probe) -> None:
    handler = after_hello(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
    code, sentence = one(probe, handler)
    assert code == "tls.http"
    assert "HTTP/1.1 400 Bad Request" in sentence


def test_http_that_answers_plain_words_only(probe: Probe) -> None:
    def answer(data: bytes) -> bytes | None:
        return None if data.startswith(b"\x16") else b"HTTP/1.0 400 Bad request\r\n\r\n"

    assert one(probe, answering(answer))[0] == "tls.http"


def greeting(words: bytes) -> Handler:
    return answering(lambda _: b"", greeting=words)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", "SSH"),
        (b"\x4a\x00\x00\x00\x0a8.0.36\x00\x01\x02", "MySQL"),
        (b"220 mail.example.test ESMTP\r\n", "SMTP"),
        (b"AMQP\x00\x00\x09\x01", "AMQP"),
        (b"\x00\x01\x02\x03 who knows", "something unknown"),
    ],
)
def test_other_protocol(probe: Probe, words: bytes, name: str) -> None:
    code, sentence = one(probe, greeting(words))
    assert code == "tls.other_protocol"
    assert name in sentence


def test_postgresql_answers_only_words_that_frame_like_its_own(probe: Probe) -> None:
    def answer(data: bytes) -> bytes | None:
        error = b"SFATAL\x00C0A000\x00Munsupported frontend protocol\x00\x00"
        return None if data.startswith(b"\x16") else b"E" + struct.pack(">i", 99) + error

    code, sentence = one(probe, answering(answer))
    assert code == "tls.other_protocol"
    assert "PostgreSQL" in sentence


def test_silent(probe: Probe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow_up_probes, "PROBE_SECONDS", 0.2)
    assert one(probe, silent, seconds=0.2)[0] == "tls.silent"


@pytest.mark.parametrize("handler", [closing, resetting])
def test_closed_at_once(probe: Probe, handler: Handler) -> None:
    assert one(probe, handler)[0] == "tls.closed"


def test_silent_after_hello(probe: Probe) -> None:
    def answer(data: bytes) -> bytes | None:
        return b"" if len(data) > 100 else ALERT + b"\x32"

    assert one(probe, answering(answer), seconds=0.2)[0] == "tls.silent_after_hello"


@pytest.mark.parametrize(
    "words",
    [
        b"Zookeeper version: 3.8.4-9316c2a7a97e1666d8f4593f34dd6fc36ecc436c, built on 2024\n",
        b"srvr is not executed because it is not in the whitelist.\n",
    ],
)
def test_zookeeper(probe: Probe, words: bytes) -> None:
    def answer(data: bytes) -> bytes | None:
        return words if data == b"srvr" else None

    code, sentence = one(probe, answering(answer))
    assert code == "tls.zookeeper"
    if b"version: " in words:
        assert "3.8.4" in sentence


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_old_version(probe: Probe, version: ssl.TLSVersion) -> None:
    identity = pki.leaf(None, key=pki.new_key("rsa-2048"))
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context = server_context(identity, lowest=version, highest=version)
    code, sentence = one(probe, tls(context))
    assert code == "tls.old_version"
    assert {ssl.TLSVersion.TLSv1: "TLSv1 ", ssl.TLSVersion.TLSv1_1: "TLSv1.1"}[version] in sentence


def test_alert_70_alone_is_no_old_version(probe: Probe) -> None:
    code, sentence = one(probe, after_hello(ALERT + b"\x46"))
    assert code == "tls.broken"
    assert "protocol_version (70)" in sentence


def test_no_common_cipher_names_the_one_it_would_take(probe: Probe) -> None:
    context = server_context(
        pki.leaf(None, key=pki.new_key("rsa-2048")),
        highest=ssl.TLSVersion.TLSv1_2,
        ciphers="NULL-SHA256:@SECLEVEL=0",
    )
    code, sentence = one(probe, tls(context))
    assert code == "tls.no_common_cipher"
    assert "NULL-SHA256" in sentence


def test_no_common_cipher_by_the_alert(probe: Probe) -> None:
    code, sentence = one(probe, after_hello(ALERT + b"\x28"))
    assert code == "tls.no_common_cipher"
    assert "handshake_failure (40)" in sentence


def test_any_other_alert_is_named(probe: Probe) -> None:
    code, sentence = one(probe, after_hello(ALERT + b"\x70"))
    assert code == "tls.broken"
    assert "unrecognized_name (112)" in sentence


def test_a_server_that_stops_in_the_middle(probe: Probe) -> None:
    code, sentence = one(probe, after_hello(b"\x16\x03\x03\x00\x40\x02"))
    assert code == "tls.broken"
    assert "closed" in sentence


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_client_certificate_required(probe: Probe, root: Identity, version: ssl.TLSVersion) -> None:
    context = server_context(pki.leaf(root), lowest=version, highest=version, client_ca=root)
    with Listener(tls(context)) as listener:
        outcome = probe(listener, root.pem)
    assert codes(outcome) == ["tls.client_certificate_required"]
    assert outcome.channel is None
    assert outcome.result.facts["chain"][0]["subject"] == "CN=broker"


def test_client_certificate_required_and_expired(probe: Probe, root: Identity) -> None:
    context = server_context(pki.leaf(root, valid=(-9, -2)), client_ca=root)
    with Listener(tls(context)) as listener:
        outcome = probe(listener, root.pem)
    assert codes(outcome) == ["tls.client_certificate_required", "tls.expired"]


def test_late_refusal_rises_from_the_channel(
    root: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "settle", lambda *_: True)
    context = server_context(pki.leaf(root), client_ca=root)
    with Listener(tls(context)) as listener, Cancel() as cancel:
        deadline = Deadline.after(5, "node")
        connection = tcp.connect("127.0.0.1", listener.port, deadline, cancel)
        server = Server("localhost", listener.port)
        channel = tls_stage.run(connection, server, root.pem, deadline, cancel).channel
        assert channel is not None
        with pytest.raises(ClientCertificateRequired) as refused:
            channel.receive(1, deadline)
        channel.close()
    assert refused.value.number == 116


def test_stopping_ends_a_silent_handshake_at_once() -> None:
    with Listener(silent) as listener, Cancel() as cancel:
        deadline = Deadline.after(10, "node")
        connection = tcp.connect("127.0.0.1", listener.port, deadline, cancel)
        threading.Timer(0.1, cancel.set).start()
        started = time.monotonic()
        with pytest.raises(Cancelled):
            tls_stage.run(connection, Server("localhost", 1), None, deadline, cancel)
        assert time.monotonic() - started < 3  # and not the ten seconds that it was given
        assert connection.fileno() == -1


def test_the_nodes_own_limit_is_not_a_fault_of_tls(probe: Probe) -> None:
    with Listener(silent) as listener, pytest.raises(DeadlinePassed) as passed:
        probe(listener, node_seconds=0.2)
    assert passed.value.scope == "node"


def test_refusals_wait_for_no_limit(probe: Probe, root: Identity) -> None:
    other = pki.authority("Other Root")
    wrong_ca = Listener(tls(server_context(pki.leaf(other), [other])))
    for listener in (wrong_ca, Listener(plain_kafka()), Listener(closing)):
        with listener:
            probe(listener, root.pem)
            started = time.monotonic()
            probe(listener, root.pem)
            assert time.monotonic() - started < 1


def test_dial_leaves_nothing_open_when_refused() -> None:
    with Cancel() as cancel, pytest.raises(ConnectionRefusedError):
        tcp.connect("127.0.0.1", 1, Deadline.after(1, "node"), cancel)
