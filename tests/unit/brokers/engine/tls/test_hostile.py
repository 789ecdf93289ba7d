"""Servers that send damaged, endless or slow answers: a fault of the list, and in time."""

import random
import socket
import ssl
import time
import tracemalloc

import pytest

from brokers.engine import faults
from tests.fakes import pki
from tests.fakes.pki import Identity
from tests.fakes.tls import Handler, Listener, answering, server_context
from tests.unit.brokers.engine.tls.conftest import Probe, codes


def damaged(context: ssl.SSLContext, dice: random.Random) -> Handler:
    """A TLS server some of whose bytes are changed, lost or doubled on their way."""

    def handle(connection: socket.socket) -> None:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = context.wrap_bio(incoming, outgoing, server_side=True)
        while data := connection.recv(16384):
            incoming.write(data)
            try:
                tls.do_handshake()
            except ssl.SSLWantReadError:
                pass
            except ssl.SSLError:
                break
            connection.sendall(_damage(outgoing.read(), dice))
        connection.close()

    return handle


def _damage(data: bytes, dice: random.Random) -> bytes:
    if not data:
        return data
    place = dice.randrange(len(data))
    kind = dice.randrange(5)
    if kind == 0:
        return data[:place]
    if kind == 1:
        return data[:place] + data[place // 2 :]
    changed = bytearray(data)
    for _ in range(kind - 1):
        changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.filterwarnings("ignore")  # the library warns of odd certificates before it refuses
def test_damaged_handshakes_end_in_a_fault_of_the_list(
    probe: Probe, root: Identity, version: ssl.TLSVersion
) -> None:
    dice = random.Random(20261122)
    context = server_context(pki.leaf(root), [root], lowest=version, highest=version)
    with Listener(damaged(context, dice)) as listener:
        for _ in range(40):
            outcome = probe(listener, root.pem, seconds=0.1)
            assert outcome.channel is None or outcome.result.state in {"passed", "warned"}
            assert all(code in faults.TABLE for code in codes(outcome))
            assert outcome.result.faults or outcome.channel


def test_an_endless_handshake_is_cut(probe: Probe) -> None:
    def handle(connection: socket.socket) -> None:
        connection.recv(4096)
        head = b"\x16\x03\x03\x40\x00"
        while True:
            connection.sendall(head + b"\x02\xff\xff\xff" + b"\x00" * 16380)

    with Listener(handle) as listener:
        started = time.monotonic()
        outcome = probe(listener)
    assert codes(outcome) == ["tls.broken"]
    assert time.monotonic() - started < 1


def test_a_drip_ends_at_the_time_limit(probe: Probe) -> None:
    def handle(connection: socket.socket) -> None:
        connection.recv(4096)
        for byte in b"\x16\x03\x03\x40\x00" + b"\x00" * 1000:
            connection.sendall(bytes([byte]))
            time.sleep(0.05)

    with Listener(handle) as listener:
        started = time.monotonic()
        outcome = probe(listener, seconds=0.4)
    assert codes(outcome) == ["tls.broken"]
    assert time.monotonic() - started < 1


def test_endless_headers_cost_little(probe: Probe) -> None:
    def handle(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            connection.sendall(b"X-More: " + b"x" * 8000 + b"\r\n")

    with Listener(handle) as listener:
        started = time.monotonic()
        tracemalloc.start()
        outcome = probe(listener)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert codes(outcome) == ["tls.http"]
    assert time.monotonic() - started < 3
    assert most < 4_000_000


def test_an_endless_greeting_costs_little(probe: Probe) -> None:
    with Listener(answering(lambda _: b"", greeting=b"x" * 10_000_000)) as listener:
        outcome = probe(listener)
    assert codes(outcome) == ["tls.other_protocol"]
    assert len(outcome.result.raw or "") < 512
