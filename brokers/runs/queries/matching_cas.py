"""Which stored CA would verify what a broker served: told from public facts, opening no secret."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.db.models import F, Q

from brokers.engine.document import Document
from secrets_app.models import TLS_CA, CertificateFacts, Secret

Served = Sequence[Mapping[str, Any]]


class Authority(Protocol):
    """The public facts of a certificate, stored or just read."""

    @property
    def subject(self) -> str: ...
    @property
    def key_id(self) -> str | None: ...
    @property
    def spki_sha256(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def is_ca(self) -> bool: ...


def unknown_chains(document: Document) -> list[Served]:
    """Each chain that was refused for its end alone; none if any node failed TLS otherwise."""
    found: list[Served] = []
    for node in document.nodes:
        stage = node.stage("tls")
        failing = [fault for fault in stage.faults if fault.state == "failed"] if stage else []
        if stage is None or not failing:
            continue
        chain = [one for one in stage.facts.get("chain") or [] if isinstance(one, Mapping)]
        # Each of them is one that another CA would fix: the chain itself is whole and good.
        if not chain or any("ca" not in fault.quick_fixes for fault in failing):
            return []
        found.append(chain)
    return found


def stands_above(authority: Authority, served: Served) -> bool:
    """Whether the authority is in a served chain, or issued the certificate at its end.

    Same certificate; or same subject and same key as a served one; or the subject and key id that
    the last served certificate names as its issuer's.
    """
    if not authority.is_ca:
        return False
    for one in _path(served):
        same_key = authority.spki_sha256 and authority.spki_sha256 == one.get("spki_sha256")
        if authority.sha256 == one.get("sha256"):
            return True
        if same_key and authority.subject == one.get("subject"):
            return True
        named = one.get("authority_key_id")
        if named and named == authority.key_id and authority.subject == one.get("issuer"):
            return True
    return False


def _path(served: Served) -> Iterator[Mapping[str, Any]]:
    """From the leaf upwards: a stray certificate beside the chain proves nothing."""
    by_hash = {one.get("sha256"): one for one in served}
    at: Mapping[str, Any] | None = served[0]
    for _ in served:
        if at is None:
            return
        yield at
        issuer = at.get("signed_by")
        at = by_hash.get(issuer) if issuer != at.get("sha256") else None


def would_verify(
    project: UUID, document: Document, *, besides: UUID | None, now: datetime
) -> Secret | None:
    """A CA secret of the project, other than ``besides``, by which every refused chain verifies."""
    chains = unknown_chains(document)
    if not chains:
        return None
    wanted = _candidates(project, chains, now)
    for secret, certificates in wanted.items():
        if secret != besides and all(_verifies(certificates, chain, now) for chain in chains):
            return Secret.objects.for_project(project).get(id=secret)
    return None


def _candidates(
    project: UUID, chains: Sequence[Served], now: datetime
) -> dict[UUID, list[CertificateFacts]]:
    served = [one for chain in chains for one in chain]
    close = Q(spki_sha256__in=_all(served, "spki_sha256")) | Q(
        key_id__in=_all(served, "authority_key_id")
    )
    current = CertificateFacts.objects.for_project(project).filter(
        entry__version__number=F("entry__version__secret__current_version"),
        entry__version__secret__type=TLS_CA,
    )
    secrets = current.filter(close, not_after__gt=now).values("entry__version__secret_id")
    rows = current.filter(entry__version__secret_id__in=secrets).select_related("entry__version")
    found: dict[UUID, list[CertificateFacts]] = {}
    for row in rows.order_by("entry__version__secret__name", "position"):
        found.setdefault(row.entry.version.secret_id, []).append(row)
    return found


def _all(served: Sequence[Mapping[str, Any]], name: str) -> set[str]:
    return {str(one[name]) for one in served if one.get(name)}


def _verifies(certificates: Sequence[CertificateFacts], chain: Served, now: datetime) -> bool:
    """Whether a certificate above the chain leads to a root among the same ones, all in force."""
    by_place = {one.position: one for one in certificates}
    for start in certificates:
        if not stands_above(start, chain):
            continue
        at: CertificateFacts | None = start
        for _ in certificates:
            if at is None or not at.not_before <= now < at.not_after or at.weak:
                break
            if at.signed_by == at.position:
                return True
            at = by_place.get(at.signed_by) if at.signed_by is not None else None
    return False
