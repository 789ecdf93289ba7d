"""A keyring sealed under a passphrase, to be kept apart from the database. Plain Python.

``"KDKB" | 0x01 | 16 B salt | 12 B nonce | ciphertext | 16 B tag``: AES-256-GCM under a key that
scrypt makes from the passphrase, with the 33-byte header as associated data.
"""

import os
from http import HTTPStatus

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from kalixweb.core.refusals import Refusal
from kalixweb.core.secret_value import SecretValue

MAGIC = b"KDKB"
FORMAT = 1
SHORTEST_PASSPHRASE = 12
_HEADER_SIZE = 4 + 1 + 16 + 12


class KeyBackupRefused(Refusal):
    """A key backup does not open; the message says why."""

    status = HTTPStatus.CONFLICT


class PassphraseTooShort(Refusal):
    """Whoever holds the file can try passphrases at leisure."""

    status = HTTPStatus.CONFLICT


def is_key_backup(contents: bytes) -> bool:
    """Whether a file begins like a key backup."""
    return contents.startswith(MAGIC)


def _key(passphrase: SecretValue, salt: bytes) -> bytes:
    """32 bytes; takes about a third of a second and 128 MiB, which is the point."""
    return Scrypt(salt=salt, length=32, n=2**17, r=8, p=1).derive(passphrase.reveal())


def seal(keyring: bytes, passphrase: SecretValue) -> bytes:
    """The key backup of a keyring file's contents; raises PassphraseTooShort."""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise PassphraseTooShort(
            f"The passphrase has {len(passphrase)} characters; use at least {SHORTEST_PASSPHRASE}."
        )
    salt, nonce = os.urandom(16), os.urandom(12)
    header = MAGIC + bytes([FORMAT]) + salt + nonce
    return header + AESGCM(_key(passphrase, salt)).encrypt(nonce, keyring, header)


def unseal(contents: bytes, passphrase: SecretValue) -> bytes:
    """The keyring file's contents; raises KeyBackupRefused."""
    header = contents[:_HEADER_SIZE]
    if not is_key_backup(contents) or len(contents) < _HEADER_SIZE + 16 or header[4] != FORMAT:
        raise KeyBackupRefused("The file is not a key backup of format 1.")
    salt, nonce = header[5:21], header[21:33]
    try:
        return AESGCM(_key(passphrase, salt)).decrypt(nonce, contents[_HEADER_SIZE:], header)
    except InvalidTag:
        raise KeyBackupRefused(
            "The key backup does not open: the passphrase is another one, or the file was altered."
        ) from None
