"""Complete tests whose broker answers with one mutated answer, thousands of them in a minute.

The broker speaks through a verified channel in memory, so that neither TLS nor a socket takes time;
what is silent is so at once. Everything else is the product: threads, stages, verdict, document.
"""

import contextlib
import datetime as dt
import errno
import json
import random
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from unittest import mock

from brokers.engine import faults, runner
from brokers.engine.network import resolver, tcp
from brokers.engine.results import RunResult, finished
from brokers.engine.stages import tls
from brokers.engine.target import Limits, Server, Target, TargetPolicy
from brokers.engine.tls import follow_up_probes
from brokers.engine.tls.channel import ChannelClosed, TlsOutcome
from brokers.engine.verdict import all_faults
from brokers.engine.wait import Cancel, Cancelled, Deadline, DeadlinePassed
from kalixweb.core.secret_value import SecretValue
from tests.fakes import pki
from tests.fakes.kafka import Group, Script, Topic, _Stop, _Talk
from tests.fakes.tls import Handler, Listener, server_context

PASSWORD = "a-password-that-nobody-shows"
STEPS = ("ApiVersions", "SaslHandshake", "SaslAuthenticate", "Metadata", "DescribeGroups",
         "DescribeTransactions")  # fmt: skip
NAMES = {3: "Metadata", 15: "DescribeGroups", 17: "SaslHandshake", 18: "ApiVersions",
         36: "SaslAuthenticate", 65: "DescribeTransactions"}  # fmt: skip
