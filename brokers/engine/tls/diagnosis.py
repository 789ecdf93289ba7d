"""Why a handshake did not come about: what the peer sent tells most, follow-up probes the rest."""

from collections.abc import Callable
from dataclasses import dataclass

from brokers.engine.kafka import protocol
from brokers.engine.results import Fault
from brokers.engine.target import Server
from brokers.engine.tls import alerts, banners, follow_up_probes
from brokers.engine.tls.chain import fault_of
from brokers.engine.tls.follow_up_probes import Address, Plain
from brokers.engine.tls.session import HandshakeBroke, PeerClosed, Session
from brokers.engine.wait import DeadlinePassed

Failure = PeerClosed | HandshakeBroke | DeadlinePassed
OLD_VERSION = ("unsupported protocol", "version too low")
NOTHING_IN_COMMON = (
    "wrong cipher",
    "unknown cipher",
    "no ciphers",
    "wrong signature",
    "no shared",
    "wrong curve",
    "bad ecpoint",
    "no suitable",
)
TOO_SMALL = ("too small", "md too weak", "too weak")


@dataclass(frozen=True, slots=True)
class FailedHandshake:
    """A handshake that failed: against whom, how, what was seen, and where to probe again."""

    server: Server
    session: Session
    failure: Failure
    where: Address

    @property
    def fault(self) -> Callable[..., Fault]:
        """Makes a fault of this server: ``broken.fault(code, **seen)``."""
        return fault_of(self.server)

    @property
    def text(self) -> str:
        return str(self.failure).lower()


def diagnose(failed: FailedHandshake) -> Fault:
    """The one fault that says why; the probes that it takes never send a credential."""
    session = failed.session
    if session.first and not banners.is_tls(session.first):
        return _spoken(failed, session.first) or _unknown_words(failed)
    if session.seen.alert is not None:
        return _alerted(failed, session.seen.alert)
    if isinstance(failed.failure, HandshakeBroke):
        return _refused_by_us(failed)
    if session.first:
        return _stalled(failed)
    return _nothing_came(failed)


def _spoken(failed: FailedHandshake, data: bytes) -> Fault | None:
    answer = banners.http_answer(data)
    if answer:
        return failed.fault("tls.http", answer=answer)
    name = banners.known_protocol(data)
    return failed.fault("tls.other_protocol", protocol=name) if name else None


def _unknown_words(failed: FailedHandshake) -> Fault:
    """The answer to our hello is like nothing known: what does it say to Kafka's own words?"""
    plain = follow_up_probes.plain_kafka(failed.where)
    first = failed.session.first
    return _plain_kafka(failed, plain) or _spoken(failed, plain.data) or _unnamed(failed, first)


def _unnamed(failed: FailedHandshake, data: bytes) -> Fault:
    return failed.fault("tls.other_protocol", protocol=f"something unknown ({data[:24]!r})")


def _plain_kafka(failed: FailedHandshake, plain: Plain) -> Fault | None:
    if plain.apis is None:
        return None
    if protocol.is_controller(plain.apis):
        name, count = failed.server.name, str(len(plain.apis))
        return failed.fault("kafka.controller_port", name=name, count=count)
    if plain.mechanisms is None:
        login = " and without login"
    elif plain.mechanisms:
        login = f", with a SASL login ({', '.join(plain.mechanisms)})"
    else:
        login = "; whether it takes a SASL login did not show"
    return failed.fault("tls.plaintext_kafka", login=login)


def _alerted(failed: FailedHandshake, alert: int) -> Fault:
    session = failed.session
    if session.seen.certificate_requested and alert in alerts.WANTS_CERTIFICATE:
        return failed.fault("tls.client_certificate_required")
    detail = f"the server ended it with the alert {alerts.name(alert)}"
    if alert == alerts.PROTOCOL_VERSION:
        return _old_version(failed) or failed.fault("tls.broken", detail=detail)
    if alert in alerts.NOTHING_IN_COMMON and not session.answered_hello:
        return _no_common(failed, detail)
    return failed.fault("tls.broken", detail=detail)


def _old_version(failed: FailedHandshake) -> Fault | None:
    old = follow_up_probes.old_versions(failed.where)
    return failed.fault("tls.old_version", version=old.version) if old else None


def _no_common(failed: FailedHandshake, detail: str) -> Fault:
    lenient = follow_up_probes.every_cipher(failed.where)
    if lenient and lenient.version in {"TLSv1", "TLSv1.1"}:
        old = _old_version(failed)
        if old:
            return old
    cipher, version = (lenient.cipher, lenient.version) if lenient else ("", "")
    return failed.fault("tls.no_common_cipher", cipher=cipher, version=version, detail=detail)


def _refused_by_us(failed: FailedHandshake) -> Fault:
    """Our side ended it: OpenSSL's words are the evidence."""
    text, detail = failed.text, f"OpenSSL says: {failed.failure}"
    if any(sign in text for sign in OLD_VERSION):
        return _old_version(failed) or failed.fault("tls.broken", detail=detail)
    if any(sign in text for sign in TOO_SMALL):
        return failed.fault(
            "tls.weak",
            what=f"The key exchange of {failed.server.host}",
            weakness=str(failed.failure),
        )
    if any(sign in text for sign in NOTHING_IN_COMMON):
        return _no_common(failed, detail)
    return failed.fault("tls.broken", detail=detail)


def _stalled(failed: FailedHandshake) -> Fault:
    session = failed.session
    seen = f"after {session.received} bytes of the server's handshake"
    if isinstance(failed.failure, DeadlinePassed):
        return failed.fault("tls.broken", detail=f"{seen} nothing more came until the time limit")
    asked = ", which asked for a client certificate," if session.seen.certificate_requested else ""
    return failed.fault("tls.broken", detail=f"{seen} the server{asked} closed the connection")


def _nothing_came(failed: FailedHandshake) -> Fault:
    plain = follow_up_probes.plain_kafka(failed.where)
    spoken = _plain_kafka(failed, plain) or _spoken(failed, plain.data)
    if spoken:
        return spoken
    if banners.is_tls(plain.data) and plain.data:
        return _speaks_tls(failed)
    if plain.data:
        return _unnamed(failed, plain.data)
    return _silent_or_closed(failed, plain)


def _speaks_tls(failed: FailedHandshake) -> Fault:
    """Plaintext drew a TLS alert, so this is a TLS server that would not answer our hello."""
    if isinstance(failed.failure, DeadlinePassed):
        return failed.fault("tls.silent_after_hello", size=str(failed.session.sent))
    detail = "the server speaks TLS, but closes the connection when it gets the first message"
    return _old_version(failed) or failed.fault("tls.broken", detail=detail)


def _silent_or_closed(failed: FailedHandshake, plain: Plain) -> Fault:
    if isinstance(failed.failure, DeadlinePassed):
        return failed.fault("tls.silent")
    version = follow_up_probes.zookeeper(failed.where)
    if version:
        return failed.fault("tls.zookeeper", version=version)
    if plain.how == "closed":
        return failed.fault("tls.closed")
    detail = "the server closes the connection when TLS starts and does not answer plaintext"
    return failed.fault("tls.broken", detail=detail)
