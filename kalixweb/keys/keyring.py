"""The file keyring: root keys outside the database, readable by their owner alone. Plain Python.

JSON: ``{"version": 1, "instance": UUID, "keys": [{"id", "state", "created", "key"}]}``; exactly one
key is ``active``, the others are ``decrypt_only``; a key is 32 bytes in Base64 and its id is
computed from it, so a mixed-up file betrays itself.
"""

import base64
import binascii
import hashlib
import json
import os
import stat
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from kalixweb.core.refusals import Refusal

KEY_SIZE = 32


class KeyringUnusable(Refusal):
    """The keyring cannot be used; the message says why and how to fix it."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


class KeyringMissing(KeyringUnusable):
    """There is no file at the keyring's path."""


class KeyringExists(Refusal):
    """A keyring is never overwritten."""

    status = HTTPStatus.CONFLICT


@dataclass(frozen=True, slots=True)
class RootKey:
    """One root key; ``created`` is RFC 3339 in UTC."""

    kek_id: bytes
    state: str
    created: str
    material: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Keyring:
    """The instance that the keys belong to, and the keys, exactly one of them active."""

    instance: UUID
    keys: tuple[RootKey, ...]

    @property
    def active(self) -> RootKey:
        """The key that new wraps are made with."""
        return next(key for key in self.keys if key.state == "active")

    def get(self, kek_id: bytes) -> RootKey | None:
        """The key with this id, or None when the keyring does not hold it."""
        return next((key for key in self.keys if key.kek_id == kek_id), None)


def kek_id_of(material: bytes) -> bytes:
    """A root key's id: the first 8 bytes of SHA-256("kd.kek.id" | key)."""
    return hashlib.sha256(b"kd.kek.id" + material).digest()[:8]


def generate() -> Keyring:
    """A new keyring with one active key, for a new instance."""
    material = os.urandom(KEY_SIZE)
    created = datetime.now(tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    key = RootKey(kek_id_of(material), "active", created, material)
    return Keyring(instance=uuid4(), keys=(key,))


def dump(keyring: Keyring) -> bytes:
    """The file's contents."""
    document = {
        "version": 1,
        "instance": str(keyring.instance),
        "keys": [
            {
                "id": key.kek_id.hex(),
                "state": key.state,
                "created": key.created,
                "key": base64.b64encode(key.material).decode("ascii"),
            }
            for key in keyring.keys
        ],
    }
    return json.dumps(document, indent=2).encode() + b"\n"


def parse(contents: bytes, source: str) -> Keyring:
    """Read a file's contents; ``source`` names it in messages. Raises KeyringUnusable."""
    try:
        document = json.loads(contents)
        if document["version"] != 1:
            raise KeyringUnusable(
                f"The keyring {source} has version {document['version']!r}; this kalixweb reads "
                "version 1. Use the kalixweb that wrote it, or a newer one."
            )
        keyring = Keyring(
            instance=UUID(document["instance"]),
            keys=tuple(_parse_key(entry) for entry in document["keys"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        # The parser's own text may quote the file, keys included: it is not passed on.
        raise KeyringUnusable(
            f"The keyring {source} is not a keyring: its contents cannot be read. "
            "Bring it back with `kalixweb restore` from a key backup."
        ) from None
    _check(keyring, source)
    return keyring


def _parse_key(entry: dict[str, Any]) -> RootKey:
    return RootKey(
        kek_id=bytes.fromhex(entry["id"]),
        state=entry["state"],
        created=str(entry["created"]),
        material=base64.b64decode(entry["key"], validate=True),
    )


def _check(keyring: Keyring, source: str) -> None:
    advice = "Bring it back with `kalixweb restore` from a key backup."
    for key in keyring.keys:
        if len(key.material) != KEY_SIZE or kek_id_of(key.material) != key.kek_id:
            raise KeyringUnusable(
                f"The key {key.kek_id.hex()} in {source} does not match its own id, "
                f"so it was altered. {advice}"
            )
    states = [key.state for key in keyring.keys]
    if states.count("active") != 1 or not set(states) <= {"active", "decrypt_only"}:
        raise KeyringUnusable(
            f"The keyring {source} has {states.count('active')} active keys; "
            f"exactly one is needed. {advice}"
        )


def load(path: Path) -> Keyring:
    """Read the keyring file; refuses one that others than its owner may read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        raise KeyringMissing(
            f"There is no keyring at {path}. Bring it back with `kalixweb restore` from a key "
            "backup, or make one for a new instance with `kalixweb keys init`."
        ) from None
    except OSError as error:
        raise KeyringUnusable(
            f"The keyring {path} cannot be read: {error.strerror}. "
            "Make it readable for the user that runs kalixweb."
        ) from None
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise KeyringUnusable(f"The keyring {path} is not a file. Set KALIXWEB_KEYRING to it.")
        if found.st_mode & 0o077:
            raise KeyringUnusable(
                f"The keyring {path} is open to others (mode {stat.S_IMODE(found.st_mode):04o}). "
                f"Run `chmod 600 {path}`."
            )
        return parse(file.read(), str(path))


def write_new(path: Path, contents: bytes) -> None:
    """Write a file that only its owner may read, durably; raises KeyringExists over another."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise KeyringExists(f"{path} exists already and is never overwritten.") from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(contents)
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
