"""Puts backups in place: proves first that keys and database fit, and overwrites nothing."""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection

from kalixweb.core.paths import data_folder
from kalixweb.core.refusals import Refusal
from kalixweb.core.secret_value import SecretValue
from kalixweb.keys import database_copy, inspection, key_backup, keyring
from kalixweb.keys.keyring import Keyring
from kalixweb.keys.providers import FileRootKeys
from kalixweb.launcher import folder
from kalixweb.operations.files import refuse_existing, staged
from kalixweb.operations.key_files import make_signing_key_if_missing


class NotRestored(Refusal):
    """The backups do not fit or have no place; everything is as it was."""

    status = HTTPStatus.CONFLICT


class NotBackups(Refusal):
    """The files that were given are not one backup of each kind at most."""


@dataclass(slots=True)
class Files:
    """The backups that were given, at most one of each."""

    database: Path | None = None
    keys: Path | None = None


@dataclass(slots=True)
class Restored:
    """What a restore proved and did."""

    instance: UUID
    opened: int
    placed: list[Path] = field(default_factory=list)


def sort_files(paths: Iterable[Path]) -> Files:
    """Tell the files apart by how they begin; raises NotBackups."""
    chosen = Files()
    for path in paths:
        with path.open("rb") as file:
            start = file.read(16)
        if key_backup.is_key_backup(start):
            kind = "keys"
        elif start == database_copy.MAGIC:
            kind = "database"
        else:
            raise NotBackups(
                f"{path} is neither a key backup nor an embedded database. A dump of PostgreSQL "
                "goes back with pg_restore."
            )
        if getattr(chosen, kind):
            raise NotBackups(f"{path} is a second backup of the {kind}; one is enough.")
        setattr(chosen, kind, path)
    return chosen


def restore(chosen: Files, passphrase: SecretValue | None) -> Restored:
    """Prove, then put in place; raises NotRestored, FileInTheWay or CannotBeWritten, and leaves
    everything as it was."""
    ring_path = Path(settings.KALIXWEB_KEYRING)
    if chosen.keys:
        refuse_existing(ring_path)
    database_path = _place_of_database() if chosen.database else None
    ring = _ring(chosen, passphrase, ring_path)
    done = _proven(chosen, ring)
    with _data_folder_held():
        if chosen.database and database_path:
            with staged(database_path) as draft:
                shutil.copyfile(chosen.database, draft)
                _place_keys(chosen, ring, ring_path, done)
            done.placed.append(database_path)
        else:
            _place_keys(chosen, ring, ring_path, done)
    return done


def _place_of_database() -> Path:
    if connection.vendor != "sqlite":
        raise NotRestored("DATABASE_URL names PostgreSQL; an embedded database has no place.")
    path = Path(connection.settings_dict["NAME"])
    for suffix in ("", "-wal", "-shm"):
        refuse_existing(path.with_name(path.name + suffix))
    return path


@contextmanager
def _data_folder_held() -> Iterator[None]:
    """The data folder made private and kept from being started meanwhile."""
    try:
        folder.prepare_folder(data_folder())
        lock = folder.hold(data_folder())
    except folder.FolderUnusable as unusable:
        raise NotRestored(f"Nothing was restored. {unusable}") from unusable
    try:
        yield
    finally:
        os.close(lock)


def _place_keys(chosen: Files, ring: Keyring, path: Path, done: Restored) -> None:
    """The keyring, and a new signing key where there is none: sessions end, secrets do not."""
    if chosen.keys:
        keyring.write_new(path, keyring.dump(ring))
        done.placed.append(path)
    make_signing_key_if_missing()


def _ring(chosen: Files, passphrase: SecretValue | None, path: Path) -> Keyring:
    try:
        if chosen.keys and passphrase:
            contents = key_backup.unseal(chosen.keys.read_bytes(), passphrase)
            return keyring.parse(contents, str(chosen.keys))
        return keyring.load(path)
    except keyring.KeyringMissing:
        raise NotRestored(
            f"Nothing was restored: there is no keyring at {path}, so nothing in the database "
            "could be read. Give the key backup as well: kalixweb restore FILE KEYFILE"
        ) from None
    except Refusal as refused:
        raise NotRestored(f"Nothing was restored. {refused.sentence}") from refused


def _proven(chosen: Files, ring: Keyring) -> Restored:
    """Open every stored key of the database that will be used with this keyring."""
    try:
        if chosen.database:
            database_copy.check(chosen.database)
            stored, rows = database_copy.stored_keys(chosen.database)
        else:
            stored, rows = inspection.stored_keys()
        opened = inspection.prove_fit(stored, rows, FileRootKeys(ring))
    except Refusal as refused:
        raise NotRestored(f"Nothing was restored. {refused.sentence}") from refused
    except DatabaseError as error:
        raise NotRestored(
            "Nothing was restored: there is no database to hold the keys against. "
            "Restore the database first, or give its backup as well."
        ) from error
    return Restored(ring.instance, opened)
