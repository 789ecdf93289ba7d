"""Opened keys, kept in this process for at most a minute and fetched once by however many ask."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TypeVar, cast
from uuid import UUID

from django.conf import settings

from kalixweb.core.refusals import Refusal
from kalixweb.keys import keyring
from kalixweb.keys.envelope import check_value
from kalixweb.keys.models import CryptoKey
from kalixweb.keys.providers import (
    FileRootKeys,
    RootKeyMissing,
    RootKeys,
    WrapContext,
    WrapRefused,
)

LIFETIME = 60.0
"""Seconds that an opened key is used before its row is looked at again."""

_MOST_ENTRIES = 4096

T = TypeVar("T")


class KeyUnavailable(Refusal):
    """A key cannot be opened now: this one use is answered 503, everything else goes on."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    on_its_own = True

    def __init__(
        self, sentence: str, *, kid: int | None = None, kek_id: bytes | None = None
    ) -> None:
        super().__init__(sentence)
        self.kid = kid
        self.kek_id = kek_id


@dataclass(frozen=True, slots=True)
class OpenKey:
    """One stored key, opened."""

    kid: int
    project: UUID | None
    purpose: str
    material: bytes = field(repr=False)


class _Cache:
    """Values with a lifetime; while one thread fetches a value, others wait for that fetch."""

    def __init__(self) -> None:
        self._entries: dict[object, tuple[float, object]] = {}
        self._locks: dict[object, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, name: object, fetch: Callable[[], T]) -> T:
        entry = self._entries.get(name)
        if entry is not None and time.monotonic() < entry[0]:
            return cast("T", entry[1])
        with self._lock_of(name):
            entry = self._entries.get(name)
            if entry is not None and time.monotonic() < entry[0]:
                return cast("T", entry[1])
            value = fetch()
            self._entries[name] = (time.monotonic() + LIFETIME, value)
            return value

    def _lock_of(self, name: object) -> threading.Lock:
        with self._lock:
            if len(self._entries) > _MOST_ENTRIES:
                self._entries.clear()
                self._locks.clear()
            return self._locks.setdefault(name, threading.Lock())

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()


_cache = _Cache()


def forget() -> None:
    """Drop everything that was opened, so that the next use looks at file and rows again."""
    _cache.clear()


def root_keys() -> RootKeys:
    """The provider's root keys; raises KeyUnavailable when the keyring cannot be used."""
    return _cache.get("root keys", _load_root_keys)


def _load_root_keys() -> RootKeys:
    try:
        return FileRootKeys(keyring.load(settings.KALIXWEB_KEYRING))
    except keyring.KeyringUnusable as error:
        raise KeyUnavailable(str(error)) from error


def active(purpose: str, project: UUID | None) -> OpenKey:
    """The key that seals and signs for a purpose now; raises KeyUnavailable."""
    return _cache.get((purpose, project), lambda: _load_active(purpose, project))


def by_kid(kid: int) -> OpenKey:
    """The key with this id, active or only kept for opening; raises KeyUnavailable."""
    return _cache.get(kid, lambda: _load_by_kid(kid))


def _load_active(purpose: str, project: UUID | None) -> OpenKey:
    row = CryptoKey.objects.filter(
        purpose=purpose, project=project, state=CryptoKey.State.ACTIVE
    ).first()
    if row is None:
        owner = f"Project {project}" if project else "This instance"
        raise KeyUnavailable(
            f"{owner} has no active key for {purpose}. "
            "Restore the database and the keys from the same backup."
        )
    return open_row(row, root_keys())


def _load_by_kid(kid: int) -> OpenKey:
    row = CryptoKey.objects.filter(kid=kid).first()
    if row is None:
        raise KeyUnavailable(
            f"The key {kid} is not in the database. Restore the database from a backup.", kid=kid
        )
    return open_row(row, root_keys())


def open_row(row: CryptoKey, root: RootKeys) -> OpenKey:
    """Unwrap a row and hold it against its check value; raises KeyUnavailable."""
    if row.state == CryptoKey.State.DESTROYED:
        raise KeyUnavailable(
            f"The key {row.kid} was destroyed, so nothing that is sealed under it opens again.",
            kid=row.kid,
        )
    context = WrapContext(row.purpose, row.project, row.kid, row.epoch)
    try:
        material = root.unwrap(bytes(row.wrapped), context)
    except RootKeyMissing as error:
        raise KeyUnavailable(
            f"The key {row.kid} needs the root key {error.kek_id.hex()}, which the keyring "
            f"{settings.KALIXWEB_KEYRING} does not hold. Bring that root key back from a key "
            "backup.",
            kid=row.kid,
            kek_id=error.kek_id,
        ) from error
    except WrapRefused as error:
        raise KeyUnavailable(
            f"{error} Restore the database and the keys from the same backup.", kid=row.kid
        ) from error
    if check_value(material) != bytes(row.kcv):
        raise KeyUnavailable(
            f"The key {row.kid} fails its check value. "
            "Restore the database and the keys from the same backup.",
            kid=row.kid,
        )
    return OpenKey(row.kid, row.project, row.purpose, material)
