"""The tls stage: one handshake as a Kafka client makes it, validated by everything that it showed.

Contract: ``brokers.engine.tls.channel``. Nothing but the handshake is sent before the certificates
and the host name were verified; AIA, CRL and OCSP addresses are never fetched.
"""

import socket
import time
from dataclasses import dataclass, replace

from OpenSSL import SSL

from brokers.engine.results import Fault, StageResult, finished
from brokers.engine.target import Server
from brokers.engine.tls import alerts, evidence, host_names, stream, trust_store, validation
from brokers.engine.tls.chain import Case, fault_of
from brokers.engine.tls.channel import TlsOutcome
from brokers.engine.tls.diagnosis import FailedHandshake, diagnose
from brokers.engine.tls.follow_up_probes import Address
from brokers.engine.tls.session import HandshakeBroke, PeerClosed, Session
from brokers.engine.tls.trust_store import Trust
from brokers.engine.wait import Cancel, Deadline, DeadlinePassed
from kalixweb.core import clock
from secrets_app.certificates import BadPem, describe


@dataclass(frozen=True, slots=True)
class Limits:
    """The time that is left, and how a person stops the run."""

    node: Deadline
    stage: Deadline
    cancel: Cancel


def run(
    connection: socket.socket,
    server: Server,
    ca_pem: bytes | None,
    deadline: Deadline,
    cancel: Cancel,
    *,
    seconds: float = 5.0,
    peer: tuple[str, int] | None = None,
    ticket: SSL.Session | None = None,
) -> TlsOutcome:
    """Takes over a connected non-blocking socket; it stays open only in the returned channel.

    ``ca_pem`` is a bundle that was checked, or None for the system's store; ``peer`` the address
    that the socket is connected to, for when a reset has already made it forget; ``ticket`` that of
    a channel to the same server that was verified with the same CA in this run. Who resumes has
    the keys of that session, so nothing needs to be verified again; who cannot shows its
    certificates, and they are validated as ever.
    """
    started = time.monotonic()
    limits = Limits(deadline, deadline.stage(seconds), cancel)
    channel = None
    try:
        where = peer or _peer(connection, server)
        outcome = _run(connection, server, ca_pem, limits, where, ticket)
        channel = outcome.channel
    finally:
        if channel is None:
            connection.close()
    return replace(outcome, result=replace(outcome.result, ms=(time.monotonic() - started) * 1000))


def _run(
    connection: socket.socket,
    server: Server,
    ca_pem: bytes | None,
    limits: Limits,
    peer: tuple[str, int],
    ticket: SSL.Session | None,
) -> TlsOutcome:
    try:
        trusted = trust_store.system() if ca_pem is None else trust_store.given(ca_pem)
    except BadPem as bad:
        fault = fault_of(server)("tls.broken", detail=f"the given CA cannot be used: {bad}")
        return TlsOutcome(finished("tls", fault))
    name = None if host_names.is_address(server.host) else host_names.wire_name(server.host)
    session = Session(connection, trusted.context, name, ticket)
    try:
        session.handshake(limits.stage, limits.cancel)
    except (PeerClosed, HandshakeBroke, DeadlinePassed) as failure:
        if isinstance(failure, DeadlinePassed) and failure.scope != "stage":
            raise
        connection.close()  # a broker at its limit of connections must have room for the probes
        where = Address(*peer, limits.node, limits.cancel)
        return _failed(FailedHandshake(server, session, failure, where), trusted)
    return _result_of(session, server, trusted, limits)


def _peer(connection: socket.socket, server: Server) -> tuple[str, int]:
    try:
        address, port = connection.getpeername()[:2]
    except OSError:  # already reset
        return server.host, server.port
    return str(address), int(port)


def _failed(failed: FailedHandshake, trusted: Trust) -> TlsOutcome:
    """No handshake: its cause, then whatever is wrong with certificates that were served yet."""
    case = _case(failed.session, failed.server, trusted)
    faults = (diagnose(failed), *(validation.failures(case) if case else ()))
    return TlsOutcome(_result(failed.session, trusted, case, faults, raw=_raw(failed)))


def _result_of(session: Session, server: Server, trusted: Trust, limits: Limits) -> TlsOutcome:
    case = _case(session, server, trusted)
    if case is None:
        detail = "the server's certificate cannot be read"
        return TlsOutcome(
            _result(session, trusted, None, (fault_of(server)("tls.broken", detail=detail),))
        )
    faults = validation.failures(case)
    if session.seen.certificate_requested and not stream.settle(
        session, limits.stage, limits.cancel
    ):
        faults = (fault_of(server)("tls.client_certificate_required"), *faults)
    if faults:
        return TlsOutcome(_result(session, trusted, case, faults, raw=_complaints(case)))
    result = _result(session, trusted, case, validation.warnings(case))
    return TlsOutcome(result, stream.TlsChannel(session, limits.cancel))


def _case(session: Session, server: Server, trusted: Trust) -> Case | None:
    """None when the server sent no certificate, or one that cannot be read."""
    try:
        served = tuple(describe(der) for der in session.served())
    except ValueError:
        return None
    if not served:
        return None
    match = host_names.match(server.host, served[0])
    return Case(server, served, tuple(session.seen.errors), trusted, match, clock.now())


def _result(
    session: Session,
    trusted: Trust,
    case: Case | None,
    faults: tuple[Fault, ...],
    raw: str | None = None,
) -> StageResult:
    served = case.served if case else ()
    facts = evidence.facts(session, served, trusted.given, clock.now())
    return finished("tls", *faults, facts=facts, raw=raw)


def _raw(failed: FailedHandshake) -> str:
    alert = failed.session.seen.alert
    ending = f"; alert {alerts.name(alert)}" if alert is not None else ""
    start = failed.session.first[:48]
    return f"{failed.failure}{ending}" + (f"; first bytes {start!r}" if start else "")


def _complaints(case: Case) -> str | None:
    lines = [
        f"error {error.code} at depth {error.depth}: {describe(error.der).subject}"
        for error in case.errors
    ]
    return "; ".join(lines) or None
