"""Message authentication codes by purpose: fingerprints, row MACs, the audit chain."""

import hmac
from typing import Literal
from uuid import UUID

from kalixweb.keys import key_cache
from kalixweb.keys.envelope import lp
from kalixweb.keys.key_cache import KeyUnavailable

__all__ = ["KeyUnavailable", "Purpose", "active_kid", "check", "lp", "mac"]

Purpose = Literal["fingerprint", "row_mac", "audit_mac"]


def active_kid(purpose: Purpose, project: UUID | None) -> int:
    """The id of the key that signs now, for messages that contain it; raises KeyUnavailable."""
    return key_cache.active(purpose, project).kid


def mac(
    purpose: Purpose, project: UUID | None, message: bytes, *, kid: int | None = None
) -> tuple[int, bytes]:
    """(kid, HMAC-SHA-256 of 32 bytes) under the active key, or under the one with ``kid``."""
    key = key_cache.active(purpose, project) if kid is None else key_cache.by_kid(kid)
    if (key.purpose, key.project) != (purpose, project):
        raise KeyUnavailable(f"The key {key.kid} is not for {purpose} of {project}.", kid=key.kid)
    return key.kid, hmac.digest(key.material, message, "sha256")


def check(purpose: Purpose, project: UUID | None, kid: int, message: bytes, tag: bytes) -> bool:
    """Whether the tag is the message's under this key; raises KeyUnavailable when it is away.

    A key of another purpose or project never answers yes.
    """
    key = key_cache.by_kid(kid)
    if (key.purpose, key.project) != (purpose, project):
        return False
    return hmac.compare_digest(hmac.digest(key.material, message, "sha256"), bytes(tag))
