"""What kalixweb stands on and may find away: database, its disk, queue, keys. A sentence for each.

Whoever meets such an error on a page reads what is missing instead of "something broke".
"""

import errno
import sqlite3
from http import HTTPStatus

from django.db import OperationalError
from redis.exceptions import RedisError

from kalixweb.core.refusals import Refusal

_QUEUE = (
    "The queue, which also counts sign-ins and tests, does not take this. It is needed for it: try "
    "again in a moment."
)
_FULL = "The disk that holds the database is full, so nothing was saved. Free some space on it."
_REFUSES = (
    "The disk that holds the database cannot be read or written, as when it is full. Free some "
    "space on it, or see whether it is whole."
)
_BUSY = "The database was busy with other changes for too long. Try again."
_AWAY = "The database does not answer."

# PostgreSQL's class 53 "insufficient resources", of which this is the disk.
_DISK_FULL = "53100"


def sentence_about(error: BaseException | None) -> str | None:
    """What is away, in words; None for an error of our own. Never repeats the error's text."""
    if isinstance(error, RedisError):
        return _QUEUE
    if isinstance(error, OperationalError):
        return _about_database(error.__cause__)
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return f"The disk is full: {error.filename or 'a file'} could not be written."
    if isinstance(error, Refusal) and error.status == HTTPStatus.SERVICE_UNAVAILABLE:
        return error.sentence
    return None


def _about_database(cause: BaseException | None) -> str | None:
    if isinstance(cause, sqlite3.Error):
        name: str = getattr(cause, "sqlite_errorname", "")
        known = {"SQLITE_FULL": _FULL, "SQLITE_BUSY": _BUSY, "SQLITE_LOCKED": _BUSY}
        disk = name.startswith(("SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN"))
        return known.get(name) or (_REFUSES if disk else None)
    state = getattr(cause, "sqlstate", None)
    if state is None:
        return _AWAY
    return _FULL if state == _DISK_FULL else None
