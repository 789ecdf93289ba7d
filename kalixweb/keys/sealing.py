"""Seal and open stored values by purpose and place."""

from uuid import UUID

from kalixweb.core.secret_value import SecretValue
from kalixweb.keys import envelope, key_cache
from kalixweb.keys.envelope import BlobRefused, Place
from kalixweb.keys.key_cache import KeyUnavailable

__all__ = ["OVERHEAD", "BlobRefused", "KeyUnavailable", "kid_of", "open_sealed", "seal"]

OVERHEAD = envelope.OVERHEAD
"""Bytes that a blob is longer than its plaintext."""

_KEY_PURPOSE = {"secret_value": "data", "probe_draft": "data", "mfa_seed": "system"}


def _owner(purpose: str, project: UUID) -> UUID | None:
    """The project whose key seals; values of the instance carry 16 zero bytes as project."""
    if _KEY_PURPOSE[purpose] == "data":
        return project
    if project.int != 0:
        raise ValueError(f"A blob for {purpose} belongs to the instance, not to a project.")
    return None


def _place(
    purpose: str, project: UUID, object_id: UUID, kind: str, field: str, version: int
) -> Place:
    instance = key_cache.root_keys().instance
    return Place(instance, purpose, project, object_id, kind, field, version)


def seal(
    *,
    purpose: str,
    project: UUID,
    object_id: UUID,
    kind: str,
    field: str,
    version: int,
    plaintext: SecretValue,
) -> bytes:
    """The sealed blob (format 1) of a value for one place; raises KeyUnavailable.

    ``purpose`` is ``secret_value``, ``probe_draft`` or ``mfa_seed``.
    """
    key = key_cache.active(_KEY_PURPOSE[purpose], _owner(purpose, project))
    place = _place(purpose, project, object_id, kind, field, version)
    return envelope.seal(key.material, key.kid, place, plaintext.reveal())


def open_sealed(
    *,
    purpose: str,
    project: UUID,
    object_id: UUID,
    kind: str,
    field: str,
    version: int,
    blob: bytes,
) -> SecretValue:
    """The value of a blob; raises BlobRefused (altered, moved) or KeyUnavailable (key away)."""
    owner = _owner(purpose, project)
    key = key_cache.by_kid(kid_of(blob))
    if (key.purpose, key.project) != (_KEY_PURPOSE[purpose], owner):
        raise BlobRefused
    place = _place(purpose, project, object_id, kind, field, version)
    return SecretValue(envelope.unseal(key.material, place, bytes(blob)))


def kid_of(blob: bytes) -> int:
    """The id of the key that a blob is sealed under; raises BlobRefused when it is no blob."""
    return envelope.read_header(bytes(blob)).kid
