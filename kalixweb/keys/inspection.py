"""Looks at the keys of an instance, and proves that a keyring and a database belong together."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import Count

from kalixweb.keys import key_cache, keyring, lifecycle
from kalixweb.keys.key_cache import KeyUnavailable
from kalixweb.keys.models import CryptoKey
from kalixweb.keys.providers import RootKeys


@dataclass(frozen=True, slots=True)
class MissingRootKey:
    """A root key that stored keys need and the keyring lacks; ``kek_id`` in hex."""

    kek_id: str
    stored_keys: int


@dataclass(frozen=True, slots=True)
class RootKeyFacts:
    """A root key of the keyring as it may be shown."""

    kek_id: str
    state: str
    created: str


@dataclass(frozen=True, slots=True)
class Status:
    """The keys of this instance; ``stored`` counts rows by (purpose, state, rows)."""

    instance: UUID
    keyring: Path
    root_keys: list[RootKeyFacts]
    stored: list[tuple[str, str, int]]
    missing: list[MissingRootKey]
    backed_up_at: datetime | None


def missing_root_keys() -> list[MissingRootKey]:
    """Root keys that stored keys need and the keyring lacks: for the banner and ``doctor``."""
    root = key_cache.root_keys()
    needed = (
        CryptoKey.objects.exclude(state=CryptoKey.State.DESTROYED)
        .values("kek_id")
        .annotate(rows=Count("kid"))
    )
    return [
        MissingRootKey(bytes(found["kek_id"]).hex(), found["rows"])
        for found in needed
        if not root.holds(bytes(found["kek_id"]))
    ]


def status() -> Status:
    """What is there, for people; raises KeysUnusable when the keyring cannot be used."""
    key_cache.forget()
    root = lifecycle.usable_root()
    ring = keyring.load(settings.KALIXWEB_KEYRING)
    counted = CryptoKey.objects.values("purpose", "state").annotate(rows=Count("kid"))
    return Status(
        instance=root.instance,
        keyring=settings.KALIXWEB_KEYRING,
        root_keys=[RootKeyFacts(k.kek_id.hex(), k.state, k.created) for k in ring.keys],
        stored=sorted((found["purpose"], found["state"], found["rows"]) for found in counted),
        missing=missing_root_keys(),
        backed_up_at=lifecycle.backed_up_at(),
    )


def stored_keys() -> tuple[UUID | None, list[CryptoKey]]:
    """(instance, key rows) of this database, to hold a keyring against."""
    stored = lifecycle.stored_instance()
    return stored, list(CryptoKey.objects.all()) if stored else []


def prove_fit(stored: UUID | None, rows: Iterable[CryptoKey], root: RootKeys) -> int:
    """Open every stored key with these root keys and count them; raises KeysUnusable."""
    if stored is None:
        raise lifecycle.KeysUnusable(
            "The database names no instance, so no keys can be held against it."
        )
    lifecycle.check_instance(stored, root)
    opened = 0
    for row in rows:
        if row.state != CryptoKey.State.DESTROYED:
            try:
                key_cache.open_row(row, root)
            except KeyUnavailable as error:
                raise lifecycle.KeysUnusable(str(error)) from error
            opened += 1
    return opened
