"""What is away is told apart from faults of our own, and no error's text is repeated."""

import errno
import sqlite3

import psycopg
import pytest
from django.db import Error, IntegrityError, InternalError, OperationalError
from psycopg import errors
from redis.exceptions import ConnectionError as QueueAway

from kalixweb.core.outages import sentence_about


def sqlite(name: str) -> OperationalError:
    cause = sqlite3.OperationalError("a row with hunter2")
    cause.sqlite_errorname = name  # type: ignore[misc]
    error = OperationalError("a row with hunter2")
    error.__cause__ = cause
    return error


def postgres(cause: type[psycopg.Error], error: type[Error] = OperationalError) -> Error:
    raised = error("a row with hunter2")
    raised.__cause__ = cause("a row with hunter2")
    return raised


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (QueueAway("unix socket /hunter2"), "The queue"),
        (sqlite("SQLITE_FULL"), "is full, so nothing was saved"),
        (sqlite("SQLITE_IOERR_SHMSIZE"), "cannot be read or written"),
        (sqlite("SQLITE_BUSY"), "busy"),
        (OperationalError("connection to hunter2 refused"), "does not answer"),
        (postgres(errors.LockNotAvailable), "busy"),
        (postgres(errors.QueryCanceled), "busy"),
        (postgres(errors.DeadlockDetected), "busy"),
        (postgres(errors.IdleInTransactionSessionTimeout, InternalError), "busy"),
        (postgres(errors.DiskFull), "is full, so nothing was saved"),
        (postgres(errors.IoError), "cannot be read or written"),
        (postgres(errors.AdminShutdown), "does not answer"),
        (postgres(errors.TooManyConnections), "does not answer"),
        (postgres(psycopg.OperationalError), "does not answer"),
        (postgres(errors.ReadOnlySqlTransaction, InternalError), "takes no changes"),
        (OSError(errno.ENOSPC, "hunter2", "copy.db"), "The disk is full: copy.db"),
    ],
)
def test_what_is_away_has_a_sentence(error: Exception, says: str) -> None:
    sentence = sentence_about(error)
    assert sentence is not None
    assert says in sentence
    assert "hunter2" not in sentence


@pytest.mark.parametrize(
    "error",
    [
        sqlite("SQLITE_ERROR"),
        IntegrityError("x"),
        InternalError("x"),
        postgres(errors.InFailedSqlTransaction, InternalError),
        OSError(errno.EACCES, "x"),
        KeyError(),
    ],
)
def test_faults_of_our_own_have_none(error: Exception) -> None:
    assert sentence_about(error) is None
