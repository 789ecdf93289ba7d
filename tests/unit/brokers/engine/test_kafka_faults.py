"""What answers inside TLS, reproduced by a server that does it."""

import socket

import pytest

from tests.fakes.kafka import APACHE, closes, says, stays_silent
from tests.unit.brokers.engine.conftest import Probe, Start, codes, verdict

HTTP = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
CASES = {
    "https": ({"instead": {"ApiVersions": says(HTTP)}}, "kafka.https", "HTTP/1.1 400"),
    "ssh": ({"instead": {"hello": says(b"SSH-2.0-x\r\n", hold=True)}}, "kafka.not_kafka", "SSH"),
    "other": ({"instead": {"ApiVersions": says(b"hello you")}}, "kafka.not_kafka", "hello you"),
    "huge": ({"instead": {"ApiVersions": says(b"\x7f\xff\xff\xff")}}, "kafka.not_kafka", ""),
    "over-long": (
        {"instead": {"ApiVersions": says(b"\0\x7f\xff\xff\0\0\0\1", hold=True)}},
        "kafka.malformed",
        "8,388,607 bytes",
    ),
    "correlation": ({"wrong_correlation": True}, "kafka.malformed", "correlation id"),
    "broken": (
        {"instead": {"ApiVersions": says(b"\0\0\0\6\0\0\0\1\0\0", hold=True)}},
        "kafka.malformed",
        "cannot be decoded",
    ),
    "error": ({"errors": {"ApiVersions": 42}}, "kafka.malformed", "INVALID_REQUEST (42)"),
    "closed": ({"instead": {"ApiVersions": closes}}, "kafka.closed", "closed"),
    "silent": ({"instead": {"ApiVersions": stays_silent}}, "kafka.silent", "0.6 s"),
    "controller": (
        {"apis": {1: (4, 17), 17: (0, 1), 18: (0, 4), 36: (0, 2), 52: (0, 1), 62: (0, 4)}},
        "kafka.controller_port",
        "6 requests",
    ),
    "newer": ({"apis": {**APACHE, 3: (20, 25)}}, "kafka.no_common_version", "v20 to v25"),
    "older": ({"apis": {**APACHE, 17: (0, 0)}}, "kafka.no_common_version", "too old"),
}


@pytest.mark.parametrize("case", CASES)
def test_named(probe: Probe, start: Start, case: str) -> None:
    knobs, code, words = CASES[case]
    broker = start(**knobs)
    result = probe(broker)
    assert verdict(result) == code
    assert codes(result) == [code]
    assert words in result.verdict.sentence
    assert result.nodes[0].stage("sasl-login").state == "skipped"
    assert b"alice" not in broker.bytes_seen


def test_http_server_that_waits_for_a_line_is_told_from_silence(probe: Probe, start: Start) -> None:
    def reads_lines(connection: socket.socket) -> None:
        data = b""
        while b"\r\n\r\n" not in data:
            data += connection.recv(4096)
        connection.sendall(HTTP)

    assert verdict(probe(start(instead={"hello": reads_lines}))) == "kafka.https"
