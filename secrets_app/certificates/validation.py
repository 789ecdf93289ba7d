"""What a person should know about a CA bundle that can be used all the same: one message each."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from secrets_app.certificates.facts import Certificate, signed_by

SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class PemWarning:
    """``code`` is one of leaf, expired, ends_soon, not_yet_valid, weak, no_root, duplicate."""

    code: str
    sentence: str


def judge(certificates: Sequence[Certificate], now: datetime) -> tuple[PemWarning, ...]:
    """Warnings about the certificates, in their order, as things stand at ``now``."""
    return tuple(warning for one in certificates for warning in _about(one, certificates, now))


def duplicates(certificates: Sequence[Certificate]) -> tuple[PemWarning, ...]:
    """One warning for each certificate that stands more than once in the text."""
    counts = Counter(one.sha256 for one in certificates)
    labels = {one.sha256: one.label for one in certificates}
    return tuple(
        PemWarning("duplicate", f"{labels[sha256]} stands {count} times in this CA; once is kept.")
        for sha256, count in counts.items()
        if count > 1
    )


def _about(
    one: Certificate, certificates: Sequence[Certificate], now: datetime
) -> Iterator[PemWarning]:
    yield from _validity(one, now)
    if not one.is_ca:
        yield PemWarning(
            "leaf",
            f"{one.label} is no CA but the certificate of one server: it verifies that server at"
            " best. Give the CA that issued it"
            + (f" ({one.issuer})." if not one.self_signed else ", if there is one."),
        )
    elif not one.self_signed and not _issuer_among(one, certificates):
        yield PemWarning(
            "no_root",
            f"{one.label} is an intermediate and its issuer {one.issuer} is not in this CA: clients"
            " on OpenSSL (librdkafka, Python) refuse it without that root.",
        )
    if one.weak:
        yield PemWarning(
            "weak",
            f"{one.label} is weak: {one.weak}. Clients on OpenSSL 3 refuse it, Java may not.",
        )


def _validity(one: Certificate, now: datetime) -> Iterator[PemWarning]:
    if one.not_after < now:
        yield PemWarning("expired", f"{one.label} expired on {one.not_after:%d %B %Y}.")
    elif one.not_before > now:
        yield PemWarning(
            "not_yet_valid", f"{one.label} is valid from {one.not_before:%d %B %Y} on."
        )
    elif one.not_after - now < SOON:
        days = (one.not_after - now).days
        yield PemWarning(
            "ends_soon", f"{one.label} ends in {days} days, on {one.not_after:%d %B %Y}."
        )


def _issuer_among(one: Certificate, certificates: Sequence[Certificate]) -> bool:
    return any(signed_by(one, other) for other in certificates if other is not one)
