"""The line between the TLS stage and everything that talks Kafka over it.

**The TLS stage.** ``stages.tls.run(connection, server, ca_pem, deadline, cancel) -> TlsOutcome``
gets a connected non-blocking TCP socket to a checked address, the server whose name is sent as SNI
and verified, the given CA bundle or None for the system store, the node's deadline (the stage takes
``deadline.stage(seconds)`` of it) and the run's cancel. It owns the socket from then on: on a
failure it closes it, on pass or warn the returned channel does.

On pass or warn ``TlsOutcome.channel`` is a verified channel; on failure it is None, and nothing but
the handshake was ever sent. When the handshake failed, the follow-up probes (no credentials, at
most two, ``deadline.probe(2.0)`` each) open their own connections with ``tcp.connect`` to
``connection.getpeername()``: the same checked address, never a second look-up.
A DeadlinePassed whose scope is "node" or "run" and Cancelled are not caught: the runner names them.

**After the handshake.** Under TLS 1.3 a server that wants a client certificate says so only after
a good handshake: the alert (42 or 116, with a certificate request seen) shows on the channel's
first ``receive`` (also inside ``send``: on a send error the channel reads once for the alert).
The channel then raises ClientCertificateRequired; the runner puts
``tls.client_certificate_required``
on the node's *tls* stage, not on the stage that was reading. Any other alert is TlsAlert.
"""

from dataclasses import dataclass
from typing import Protocol

from OpenSSL import SSL

from brokers.engine.results import StageResult
from brokers.engine.wait import Deadline


class ChannelClosed(Exception):
    """The peer closed or reset the connection; the text is the library's own, for ``raw``."""


class TlsAlert(ChannelClosed):
    """The peer ended the connection with a TLS alert after the handshake."""

    def __init__(self, number: int | None, name: str) -> None:
        super().__init__(f"TLS alert {number}: {name}" if number is not None else name)
        self.number = number
        self.name = name


class ClientCertificateRequired(TlsAlert):
    """The peer had asked for a client certificate and refused to go on without one."""


class Channel(Protocol):
    """A verified, encrypted stream to one broker. Used by one thread at a time."""

    def send(self, data: bytes, deadline: Deadline) -> None:
        """Sends all of it; raises ChannelClosed, TlsAlert, DeadlinePassed or Cancelled."""

    def receive(self, size: int, deadline: Deadline) -> bytes:
        """Up to ``size`` bytes, at least one; raises as ``send``, ChannelClosed at the end."""

    def ticket(self) -> SSL.Session | None:
        """What another connection to the same address may resume this verified session with."""

    def close(self) -> None:
        """Closes without waiting for the peer; may be called twice."""


@dataclass(frozen=True, slots=True)
class TlsOutcome:
    """The result of the tls stage and, unless it failed, the channel that it verified."""

    result: StageResult
    channel: Channel | None = None
