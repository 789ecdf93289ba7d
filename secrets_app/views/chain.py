"""How the certificates of a CA are drawn: each followed by the one that signed it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from secrets_app.certificates.validation import SOON
from secrets_app.models import CertificateFacts

_LEAF = "one server's certificate"


@dataclass(frozen=True, slots=True)
class Link:
    """One certificate as it is drawn. ``left`` is the part of its life to come, 0 to 100."""

    facts: CertificateFacts
    state: str
    kind: str
    left: int
    ended: bool
    begun: bool
    warnings: Sequence[str]

    @property
    def gone(self) -> int:
        """The part of its life that is over, 0 to 100."""
        return 100 - self.left


def chains(certificates: Sequence[CertificateFacts], now: datetime) -> list[list[Link]]:
    """The certificates in lines, from the one that signs no other to its root."""
    by_position = {one.position: one for one in certificates}
    signers = {one.signed_by for one in certificates if one.signed_by != one.position}
    starts = [one for one in certificates if one.position not in signers]
    drawn: set[int] = set()
    lines = []
    for start in [*starts, *certificates]:
        line: list[Link] = []
        at: CertificateFacts | None = start
        while at is not None and at.position not in drawn:
            drawn.add(at.position)
            line.append(_link(at, by_position, now))
            at = by_position.get(at.signed_by) if at.signed_by is not None else None
        if line:
            lines.append(line)
    return lines


def first_to_end(certificates: Sequence[CertificateFacts]) -> CertificateFacts | None:
    """The certificate whose validity ends first."""
    return min(certificates, key=lambda one: one.not_after, default=None)


def _link(one: CertificateFacts, others: dict[int, CertificateFacts], now: datetime) -> Link:
    life = one.not_after - one.not_before
    left = (one.not_after - max(now, one.not_before)) / life if life > timedelta() else 0
    warnings = list(_warnings(one))
    return Link(
        facts=one,
        state=_state(one, now, warned=bool(warnings)),
        kind=_kind(one, others),
        left=max(0, min(100, round(left * 100))),
        ended=one.not_after <= now,
        begun=one.not_before <= now,
        warnings=warnings,
    )


def _state(one: CertificateFacts, now: datetime, *, warned: bool) -> str:
    if one.not_after <= now or one.not_before > now:
        return "failed"
    return "warned" if warned or one.not_after - now < SOON else "passed"


def _kind(one: CertificateFacts, others: dict[int, CertificateFacts]) -> str:
    if one.signed_by == one.position:
        return "root, signed itself" if one.is_ca else f"{_LEAF}, signed itself"
    signer = others.get(one.signed_by) if one.signed_by is not None else None
    by = signer.name if signer else one.issuer
    return f"{'intermediate' if one.is_ca else _LEAF}, signed by {by}"


def _warnings(one: CertificateFacts) -> list[str]:
    found = []
    if not one.is_ca:
        found.append("This is no CA: it verifies one server at best. Give the CA that issued it.")
    elif one.signed_by is None:
        found.append(
            "Its issuer is not in this CA: clients on OpenSSL (librdkafka, Python) refuse it "
            "without that root."
        )
    if one.weak:
        found.append(f"It is weak: {one.weak}. Clients on OpenSSL 3 refuse it, Java may not.")
    return found