LIMITS = Limits(resolve=1, connect=1, tls=0.15, answer=0.5, node=2, run=4)
# What hangs hangs for ever; a million SCRAM iterations, the most that are taken, only take a while.
GRACE_SECONDS = 10.0
ODD = (0, 1, 0x7F, 0x80, 0xFF)
ODD_LENGTHS = (0, 1, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


class Escaped(AssertionError):
    """An answer that the engine did not take as it has to."""


def mutated(data: bytes, dice: random.Random) -> bytes:
    """The bytes with one to four changes of the kinds that break readers."""
    changed = bytearray(data)
    for _ in range(dice.randint(1, 4)):
        place = dice.randrange(len(changed) + 1)
        kind = dice.randrange(8)
        if kind == 0:
            del changed[place:]
        elif kind == 1:
            changed[place:place] = dice.randbytes(dice.randint(1, 40))
        elif kind == 2:
            del changed[place : place + dice.randint(1, 8)]
        elif kind == 3:
            changed[place:place] = changed[place // 2 : place]
        elif kind == 4:
            size = dice.choice((1, 2, 4))
            odd = dice.choice(ODD_LENGTHS) & (256**size - 1)
            changed[place : place + size] = odd.to_bytes(size, "big")
        elif kind == 5:
            changed[place : place + 1] = bytes([dice.choice(ODD)])
        else:
            changed[place : place + 1] = dice.randbytes(1)
    return bytes(changed)


def mutated_frame(frame: bytes, dice: random.Random) -> bytes:
    """Mostly with a right length and correlation id, so that what is inside gets read."""
    kind = dice.randrange(10)
    if kind == 0:
        return mutated(frame, dice)
    if kind == 1:
        return dice.randbytes(dice.randint(0, 64))
    body = frame[4:8] + mutated(frame[8:], dice)
    return len(body).to_bytes(4, "big") + body


@dataclass
class Memory:
    """A channel whose other end is the small broker; the answer to ``step`` comes mutated."""

    script: Script
    port: int
    step: str
    dice: random.Random
    answers: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        broker: Any = SimpleNamespace(script=self.script, steps=[], bytes_seen=bytearray())
        broker.port = self.port
        self._out = bytearray()
        sink: Any = SimpleNamespace(sendall=self._out.extend)
        self._talk = _Talk(broker, sink)
        self._over = False

    def send(self, data: bytes, deadline: Deadline) -> None:
        """Answers at once; what is no request (a nudge) is left alone."""
        deadline.remaining()
        key = int.from_bytes(data[4:6], "big")
        if self._over or key not in NAMES:
            return
        try:
            self._talk._one(data[4:])
        except _Stop:
            self._over = True
        answer, mine = bytes(self._out), NAMES[key] == self.step and self.dice.random() < 0.8
        self._out.clear()
        self.answers += mutated_frame(answer, self.dice) if mine else answer

    def receive(self, size: int, deadline: Deadline) -> bytes:
        """What there is, in pieces; else the end, or silence until the deadline at once."""
        deadline.remaining()
        if not self.answers:
            if self.dice.random() < 0.5:
                raise ChannelClosed("the peer closed the connection")
            raise DeadlinePassed(deadline.scope)
        piece = bytes(self.answers[: min(size, self.dice.choice((1, 7, 4096)))])
        del self.answers[: len(piece)]
        return piece

    def ticket(self) -> None:
        """There is no TLS here."""

    def close(self) -> None:
        self._over = True


def script(dice: random.Random, port: int) -> Script:
    """A cluster of one to three brokers that knows everything that will be asked for."""
    places = [(number + 1, dice.choice(("127.0.0.1", "localhost")), port) for number in range(3)]
    return Script(
        users={"alice": PASSWORD},
        mechanisms=("SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"),
        users_of={"SCRAM-SHA-256": {}} if dice.random() < 0.2 else {},
        brokers=places[: dice.randint(1, 3)],
        racks="rack-a",
        topics={"orders": Topic()},
        groups={"svc": Group()},
        transactions={"tx": 0},
    )


def target(dice: random.Random, servers: str) -> Target:
    """Everything is asked for; user and login vary."""
    return Target(
        servers=servers,
        auth=dice.choice(("scram-sha-512", "scram-sha-256", "plain")),
        user=dice.choice(("alice", "alice", "alice", "bob")),
        password=SecretValue(PASSWORD if dice.random() < 0.8 else PASSWORD + "\n"),
        topics=("orders",),
        groups=("svc",),
        transactional_ids=("tx",),
        policy=TargetPolicy(loopback=True),
        limits=LIMITS,
    )


@contextlib.contextmanager
def alone() -> Iterator[int]:
    """No name is looked up and no other port is reached than the one that this gives."""
    with Listener(lambda connection: connection.close()) as listener:
        real = tcp.start

        def start(address: str, port: int) -> tuple[socket.socket, bool]:
            if (address, port) not in reachable:
                raise OSError(errno.ECONNREFUSED, "refused")
            return real(address, port)

        def addresses_of(host: str) -> list[str]:
            if host in {"127.0.0.1", "localhost"}:
                return ["127.0.0.1"]
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        reachable = {("127.0.0.1", listener.port)}
        with (
            mock.patch.object(tcp, "start", start),
            mock.patch.object(resolver, "addresses_of", addresses_of),
            mock.patch.object(follow_up_probes, "PROBE_SECONDS", 0.1),
        ):
            yield listener.port


def one_answer(number: int, port: int) -> RunResult:
    """One whole test in which the answers to one kind of question are mutated."""
    dice = random.Random(number)
    made, step = script(dice, port), dice.choice(STEPS)

    def secure(connection: socket.socket, *_: object, **__: object) -> TlsOutcome:
        connection.close()
        channel = Memory(made, port, step, random.Random(dice.random()))
        return TlsOutcome(finished("tls"), channel)

    with mock.patch.object(tls, "run", secure):
        return checked(number, target(dice, f"127.0.0.1:{port}"))


def checked(number: int, one: Target) -> RunResult:
    """Runs it; raises Escaped unless it ends in time, with faults of the list and no secret."""
    started = time.monotonic()
    try:
        *_, last = runner.run(one)
        document = json.dumps(last.document(dt.datetime.now(dt.UTC), {}), ensure_ascii=False)
    except Exception as crash:
        raise Escaped(f"answer {number}: {crash!r}") from crash
    took = time.monotonic() - started
    found = {fault.code for fault in all_faults(last)}
    if last.verdict is None or (last.verdict.fault or "tls.closed") not in faults.TABLE:
        raise Escaped(f"answer {number}: verdict {last.verdict}")
    if not found <= faults.TABLE.keys():
        raise Escaped(f"answer {number}: {sorted(found - faults.TABLE.keys())}")
    if took > one.limits.run + GRACE_SECONDS:
        raise Escaped(f"answer {number}: it took {took:.1f} s")
    if PASSWORD in document:
        raise Escaped(f"answer {number}: it shows the password")
    return last


@dataclass(frozen=True)
class Handshakes:
    """A TLS server whose handshake, or whose whole answer, comes mutated."""

    port: int
    root: bytes

    def one(self, number: int) -> str:
        """One tls stage; the code of its first fault, or "passed"; raises Escaped."""
        started = time.monotonic()
        try:
            with Cancel() as cancel:
                deadline = Deadline.after(LIMITS.node, "node")
                connection = tcp.connect("127.0.0.1", self.port, deadline, cancel)
                server = Server("127.0.0.1", self.port)
                outcome = tls.run(
                    connection, server, self.root, deadline, cancel, seconds=LIMITS.tls
                )
                if outcome.channel:
                    outcome.channel.close()
        except (DeadlinePassed, Cancelled) as late:
            raise Escaped(f"handshake {number}: {late!r}") from late
        codes = [fault.code for fault in outcome.result.faults]
        if not set(codes) <= faults.TABLE.keys() or not (codes or outcome.channel):
            raise Escaped(f"handshake {number}: {codes}")
        if time.monotonic() - started > LIMITS.node + GRACE_SECONDS:
            raise Escaped(f"handshake {number}: it took too long")
        return codes[0] if codes else "passed"


@contextlib.contextmanager
def handshakes(seed: int) -> Iterator[Handshakes]:
    """A mutating TLS server, and no other port in reach."""
    root = pki.authority("Fuzz Root")
    identity = pki.leaf(pki.authority("Fuzz Intermediate", root))
    versions = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
    contexts = [server_context(identity, identity.chain, highest=version) for version in versions]
    with (
        Listener(_damaging(contexts, random.Random(seed))) as listener,
        mock.patch.object(follow_up_probes, "PROBE_SECONDS", 0.1),
    ):
        yield Handshakes(listener.port, root.pem)


def _damaging(contexts: list[ssl.SSLContext], dice: random.Random) -> Handler:
    plain = (
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\x15\x03\x03\x00\x02\x02\x28",
        b"\0\0\0\x16\0\0\0\1\0\0\0\0\0\2\0\x12\0\0\0\4\0\3\0\0\0\x0d",
        b"\x16\x03\x03\x00\x40\x02\0\0\x3c\x03\x03" + bytes(59),
    )

    def handle(connection: socket.socket) -> None:
        if dice.random() < 0.4:
            connection.recv(16384)
            connection.sendall(mutated(dice.choice(plain), dice))
            connection.close()
            return
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        session = dice.choice(contexts).wrap_bio(incoming, outgoing, server_side=True)
        while data := connection.recv(16384):
            incoming.write(data)
            try:
                session.do_handshake()
            except ssl.SSLWantReadError:
                pass
            except ssl.SSLError:
                break
            answer = outgoing.read()
            connection.sendall(mutated(answer, dice) if answer else b"")
        connection.close()

    return handle
