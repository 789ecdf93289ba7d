"""The sealed blob, format 1, and the length-prefixed encoding. Plain Python, no Django.

A blob is an 88-byte header, the ciphertext and a 16-byte tag; integers are big-endian::

    "KD" | 0x01 format | 0x01 suite | u64 kid | 32 B salt | 32 B commitment | 12 B nonce | ... | tag

Each blob has a key of its own, derived from the stored key and the salt, so no count of messages
per key has to be kept. The commitment makes sure that a blob opens under one key only.
"""

import hmac
import os
import struct
from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from kalixweb.core.refusals import Refusal

MAGIC = b"KD"
FORMAT = 1
SUITE = 1
HEADER_SIZE = 88
TAG_SIZE = 16
OVERHEAD = HEADER_SIZE + TAG_SIZE

_HEADER = struct.Struct(">2sBBQ32s32s12s")


class BlobRefused(Refusal):
    """A sealed value does not open: it was altered, moved or cut. The message tells no more."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    on_its_own = True

    def __init__(self) -> None:
        super().__init__(
            "A stored value was altered or belongs elsewhere, so it was not opened. "
            "Restore it from a backup or save it anew."
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value belongs; a blob opens nowhere else. ``project`` may be 16 zero bytes."""

    instance: UUID
    purpose: str
    project: UUID
    object_id: UUID
    kind: str
    field: str
    version: int

    def associated_data(self) -> bytes:
        """The encoding that is authenticated beside the header."""
        return lp(
            b"kd.aad.v1",
            self.instance.bytes,
            self.purpose.encode(),
            self.project.bytes,
            self.object_id.bytes,
            self.kind.encode(),
            self.field.encode(),
            self.version.to_bytes(8, "big"),
        )


@dataclass(frozen=True, slots=True)
class Header:
    """The first 88 bytes of a blob, taken apart."""

    kid: int
    salt: bytes
    commitment: bytes
    nonce: bytes

    def pack(self) -> bytes:
        """The 88 bytes."""
        return _HEADER.pack(MAGIC, FORMAT, SUITE, self.kid, self.salt, self.commitment, self.nonce)


def lp(*parts: bytes | None) -> bytes:
    """Each part after its length as u32: no two lists of parts encode alike. None is empty."""
    return b"".join(
        len(part).to_bytes(4, "big") + part for part in (piece or b"" for piece in parts)
    )


def read_header(blob: bytes) -> Header:
    """The header of a blob; raises BlobRefused when it is not one of format 1, suite 1."""
    if len(blob) < OVERHEAD:
        raise BlobRefused
    magic, form, suite, kid, salt, commitment, nonce = _HEADER.unpack_from(blob)
    if (magic, form, suite) != (MAGIC, FORMAT, SUITE):
        raise BlobRefused
    return Header(kid=kid, salt=salt, commitment=commitment, nonce=nonce)


def _derive(key: bytes, kid: int, salt: bytes) -> tuple[bytes, bytes]:
    """The message key and the commitment, 32 bytes each.

    Expand alone is right here, because the stored key is already 32 uniform bytes.
    """
    info = b"kd.env.v1\x00" + bytes([SUITE]) + kid.to_bytes(8, "big") + salt
    okm = HKDFExpand(algorithm=SHA512(), length=64, info=info).derive(key)
    return okm[:32], okm[32:]


def seal(
    key: bytes,
    kid: int,
    place: Place,
    plaintext: bytes,
    *,
    salt: bytes | None = None,
    nonce: bytes | None = None,
) -> bytes:
    """Seal plaintext for a place. Salt (32 B) and nonce (12 B) are given only by test vectors."""
    salt = os.urandom(32) if salt is None else salt
    message_key, commitment = _derive(key, kid, salt)
    header = Header(kid, salt, commitment, os.urandom(12) if nonce is None else nonce)
    head = header.pack()
    sealed = AESGCM(message_key).encrypt(header.nonce, plaintext, head + place.associated_data())
    return head + sealed


def unseal(key: bytes, place: Place, blob: bytes) -> bytes:
    """The plaintext of a blob that was sealed for this place; raises BlobRefused otherwise."""
    header = read_header(blob)
    message_key, commitment = _derive(key, header.kid, header.salt)
    if not hmac.compare_digest(commitment, header.commitment):
        raise BlobRefused
    authenticated = blob[:HEADER_SIZE] + place.associated_data()
    try:
        return AESGCM(message_key).decrypt(header.nonce, blob[HEADER_SIZE:], authenticated)
    except InvalidTag:
        raise BlobRefused from None


def check_value(key: bytes) -> bytes:
    """Eight bytes that tell whether a stored key was opened right: of HMAC-SHA-256(key, "kcv")."""
    return hmac.digest(key, b"kcv", "sha256")[:8]
