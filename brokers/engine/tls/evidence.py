"""What one handshake showed, as the facts of the stage: the same for passed and failed nodes."""

from collections.abc import Sequence
from datetime import UTC, datetime

from brokers.engine.results import Json
from brokers.engine.tls.chain import issuer_of, upwards
from brokers.engine.tls.session import Session
from secrets_app.certificates import Certificate

MOST_CERTIFICATES = 20
MOST_NAMES = 50


def facts(
    session: Session,
    served: Sequence[Certificate],
    given: Sequence[Certificate] | None,
    now: datetime,
) -> dict[str, Json]:
    """``given`` is None when the system's store was asked. Times are RFC 3339 UTC.

    ``ends_at``: the authority at which the served chain ends; ``valid_until``: the earliest end of
    a certificate on the path, the given CA included.
    """
    pool = (*served, *(given or ()))
    path = upwards(served[0], pool) if served else ()
    return {
        "version": session.tls.get_protocol_version_name() if session.answered_hello else None,
        "cipher": session.tls.get_cipher_name(),
        "client_certificate_requested": session.seen.certificate_requested,
        "alert": session.seen.alert,
        "chain": [_certificate(one, pool, given, now) for one in served[:MOST_CERTIFICATES]],
        "given": None
        if given is None
        else [_certificate(one, pool, given, now) for one in given[:MOST_CERTIFICATES]],
        "trust": "system" if given is None else "given",
        "ends_at": path[-1].issuer if path else None,
        "names": list(served[0].names[:MOST_NAMES]) if served else [],
        "valid_until": stamp(min(one.not_after for one in path)) if path else None,
    }


def stamp(moment: datetime) -> str:
    """``2026-11-22T20:18:00Z``."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _certificate(
    one: Certificate,
    pool: Sequence[Certificate],
    given: Sequence[Certificate] | None,
    now: datetime,
) -> Json:
    issuer = one if one.self_signed else issuer_of(one, pool)
    in_given = None if given is None else any(one.sha256 == other.sha256 for other in given)
    return {
        "subject": one.subject,
        "issuer": one.issuer,
        "label": one.label,
        "sha256": one.sha256,
        "spki_sha256": one.spki_sha256,
        "key_id": one.key_id,
        "authority_key_id": one.authority_key_id,
        "not_before": stamp(one.not_before),
        "not_after": stamp(one.not_after),
        "days_left": (one.not_after - now).days,
        "is_ca": one.is_ca,
        "self_signed": one.self_signed,
        "key": one.key,
        "signature": one.signature,
        "sans": list(one.names[:MOST_NAMES]),
        "signed_by": issuer.sha256 if issuer else None,
        "in_given_ca": in_given,
    }
