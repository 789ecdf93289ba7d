"""Writes and opens the sealed entries of one version. Only services call this."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from kalixweb.core.actor import Actor
from kalixweb.core.redaction import clean
from kalixweb.core.secret_value import SecretValue
from kalixweb.keys import macs, sealing
from secrets_app import certificates
from secrets_app.models import (
    CA_ENTRY,
    TLS_CA,
    CertificateFacts,
    Secret,
    SecretEntry,
    SecretVersion,
)
from secrets_app.services import naming
from secrets_app.services.naming import NotAccepted


@dataclass(frozen=True, slots=True)
class Part:
    """One entry of a version to be written; ``set_in`` is the version that set its value."""

    value: SecretValue
    set_in: int


def write_version(
    *,
    secret: Secret,
    number: int,
    actor: Actor,
    parts: Mapping[str, Part],
    bundle: certificates.Bundle | None = None,
) -> SecretVersion:
    """Seal all entries of a new version; a CA's public facts are kept beside its entry."""
    version = SecretVersion.objects.for_project(secret.project_id).create(
        project_id=secret.project_id,
        secret=secret,
        number=number,
        saved_by_kind=actor.kind,
        saved_by_id=actor.id,
        saved_by_label=actor.label,
    )
    for name, part in sorted(parts.items()):
        entry = _seal_entry(secret, version, name, part)
        if bundle is not None:
            _keep_facts(entry, bundle)
    return version


def checked(
    kind: str, values: Mapping[str, SecretValue]
) -> tuple[Mapping[str, SecretValue], certificates.Bundle | None]:
    """The values as they will be kept, and the certificates of a CA; else NotAccepted.

    A CA is kept in clean form: its certificates alone, each once, with LF line ends.
    """
    for name, value in values.items():
        naming.check_entry(name, value)
    if kind != TLS_CA:
        return values, None
    if set(values) != {CA_ENTRY}:
        raise NotAccepted("entries", f"A TLS CA holds one entry, {CA_ENTRY}, and nothing else.")
    try:
        bundle = certificates.read(values[CA_ENTRY].reveal())
    except certificates.BadPem as bad:
        raise NotAccepted(CA_ENTRY, str(bad)) from None
    return {CA_ENTRY: SecretValue(bundle.pem)}, bundle


def entries_of(secret: Secret, number: int) -> dict[str, SecretEntry]:
    """The entries of one version by name, still sealed."""
    rows = (
        SecretEntry.objects.for_project(secret.project_id)
        .select_related("version")
        .filter(version__secret=secret, version__number=number)
    )
    return {row.name: row for row in rows}


def open_entry(secret: Secret, entry: SecretEntry) -> SecretValue:
    """The plaintext; KeyUnavailable or BlobRefused when it cannot be had."""
    return sealing.open_sealed(
        purpose="secret_value",
        project=secret.project_id,
        object_id=secret.id,
        kind=secret.type,
        field=entry.name,
        version=entry.version.number,
        blob=bytes(entry.blob),
    )


def holds(secret: Secret, entry: SecretEntry, value: SecretValue) -> bool:
    """Whether the entry's value is this one, compared by its fingerprint without opening it."""
    return macs.check(
        "fingerprint",
        secret.project_id,
        entry.fingerprint_kid,
        _fingerprinted(secret.id, entry.name, value),
        bytes(entry.fingerprint),
    )


def _fingerprinted(secret: UUID, entry: str, value: SecretValue) -> bytes:
    return macs.lp(b"kd.fp.v1", secret.bytes, entry.encode(), value.reveal())


def _seal_entry(secret: Secret, version: SecretVersion, name: str, part: Part) -> SecretEntry:
    blob = sealing.seal(
        purpose="secret_value",
        project=secret.project_id,
        object_id=secret.id,
        kind=secret.type,
        field=name,
        version=version.number,
        plaintext=part.value,
    )
    fingerprint_kid, fingerprint = macs.mac(
        "fingerprint", secret.project_id, _fingerprinted(secret.id, name, part.value)
    )
    return SecretEntry.objects.for_project(secret.project_id).create(
        project_id=secret.project_id,
        version=version,
        name=name,
        set_in=part.set_in,
        blob=blob,
        kid=sealing.kid_of(blob),
        fingerprint=fingerprint,
        fingerprint_kid=fingerprint_kid,
        size=len(part.value),
    )


def _keep_facts(entry: SecretEntry, bundle: certificates.Bundle) -> None:
    CertificateFacts.objects.for_project(entry.project_id).bulk_create(
        CertificateFacts(
            project_id=entry.project_id,
            entry=entry,
            position=position,
            name=clean(one.label),
            subject=clean(one.subject),
            issuer=clean(one.issuer),
            is_ca=one.is_ca,
            signed_by=_issuer_of(one, bundle.certificates),
            key=clean(one.key, limit=64),
            key_id=(one.key_id or "")[:128],
            authority_key_id=(one.authority_key_id or "")[:128],
            spki_sha256=one.spki_sha256,
            sha256=one.sha256,
            not_before=one.not_before,
            not_after=one.not_after,
            weak=one.weak or "",
        )
        for position, one in enumerate(bundle.certificates)
    )


def _issuer_of(
    one: certificates.Certificate, others: Sequence[certificates.Certificate]
) -> int | None:
    if one.self_signed:
        return others.index(one)
    return next(
        (i for i, other in enumerate(others) if certificates.issued_by(one.parsed, other.parsed)),
        None,
    )
