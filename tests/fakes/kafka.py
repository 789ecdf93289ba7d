"""A small Kafka broker on a real socket: TLS, SCRAM and PLAIN, and a knob for every fault."""

import base64
import hashlib
import hmac
import os
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from kafka.protocol.admin.groups import DescribeGroupsRequest, DescribeGroupsResponse
from kafka.protocol.admin.transactions import (
    DescribeTransactionsRequest,
    DescribeTransactionsResponse,
)
from kafka.protocol.metadata import (
    ApiVersionsRequest,
    ApiVersionsResponse,
    MetadataRequest,
    MetadataResponse,
)
from kafka.protocol.sasl import (
    SaslAuthenticateRequest,
    SaslAuthenticateResponse,
    SaslHandshakeRequest,
    SaslHandshakeResponse,
)

from tests.fakes.pki import Identity
from tests.fakes.tls import Listener, server_context

Act = Callable[[socket.socket], None]
DIGESTS = {"SCRAM-SHA-256": "sha256", "SCRAM-SHA-512": "sha512"}
REQUESTS = {
    3: (MetadataRequest, MetadataResponse),
    15: (DescribeGroupsRequest, DescribeGroupsResponse),
    17: (SaslHandshakeRequest, SaslHandshakeResponse),
    18: (ApiVersionsRequest, ApiVersionsResponse),
    36: (SaslAuthenticateRequest, SaslAuthenticateResponse),
    65: (DescribeTransactionsRequest, DescribeTransactionsResponse),
}
APACHE = {
    0: (3, 11), 1: (4, 17), 3: (0, 13), 15: (0, 6), 17: (0, 1), 18: (0, 4),
    27: (1, 1), 34: (1, 2), 35: (1, 4), 36: (0, 2), 65: (0, 0),
}  # fmt: skip


def closes(connection: socket.socket) -> None:
    """Closes instead of an answer."""


def stays_silent(connection: socket.socket) -> None:
    """Reads on and says nothing."""
    while connection.recv(4096):
        pass


def says(data: bytes, *, hold: bool = False) -> Act:
    """Sends these bytes instead of an answer; ``hold`` keeps the connection open afterwards."""

    def act(connection: socket.socket) -> None:
        connection.sendall(data)
        if hold:
            stays_silent(connection)

    return act


def drips(connection: socket.socket) -> None:
    """One byte of an answer now and then, for ever."""
    connection.sendall((1000).to_bytes(4, "big"))
    while True:
        connection.sendall(b"\0")
        time.sleep(0.02)


@dataclass
class Topic:
    """``operations``: None if not reported. ``partitions``: leader, replicas, in sync of each."""

    error: int = 0
    operations: set[int] | None = field(default_factory=lambda: {3, 4, 8})
    partitions: list[tuple[int, list[int], list[int]]] = field(
        default_factory=lambda: [(1, [1], [1])]
    )


@dataclass
class Group:
    error: int = 0
    operations: set[int] | None = field(default_factory=lambda: {3, 8})


@dataclass
class Script:
    """What the broker is like. ``instead``: step -> what happens in place of its answer.

    Steps: hello, ApiVersions, SaslHandshake, first, final, plain, Metadata, DescribeGroups,
    DescribeTransactions. ``errors``: step -> error code, ``message``: what comes with it.
    ``forgiving``: takes from other clients what the product must never ask.
    """

    users: dict[str, str] = field(default_factory=lambda: {"alice": "alice-secret"})
    mechanisms: tuple[str, ...] = ("SCRAM-SHA-512",)
    users_of: dict[str, dict[str, str]] = field(default_factory=dict)
    apis: dict[int, tuple[int, int]] = field(default_factory=lambda: dict(APACHE))
    iterations: int = 4096
    forged_signature: bool = False
    refuses_late: bool = False
    brokers: list[tuple[int, str, int]] | None = None
    racks: str | None = None
    cluster_id: str | None = "fake-cluster"
    controller: int = 1
    topics: dict[str, Topic] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    transactions: dict[str, int] = field(default_factory=dict)
    instead: dict[str, Act] = field(default_factory=dict)
    errors: dict[str, int] = field(default_factory=dict)
    message: str = "refused"
    wrong_correlation: bool = False
    host: str = "127.0.0.1"
    forgiving: bool = False


