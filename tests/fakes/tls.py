"""Small servers on real sockets: good TLS, faulty TLS, and what is no TLS at all."""

import contextlib
import socket
import ssl
import struct
import tempfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.fakes.pki import Identity, bundle

Handler = Callable[[socket.socket], None]


class Listener:
    """Hands each connection to ``handle`` in a thread of its own, until it is left."""

    def __init__(self, handle: Handler, host: str = "127.0.0.1") -> None:
        self._handle = handle
        self.host = host
        self.seen: list[bytes] = []
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.create_server((host, 0), family=family)
        self.port: int = self._socket.getsockname()[1]
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
        self._thread.join(2)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._open.append(connection)
            threading.Thread(target=self._one, args=(connection,), daemon=True).start()

    def _one(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            self._handle(connection)


def closing(connection: socket.socket) -> None:
    """Closes at once, as a load balancer with nothing behind it."""
    connection.close()


def resetting(connection: socket.socket) -> None:
    """Resets as soon as something comes."""
    connection.recv(1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def silent(connection: socket.socket) -> None:
    """Takes everything and says nothing."""
    while connection.recv(4096):
        pass


def answering(answer: Callable[[bytes], bytes | None], *, greeting: bytes = b"") -> Handler:
    """Answers what comes; None closes."""

    def handle(connection: socket.socket) -> None:
        connection.sendall(greeting)
        while data := connection.recv(4096):
            reply = answer(data)
            if reply is None:
                break
            connection.sendall(reply)
        connection.close()

    return handle


def after_hello(first: bytes) -> Handler:
    """Sends these bytes after the first message, then closes."""

    def handle(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(first)
        connection.close()

    return handle


def server_context(
    identity: Identity,
    chain: Sequence[Identity] = (),
    *,
    lowest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2,
    highest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3,
    ciphers: str = "ALL:@SECLEVEL=0",
    client_ca: Identity | None = None,
    client_certificate: ssl.VerifyMode = ssl.CERT_REQUIRED,
    tickets: bool = True,
) -> ssl.SSLContext:
    """A server's context that would serve anything; ``client_ca`` asks for client certificates."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers(ciphers)
    context.minimum_version, context.maximum_version = lowest, highest
    if not tickets:
        context.num_tickets = 0
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "server.pem"
        file.write_bytes(identity.key_pem + bundle(identity, *chain))
        context.load_cert_chain(file)
    if client_ca:
        context.load_verify_locations(cadata=client_ca.pem.decode())
        context.verify_mode = client_certificate
    return context


def tls(context: ssl.SSLContext) -> Handler:
    """Speaks TLS and echoes what comes through it."""

    def handle(connection: socket.socket) -> None:
        try:
            with context.wrap_socket(connection, server_side=True) as wrapped:
                while data := wrapped.recv(4096):
                    wrapped.sendall(data)
        except ssl.SSLError:
            connection.close()

    return handle


def plain_kafka(
    apis: Sequence[int] = (0, 1, 3, 17, 18, 36), mechanisms: Sequence[str] | None = None
) -> Handler:
    """A plaintext Kafka listener; no mechanisms: it takes no SASL. Closes on a TLS hello."""

    def handle(connection: socket.socket) -> None:
        while frame := _frame(connection):
            key, _, correlation = struct.unpack(">hhi", frame[:8])
            if key == 18:
                body = struct.pack(">hi", 0, len(apis))
                body += b"".join(struct.pack(">hhh", api, 0, 9) for api in apis)
            else:
                names = [name.encode() for name in mechanisms or ()]
                body = struct.pack(">hi", 34 if mechanisms is None else 33, len(names))
                body += b"".join(struct.pack(">h", len(name)) + name for name in names)
            answer = struct.pack(">i", correlation) + body
            connection.sendall(struct.pack(">i", len(answer)) + answer)
        connection.close()

    return handle


def _frame(connection: socket.socket) -> bytes:
    head = connection.recv(4)
    length = int.from_bytes(head, "big")
    return connection.recv(length) if 0 < length < 1_000_000 else b""
