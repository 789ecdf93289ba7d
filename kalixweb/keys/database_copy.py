"""Copies of an embedded database: made while it serves, and asked which keys they need."""

import sqlite3
from contextlib import closing
from http import HTTPStatus
from pathlib import Path
from uuid import UUID

from kalixweb.core.refusals import Refusal
from kalixweb.keys.models import CryptoKey

MAGIC = b"SQLite format 3\x00"

_COLUMNS = ("kid", "project", "purpose", "epoch", "state", "wrapped", "provider", "kek_id", "kcv")


class CopyDamaged(Refusal):
    """A database file is not whole; the message says what SQLite found."""

    status = HTTPStatus.CONFLICT


def save(source: Path, target: Path) -> None:
    """Write a consistent copy of a database that others are writing to; ``target`` is new.

    The copy is one file without a journal, and was checked. Raises CopyDamaged.
    """
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as serving,
            closing(sqlite3.connect(target)) as copy,
        ):
            serving.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise CopyDamaged(f"{source} could not be copied: SQLite says “{error}”.") from error
    check(target)


def check(path: Path) -> None:
    """Raise CopyDamaged unless SQLite finds the file whole."""
    try:
        with closing(_open(path)) as database:
            answer = database.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        answer = str(error)
    if answer != "ok":
        raise CopyDamaged(f"{path} is damaged: SQLite says “{answer}”. Use another backup.")


def stored_keys(path: Path) -> tuple[UUID | None, list[CryptoKey]]:
    """(instance, key rows) of a database file; raises CopyDamaged when it has no such tables."""
    try:
        with closing(_open(path)) as database:
            instance = database.execute("SELECT instance FROM keys_instance").fetchone()
            select = f"SELECT {', '.join(_COLUMNS)} FROM crypto_key"  # noqa: S608 - our own names
            rows = database.execute(select).fetchall()
    except sqlite3.DatabaseError as error:
        raise CopyDamaged(
            f"{path} is not a database of kalixweb: SQLite says “{error}”. Use another backup."
        ) from None
    return (UUID(instance[0]) if instance else None), [_row(values) for values in rows]


def _open(path: Path) -> sqlite3.Connection:
    # immutable: a backup is never written to, not even by SQLite's own files beside it.
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)


def _row(values: tuple[object, ...]) -> CryptoKey:
    row = CryptoKey(**dict(zip(_COLUMNS, values, strict=True)))
    row.project = UUID(str(row.project)) if row.project else None
    return row