class Broker:
    """Serves a script until it is left; ``steps`` and ``bytes_seen`` are what was asked of it.

    ``resumed``: for each connection, whether it took up an earlier TLS session.
    """

    def __init__(self, identity: Identity, script: Script | None = None, **context: Any) -> None:
        self.script = script or Script()
        self.steps: list[str] = []
        self.bytes_seen = bytearray()
        self.resumed: list[bool] = []
        self._context = server_context(identity, **context)
        self._listener = Listener(self._handle, "::1" if ":" in self.script.host else "127.0.0.1")
        self.port = self._listener.port

    @property
    def address(self) -> str:
        return f"{self.script.host}:{self.port}"

    def __enter__(self) -> Self:
        self._listener.__enter__()
        return self

    def __exit__(self, *failure: object) -> None:
        self._listener.__exit__(*failure)

    def _handle(self, connection: socket.socket) -> None:
        try:
            with self._context.wrap_socket(connection, server_side=True) as wrapped:
                self.resumed.append(bool(wrapped.session_reused))
                _Talk(self, wrapped).run()
        except (ssl.SSLError, OSError):
            connection.close()


class _Stop(Exception):
    """The connection ends here."""


class _Talk:
    def __init__(self, broker: Broker, connection: ssl.SSLSocket) -> None:
        self.broker = broker
        self.script = broker.script
        self.connection = connection
        self.mechanism = ""
        self.scram: dict[str, Any] = {}

    def run(self) -> None:
        try:
            self._instead("hello")
            while frame := self._frame():
                self._one(frame)
        except _Stop:
            pass

    def _one(self, frame: bytes) -> None:
        key, version = int.from_bytes(frame[:2], "big"), int.from_bytes(frame[2:4], "big")
        correlation = int.from_bytes(frame[4:8], "big") + self.script.wrong_correlation
        if key == 18 and version > self.script.apis[18][1]:  # newer than it can even read
            answer: Any = ApiVersionsResponse(version=0, error_code=35, api_keys=[])
        else:
            request, response = REQUESTS[key]
            asked = request.decode(frame, version=version, header=True)
            name = request.__name__.removesuffix("Request")
            if name != "SaslAuthenticate":
                self.broker.steps.append(name)
                self._instead(name)
            answer = getattr(self, f"_{name.lower()}")(asked, version, response)
        answer.with_header(correlation)
        self.connection.sendall(bytes(answer.encode(header=True, framed=True)))

    def _instead(self, step: str) -> None:
        act = self.script.instead.get(step)
        if act:
            act(self.connection)
            raise _Stop

    def _frame(self) -> bytes:
        length = int.from_bytes(self._exactly(4), "big")
        return self._exactly(length)

    def _exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            more = self.connection.recv(size - len(data))
            if not more:
                raise _Stop
            data += more
        self.broker.bytes_seen += data
        return data

    def _apiversions(self, asked: Any, version: int, response: Any) -> Any:
        keys = [
            response.ApiVersion(api_key=key, min_version=low, max_version=high)
            for key, (low, high) in self.script.apis.items()
        ]
        error = self.script.errors.get("ApiVersions", 0)
        return response(version=0 if error else version, error_code=error, api_keys=keys)

    def _saslhandshake(self, asked: Any, version: int, response: Any) -> Any:
        self.mechanism = asked.mechanism
        error = self.script.errors.get("SaslHandshake", 0)
        if not error and asked.mechanism not in self.script.mechanisms:
            error = 33
        offered = [] if error == 34 else list(self.script.mechanisms)
        return response(version=version, error_code=error, mechanisms=offered)

    def _saslauthenticate(self, asked: Any, version: int, response: Any) -> Any:
        step = "plain" if self.mechanism == "PLAIN" else "final" if self.scram else "first"
        self.broker.steps.append(step)
        self._instead(step)
        error, data = self.script.errors.get(step, 0), b""
        if not error:
            error, data = getattr(self, f"_{step}")(bytes(asked.auth_bytes))
        message = self.script.message if error else None
        return response(version=version, error_code=error, error_message=message, auth_bytes=data)

    def _users(self) -> dict[str, str]:
        return self.script.users_of.get(self.mechanism, self.script.users)

    def _plain(self, message: bytes) -> tuple[int, bytes]:
        _, user, password = message.split(b"\0")
        return (0 if self._users().get(user.decode()) == password.decode() else 58), b""

    def _first(self, message: bytes) -> tuple[int, bytes]:
        bare = message[3:]
        user, nonce = (part[2:] for part in bare.decode().split(",", 1))
        user = user.replace("=2C", ",").replace("=3D", "=")
        password = self._users().get(user)
        if password is None and not self.script.refuses_late:
            return 58, b""
        salt = os.urandom(16)
        first = (
            f"r={nonce}server,s={base64.b64encode(salt).decode()},i={self.script.iterations}"
        ).encode()
        self.scram = {"bare": bare, "first": first, "salt": salt, "password": password or ""}
        return 0, first

    def _final(self, message: bytes) -> tuple[int, bytes]:
        without, _, proof = message.rpartition(b",p=")
        digest = DIGESTS[self.mechanism]
        signed = b",".join((self.scram["bare"], self.scram["first"], without))
        salted = hashlib.pbkdf2_hmac(
            digest, self.scram["password"].encode(), self.scram["salt"], self.script.iterations
        )
        client_key = hmac.digest(salted, b"Client Key", digest)
        signature = hmac.digest(hashlib.new(digest, client_key).digest(), signed, digest)
        expected = bytes(a ^ b for a, b in zip(client_key, signature, strict=True))
        if base64.b64decode(proof) != expected:
            return 58, b""
        verifier = hmac.digest(hmac.digest(salted, b"Server Key", digest), signed, digest)
        if self.script.forged_signature:
            verifier = bytes(len(verifier))
        return 0, b"v=" + base64.b64encode(verifier)

    def _metadata(self, asked: Any, version: int, response: Any) -> Any:
        if version >= 4 and asked.allow_auto_topic_creation and not self.script.forgiving:
            raise AssertionError("the test must never create a topic")
        places = self.script.brokers
        if places is None:
            places = [(1, self.script.host, self.broker.port)]
        brokers = [
            response.MetadataResponseBroker(node_id=i, host=h, port=p, rack=self.script.racks)
            for i, h, p in places
        ]
        topics = [_topic(response, t.name, self.script.topics) for t in asked.topics or ()]
        error = self.script.errors.get("Metadata", 0)
        extra = {"error_code": error} if version >= 13 else {}
        return response(
            version=version,
            throttle_time_ms=0,
            brokers=brokers,
            cluster_id=self.script.cluster_id,
            controller_id=self.script.controller,
            topics=topics,
            **extra,
        )

    def _describegroups(self, asked: Any, version: int, response: Any) -> Any:
        name = asked.groups[0]
        group = self.script.groups.get(name, Group(error=30))
        described = response.DescribedGroup(
            error_code=group.error,
            group_id=name,
            group_state="Dead",
            protocol_type="",
            protocol_data="",
            members=[],
            authorized_operations=group.operations,
        )
        return response(version=version, throttle_time_ms=0, groups=[described])

    def _describetransactions(self, asked: Any, version: int, response: Any) -> Any:
        name = asked.transactional_ids[0]
        state = response.TransactionState(
            error_code=self.script.transactions.get(name, 53),
            transactional_id=name,
            transaction_state="",
            transaction_timeout_ms=0,
            transaction_start_time_ms=0,
            producer_id=0,
            producer_epoch=0,
            topics=[],
        )
        return response(version=version, throttle_time_ms=0, transaction_states=[state])


def _topic(response: Any, name: str, topics: dict[str, Topic]) -> Any:
    known = topics.get(name, Topic(error=29, operations=None, partitions=[]))
    kind = response.MetadataResponseTopic
    partitions = [
        kind.MetadataResponsePartition(
            error_code=0,
            partition_index=index,
            leader_id=leader,
            leader_epoch=0,
            replica_nodes=replicas,
            isr_nodes=in_sync,
            offline_replicas=[],
        )
        for index, (leader, replicas, in_sync) in enumerate(known.partitions)
    ]
    return kind(
        error_code=known.error,
        name=name,
        is_internal=False,
        partitions=partitions,
        authorized_operations=known.operations,
    )
