"""One TLS session as a Kafka client opens it, that records instead of giving up.

The verify callback accepts every certificate and keeps each error, so that one handshake shows the
whole served chain and all that is wrong with it. Whoever opens a session must not send anything
over it before the recorded errors and the host name were validated.
"""

import socket
from dataclasses import dataclass, field

from OpenSSL import SSL, crypto

from brokers.engine import wait
from brokers.engine.wait import Cancel, Deadline

MOST_HANDSHAKE_BYTES = 256 * 1024
KEPT_BYTES = 512
MOST_ERRORS = 100
CHUNK = 64 * 1024
ASKS_FOR_CERTIFICATE = b"read server certificate request"


class PeerClosed(Exception):
    """The peer closed or reset the connection in the middle of the handshake."""


class HandshakeBroke(Exception):
    """The handshake cannot go on; the text is OpenSSL's own reason."""


@dataclass(frozen=True, slots=True)
class VerifyError:
    """One complaint of OpenSSL: its number, how far above the leaf, and about which certificate."""

    code: int
    depth: int
    der: bytes


@dataclass(slots=True)
class Record:
    """What the callbacks noted; apart from the session, so that no circle keeps memory.

    ``alert`` is the number of the last alert that the peer sent.
    """

    errors: list[VerifyError] = field(default_factory=list)
    alert: int | None = None
    certificate_requested: bool = False


class Session:
    """TLS over a connected non-blocking socket, through memory buffers.

    ``first`` holds the first bytes that the peer sent, whatever they were; ``seen`` what the
    callbacks noted; ``sent`` and ``received`` count bytes.
    """

    def __init__(
        self,
        connection: socket.socket,
        context: SSL.Context,
        server_name: str | None,
        ticket: SSL.Session | None = None,
    ) -> None:
        self.socket = connection
        self.seen = Record()
        self.first = b""
        self.received = 0
        self.sent = 0
        self.tls = SSL.Connection(context, None)
        self.tls.set_app_data(self.seen)
        self.tls.set_connect_state()
        if server_name:
            self.tls.set_tlsext_host_name(server_name.encode("ascii"))
        if ticket:
            self.tls.set_session(ticket)

    def handshake(self, deadline: Deadline, cancel: Cancel) -> None:
        """Raises PeerClosed, HandshakeBroke, DeadlinePassed or Cancelled."""
        while True:
            try:
                self.tls.do_handshake()
            except SSL.WantReadError:
                self._exchange(deadline, cancel)
            except SSL.Error as error:
                raise HandshakeBroke(reason(error)) from error
            else:
                self.flush(deadline, cancel)
                return

    def _exchange(self, deadline: Deadline, cancel: Cancel) -> None:
        try:
            self.flush(deadline, cancel)
            more = self.fill(deadline, cancel)
        except OSError as error:
            raise PeerClosed(error.strerror or str(error)) from error
        if not more:
            raise PeerClosed("the peer closed the connection")
        if self.received > MOST_HANDSHAKE_BYTES:
            raise HandshakeBroke(f"more than {MOST_HANDSHAKE_BYTES // 1024} KiB of handshake")

    def flush(self, deadline: Deadline, cancel: Cancel) -> None:
        """Sends what TLS wants to send; raises OSError, DeadlinePassed or Cancelled."""
        while True:
            try:
                data = memoryview(self.tls.bio_read(CHUNK))
            except SSL.WantReadError:
                return
            while data:
                try:
                    count = self.socket.send(data)
                    self.sent += count
                    data = data[count:]
                except BlockingIOError:
                    wait.writable(self.socket, deadline, cancel)

    def fill(self, deadline: Deadline, cancel: Cancel) -> bool:
        """Waits for bytes and hands them to TLS; False at the end of the stream."""
        wait.readable(self.socket, deadline, cancel)
        return self.take()

    def take(self) -> bool:
        """Hands to TLS what has arrived; False at the end of the stream; raises OSError."""
        data = self.socket.recv(CHUNK)
        self.received += len(data)
        if len(self.first) < KEPT_BYTES:
            self.first += data[: KEPT_BYTES - len(self.first)]
        if data:
            self.tls.bio_write(data)
        return bool(data)

    def served(self) -> list[bytes]:
        """The certificates that the peer sent, in DER, leaf first."""
        chain = self.tls.get_peer_cert_chain() or []
        return [crypto.dump_certificate(crypto.FILETYPE_ASN1, each) for each in chain]

    @property
    def answered_hello(self) -> bool:
        """Whether a handshake message came back, so that something spoke TLS in earnest."""
        return self.first[:1] == b"\x16"


def record_error(
    tls: SSL.Connection, certificate: crypto.X509, code: int, depth: int, _ok: int
) -> bool:
    """The verify callback: keeps the error and goes on."""
    seen = tls.get_app_data()
    if code and isinstance(seen, Record) and len(seen.errors) < MOST_ERRORS:
        der = crypto.dump_certificate(crypto.FILETYPE_ASN1, certificate)
        seen.errors.append(VerifyError(code, depth, der))
    return True


def record_progress(tls: SSL.Connection, where: int, value: int) -> None:
    """The info callback: keeps alerts, and that a client certificate was asked for."""
    seen = tls.get_app_data()
    if not isinstance(seen, Record):
        return
    if where == SSL.SSL_CB_READ_ALERT:
        seen.alert = value & 0xFF
    elif where == SSL.SSL_CB_CONNECT_LOOP and tls.get_state_string().endswith(ASKS_FOR_CERTIFICATE):
        seen.certificate_requested = True


def reason(error: SSL.Error) -> str:
    """OpenSSL's own words for an error, without the names of its functions."""
    stack = error.args[0] if error.args else ()
    if isinstance(stack, list | tuple):
        words = [entry[-1] for entry in stack if isinstance(entry, tuple) and entry]
        return "; ".join(str(word) for word in words) or "TLS error"
    return str(error.args[-1])
