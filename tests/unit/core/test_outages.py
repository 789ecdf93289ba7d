"""What is away is told apart from faults of our own, and no error's text is repeated."""

import errno
import sqlite3

import pytest
from django.db import IntegrityError, OperationalError
from redis.exceptions import ConnectionError as QueueAway

from kalixweb.core.outages import sentence_about


def sqlite(name: str) -> OperationalError:
    cause = sqlite3.OperationalError("a row with hunter2")
    cause.sqlite_errorname = name  # type: ignore[misc]
    error = OperationalError("a row with hunter2")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (QueueAway("unix socket /hunter2"), "The queue"),
        (sqlite("SQLITE_FULL"), "is full, so nothing was saved"),
        (sqlite("SQLITE_IOERR_SHMSIZE"), "cannot be read or written"),
        (sqlite("SQLITE_BUSY"), "busy"),
        (OperationalError("connection to hunter2 refused"), "does not answer"),
        (OSError(errno.ENOSPC, "hunter2", "copy.db"), "The disk is full: copy.db"),
    ],
)
def test_what_is_away_has_a_sentence(error: Exception, says: str) -> None:
    sentence = sentence_about(error)
    assert sentence is not None
    assert says in sentence
    assert "hunter2" not in sentence


@pytest.mark.parametrize(
    "error", [sqlite("SQLITE_ERROR"), IntegrityError("x"), OSError(errno.EACCES, "x"), KeyError()]
)
def test_faults_of_our_own_have_none(error: Exception) -> None:
    assert sentence_about(error) is None
