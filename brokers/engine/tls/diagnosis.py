"""Why a handshake did not come about: what the peer sent tells most, second looks the rest."""

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
class Broken:
    """A handshake that failed: against whom, how, what was seen, and where to look again."""

    server: Server
    session: Session
    failure: Failure
    where: Address

    @property
    def fault(self) -> Callable[..., Fault]:
        """Makes a fault of this server: ``broken.fault(code, **seen)``."""
        return fault_of(self.server)

    @property
    def words(self) -> str:
        return str(self.failure).lower()


def diagnose(broken: Broken) -> Fault:
    """The one fault that says why; the looks that it takes never send a credential."""
    session = broken.session
    if session.first and not banners.is_tls(session.first):
        return _spoken(broken, session.first) or _unknown_words(broken)
    if session.seen.alert is not None:
        return _alerted(broken, session.seen.alert)
    if isinstance(broken.failure, HandshakeBroke):
        return _refused_by_us(broken)
    if session.first:
        return _stalled(broken)
    return _nothing_came(broken)


def _spoken(broken: Broken, data: bytes) -> Fault | None:
    answer = banners.http_answer(data)
    if answer:
        return broken.fault("tls.http", answer=answer)
    known = banners.known_protocol(data)
    return broken.fault("tls.other_protocol", protocol=known) if known else None


def _unknown_words(broken: Broken) -> Fault:
    """The answer to our hello is like nothing known: what does it say to Kafka's own words?"""
    plain = follow_up_probes.plain_kafka(broken.where)
    first = broken.session.first
    return _plain_kafka(broken, plain) or _spoken(broken, plain.data) or _unnamed(broken, first)


def _unnamed(broken: Broken, data: bytes) -> Fault:
    return broken.fault("tls.other_protocol", protocol=f"something unknown ({data[:24]!r})")


def _plain_kafka(broken: Broken, plain: Plain) -> Fault | None:
    if plain.apis is None:
        return None
    if protocol.is_controller(plain.apis):
        name, count = broken.server.name, str(len(plain.apis))
        return broken.fault("kafka.controller_port", name=name, count=count)
    if plain.mechanisms is None:
        login = " and without login"
    elif plain.mechanisms:
        login = f", with a SASL login ({', '.join(plain.mechanisms)})"
    else:
        login = "; whether it takes a SASL login did not show"
    return broken.fault("tls.plaintext_kafka", login=login)


def _alerted(broken: Broken, alert: int) -> Fault:
    session = broken.session
    if session.seen.certificate_requested and alert in alerts.WANTS_CERTIFICATE:
        return broken.fault("tls.client_certificate_required")
    detail = f"the server ended it with the alert {alerts.name(alert)}"
    if alert == alerts.PROTOCOL_VERSION:
        return _old_version(broken) or broken.fault("tls.broken", detail=detail)
    if alert in alerts.NOTHING_IN_COMMON and not session.answered_hello:
        return _no_common(broken, detail)
    return broken.fault("tls.broken", detail=detail)


def _old_version(broken: Broken) -> Fault | None:
    old = follow_up_probes.old_versions(broken.where)
    return broken.fault("tls.old_version", version=old.version) if old else None


def _no_common(broken: Broken, detail: str) -> Fault:
    lenient = follow_up_probes.every_cipher(broken.where)
    if lenient and lenient.version in {"TLSv1", "TLSv1.1"}:
        old = _old_version(broken)
        if old:
            return old
    cipher, version = (lenient.cipher, lenient.version) if lenient else ("", "")
    return broken.fault("tls.no_common_cipher", cipher=cipher, version=version, detail=detail)


def _refused_by_us(broken: Broken) -> Fault:
    """Our side ended it: OpenSSL's words are the evidence."""
    words, detail = broken.words, f"OpenSSL says: {broken.failure}"
    if any(sign in words for sign in OLD_VERSION):
        return _old_version(broken) or broken.fault("tls.broken", detail=detail)
    if any(sign in words for sign in TOO_SMALL):
        return broken.fault(
            "tls.weak",
            what=f"The key exchange of {broken.server.host}",
            weakness=str(broken.failure),
        )
    if any(sign in words for sign in NOTHING_IN_COMMON):
        return _no_common(broken, detail)
    return broken.fault("tls.broken", detail=detail)


def _stalled(broken: Broken) -> Fault:
    session = broken.session
    seen = f"after {session.received} bytes of the server's handshake"
    if isinstance(broken.failure, DeadlinePassed):
        return broken.fault("tls.broken", detail=f"{seen} nothing more came until the time limit")
    asked = ", which asked for a client certificate," if session.seen.certificate_requested else ""
    return broken.fault("tls.broken", detail=f"{seen} the server{asked} closed the connection")


def _nothing_came(broken: Broken) -> Fault:
    plain = follow_up_probes.plain_kafka(broken.where)
    told = _plain_kafka(broken, plain) or _spoken(broken, plain.data)
    if told:
        return told
    if banners.is_tls(plain.data) and plain.data:
        return _speaks_tls(broken)
    if plain.data:
        return _unnamed(broken, plain.data)
    return _silent_or_closed(broken, plain)


def _speaks_tls(broken: Broken) -> Fault:
    """Plaintext drew a TLS alert, so this is a TLS server that would not answer our hello."""
    if isinstance(broken.failure, DeadlinePassed):
        return broken.fault("tls.silent_after_hello", size=str(broken.session.sent))
    detail = "the server speaks TLS, but closes the connection when it gets the first message"
    return _old_version(broken) or broken.fault("tls.broken", detail=detail)


def _silent_or_closed(broken: Broken, plain: Plain) -> Fault:
    if isinstance(broken.failure, DeadlinePassed):
        return broken.fault("tls.silent")
    version = follow_up_probes.zookeeper(broken.where)
    if version:
        return broken.fault("tls.zookeeper", version=version)
    if plain.how == "closed":
        return broken.fault("tls.closed")
    detail = "the server closes the connection when TLS starts and does not answer plaintext"
    return broken.fault("tls.broken", detail=detail)
