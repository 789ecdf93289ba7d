"""Lets the test that somebody waits for go first: a process computes one thing at a time.

A test computes for some milliseconds when it begins (TLS, SCRAM) and when it ends, and waits in
between. Forty tests of many that begin together would hold up a clicked one for a second or more;
of those that only wait for a silent broker there can be any number.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

BEGINNING_AT_ONCE = 4
# A test of many that has gone on for so long waits for its broker and computes no more.
BEGINNING_SECONDS = 0.3
# A clicked test of a silent broker takes many seconds, and holds nobody up all that time.
LONGEST_DEFERENCE_SECONDS = 1.0
_LOOK_AGAIN_SECONDS = 0.25

_changed = threading.Condition()
_clicked: set[int] = set()
_beginning: set[int] = set()


@contextmanager
def clicked() -> Iterator[None]:
    """Around a test that somebody waits for."""
    me = threading.get_ident()
    with _changed:
        _clicked.add(me)
    try:
        yield
    finally:
        with _changed:
            _clicked.discard(me)
            _changed.notify_all()


class Turn:
    """A test of many that begins. ``settle`` is called now and then while it goes on."""

    def __init__(self) -> None:
        self._ends = monotonic() + BEGINNING_SECONDS

    def settle(self) -> None:
        """Let the next one begin once this one has gone on for a while."""
        if monotonic() > self._ends:
            self.leave()

    def leave(self) -> None:
        with _changed:
            _beginning.discard(id(self))
            _changed.notify_all()


@contextmanager
def turn(given_up: Callable[[], bool]) -> Iterator[Turn | None]:
    """Wait until one more test of many may begin; None when ``given_up`` says so first."""
    deferred_until = monotonic() + LONGEST_DEFERENCE_SECONDS
    mine: Turn | None = None
    with _changed:
        while not given_up():
            defers = bool(_clicked) and monotonic() < deferred_until
            if len(_beginning) < BEGINNING_AT_ONCE and not defers:
                mine = Turn()
                _beginning.add(id(mine))
                break
            _changed.wait(_LOOK_AGAIN_SECONDS)
    try:
        yield mine
    finally:
        if mine is not None:
            mine.leave()
