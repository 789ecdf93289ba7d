"""Where root keys come from, and how they wrap the stored keys. Plain Python, no Django.

Wrap, format 1: ``0x01 | kek_id 8 B | nonce 12 B | ciphertext | tag 16 B``, AES-256-GCM.
"""

import os
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kalixweb.keys.envelope import lp
from kalixweb.keys.keyring import Keyring

WRAP_FORMAT = 1
WRAP_SIZE = 1 + 8 + 12 + 32 + 16
NO_PROJECT = bytes(16)


class RootKeyMissing(Exception):
    """The keyring does not hold the root key that a stored key is wrapped with."""

    def __init__(self, kek_id: bytes) -> None:
        self.kek_id = kek_id
        super().__init__(f"The root key {kek_id.hex()} is not in the keyring.")


class WrapRefused(Exception):
    """A wrapped key does not open: it was altered or belongs to another row."""


@dataclass(frozen=True, slots=True)
class WrapContext:
    """The row that a wrapped key belongs to; ``project`` is None for keys of the instance."""

    purpose: str
    project: UUID | None
    kid: int
    epoch: int

    def associated_data(self, instance: UUID) -> bytes:
        """The encoding that is authenticated with the wrap."""
        return lp(
            b"kd.wrap.v1",
            instance.bytes,
            self.purpose.encode(),
            self.project.bytes if self.project else NO_PROJECT,
            self.kid.to_bytes(8, "big"),
            self.epoch.to_bytes(4, "big"),
        )


class RootKeys(Protocol):
    """What a provider of root keys offers; ``instance`` stands in the associated data."""

    name: str

    @property
    def instance(self) -> UUID:
        """The instance that the root keys belong to."""

    @property
    def active_kek_id(self) -> bytes:
        """The id of the root key that new wraps are made with, 8 bytes."""

    def holds(self, kek_id: bytes) -> bool:
        """Whether the root key with this id is at hand."""

    def wrap(self, key: bytes, context: WrapContext) -> bytes:
        """Wrap 32 bytes under the active root key."""

    def unwrap(self, wrapped: bytes, context: WrapContext) -> bytes:
        """The 32 bytes; raises RootKeyMissing or WrapRefused."""


class FileRootKeys:
    """Root keys of the keyring file."""

    name = "file"

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    @property
    def instance(self) -> UUID:
        """The instance that the keyring belongs to."""
        return self._keyring.instance

    @property
    def active_kek_id(self) -> bytes:
        """The active key's id, 8 bytes."""
        return self._keyring.active.kek_id

    def holds(self, kek_id: bytes) -> bool:
        """Whether the keyring has this key."""
        return self._keyring.get(kek_id) is not None

    def wrap(self, key: bytes, context: WrapContext, *, nonce: bytes | None = None) -> bytes:
        """Wrap under the active key; the nonce (12 B) is given only by test vectors."""
        root = self._keyring.active
        nonce = os.urandom(12) if nonce is None else nonce
        sealed = AESGCM(root.material).encrypt(nonce, key, context.associated_data(self.instance))
        return bytes([WRAP_FORMAT]) + root.kek_id + nonce + sealed

    def unwrap(self, wrapped: bytes, context: WrapContext) -> bytes:
        """Open a wrap; raises RootKeyMissing or WrapRefused."""
        if len(wrapped) != WRAP_SIZE or wrapped[0] != WRAP_FORMAT:
            raise WrapRefused(f"The stored key {context.kid} is not wrapped in format 1.")
        root = self._keyring.get(wrapped[1:9])
        if root is None:
            raise RootKeyMissing(wrapped[1:9])
        try:
            return AESGCM(root.material).decrypt(
                wrapped[9:21], wrapped[21:], context.associated_data(self.instance)
            )
        except InvalidTag:
            raise WrapRefused(
                f"The stored key {context.kid} was altered or belongs to another row or instance."
            ) from None
