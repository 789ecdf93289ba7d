"""What kalixweb stands on and may find away: database, its disk, queue, keys. A sentence for each.

Whoever meets such an error on a page reads what is missing instead of "something broke".
"""

import errno
import sqlite3
from http import HTTPStatus

from django.db import InternalError, OperationalError
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
_READ_ONLY = "The database takes no changes at the moment, as a standby does."

# SQLSTATE, whole or its class.
_POSTGRES = {
    "53100": _FULL,
    "58": _REFUSES,
    "08": _AWAY,
    "53": _AWAY,  # no session or no memory left
    "57P": _AWAY,  # it shuts down or starts
    "25006": _READ_ONLY,
    "55P03": _BUSY,  # lock_timeout
    "57014": _BUSY,  # statement_timeout
    "25P03": _BUSY,  # idle_in_transaction_session_timeout
    "40001": _BUSY,
    "40P01": _BUSY,
}


class Busy(Refusal):
    """Others held what is needed for too long, so nothing was stored."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    on_its_own = True

    def __init__(self) -> None:
        super().__init__(_BUSY)


def sentence_about(error: BaseException | None) -> str | None:
    """What is away, in words; None for an error of our own. Never repeats the error's text."""
    if isinstance(error, RedisError):
        return _QUEUE
    if isinstance(error, OperationalError | InternalError):
        return _about_database(error)
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return f"The disk is full: {error.filename or 'a file'} could not be written."
    if isinstance(error, Refusal) and error.status == HTTPStatus.SERVICE_UNAVAILABLE:
        return error.sentence
    return None


def is_of_database(error: BaseException) -> bool:
    """Whether the database is away or busy, which passes by itself."""
    away = isinstance(error, OperationalError | InternalError) and sentence_about(error) is not None
    return away or isinstance(error, Busy)


def _about_database(error: OperationalError | InternalError) -> str | None:
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        name: str = getattr(cause, "sqlite_errorname", "")
        known = {"SQLITE_FULL": _FULL, "SQLITE_BUSY": _BUSY, "SQLITE_LOCKED": _BUSY}
        disk = name.startswith(("SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN"))
        return known.get(name) or (_REFUSES if disk else None)
    state = getattr(cause, "sqlstate", None)
    if state is None:
        return _AWAY if isinstance(error, OperationalError) else None
    return next((_POSTGRES[key] for key in (state, state[:3], state[:2]) if key in _POSTGRES), None)
