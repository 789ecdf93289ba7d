"""The verified channel: what the later stages send and receive through."""

import contextlib
import socket

from OpenSSL import SSL

from brokers.engine.tls import alerts
from brokers.engine.tls.channel import ChannelClosed, ClientCertificateRequired, TlsAlert
from brokers.engine.tls.session import Session, reason
from brokers.engine.wait import Cancel, Deadline, DeadlinePassed

SETTLE_SECONDS = 0.3


class TlsChannel:
    """Send and receive over a session whose certificates and host name were verified."""

    def __init__(self, session: Session, cancel: Cancel) -> None:
        self._session = session
        self._cancel = cancel

    def send(self, data: bytes, deadline: Deadline) -> None:
        """Sends all of it; raises ChannelClosed, TlsAlert, DeadlinePassed or Cancelled."""
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[self._session.tls.send(bytes(rest[:16384])) :]
                self._session.flush(deadline, self._cancel)
        except SSL.Error as error:
            raise self._closed(reason(error)) from error
        except OSError as error:
            self._read_last_words()
            raise self._closed(error.strerror or str(error)) from error

    def receive(self, size: int, deadline: Deadline) -> bytes:
        """Up to ``size`` bytes, at least one; raises as ``send``, ChannelClosed at the end."""
        while True:
            try:
                return bytes(self._session.tls.recv(size))
            except SSL.WantReadError:
                self._fill(deadline)
            except SSL.ZeroReturnError as error:
                raise ChannelClosed("the peer ended the TLS session") from error
            except SSL.Error as error:
                raise self._closed(reason(error)) from error

    def ticket(self) -> SSL.Session | None:
        """What another connection to the same address may resume this verified session with."""
        return self._session.tls.get_session()

    def close(self) -> None:
        """Says goodbye if that needs no waiting, and closes; may be called twice."""
        with contextlib.suppress(SSL.Error, OSError):
            self._session.tls.shutdown()
            self._session.socket.send(self._session.tls.bio_read(4096))
        self._session.socket.close()

    def _fill(self, deadline: Deadline) -> None:
        try:
            self._session.flush(deadline, self._cancel)
            more = self._session.fill(deadline, self._cancel)
        except OSError as error:
            raise self._closed(error.strerror or str(error)) from error
        if not more:
            raise ChannelClosed("the peer closed the connection")

    def _read_last_words(self) -> None:
        """After a failed send the alert that explains it may still be waiting to be read."""
        with contextlib.suppress(OSError, SSL.Error):
            self._session.take()
            self._session.tls.recv(1)

    def _closed(self, words: str) -> ChannelClosed:
        number = self._session.seen.alert
        if number is None:
            return ChannelClosed(words)
        if refuses_without_certificate(self._session):
            return ClientCertificateRequired(number, alerts.name(number))
        return TlsAlert(number, alerts.name(number))


def refuses_without_certificate(session: Session) -> bool:
    """Whether the server asked for a client certificate and then ended with such an alert."""
    return session.seen.certificate_requested and session.seen.alert in alerts.WANTS_CERTIFICATE


def settle(session: Session, deadline: Deadline, cancel: Cancel) -> bool:
    """After a handshake in which a client certificate was asked for: whether it may stay missing.

    Under TLS 1.3 the server judges our empty answer after the handshake: with an alert, or by going
    on (a session ticket). Waits a short while at most; sends nothing.
    """
    limit = deadline.within(SETTLE_SECONDS, "probe")
    try:
        while session.seen.alert is None and session.fill(limit, cancel):
            session.tls.recv(1, socket.MSG_PEEK)
    except (SSL.Error, OSError):  # an alert, a ticket that was read (more is wanted), or the end
        pass
    except DeadlinePassed as passed:
        if passed.scope != "probe":
            raise
    return not refuses_without_certificate(session)
