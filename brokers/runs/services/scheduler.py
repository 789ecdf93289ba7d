"""Lets the test that somebody waits for go first: a process computes one thing at a time.

A test computes for some milliseconds when it begins (TLS, SCRAM) and when it ends, and waits in
between. Forty tests of many that begin together would hold up a clicked one for a second or more;
of those that only wait for a silent broker there can be any number.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

BEGINNING_AT_ONCE = 2
# A test of many that has gone on for so long waits for its broker and computes no more.
BEGINNING_SECONDS = 0.2
# A clicked test of a silent broker takes many seconds, and holds nobody up all that time.
LONGEST_DEFERENCE_SECONDS = 1.0
_LOOK_AGAIN_SECONDS = 0.25

_changed = threading.Condition()
_clicked: set[int] = set()
_beginning: dict[int, float] = {}  # thread: when its test has begun


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


@contextmanager
def turn(given_up: Callable[[], bool]) -> Iterator[bool]:
    """Wait until one more test of many may begin; False when ``given_up`` says so first."""
    me = threading.get_ident()
    deferred_until = monotonic() + LONGEST_DEFERENCE_SECONDS
    mine = False
    with _changed:
        while not mine and not given_up():
            now = monotonic()
            ends = [end for end in _beginning.values() if end > now]
            defers = bool(_clicked) and now < deferred_until
            if len(ends) < BEGINNING_AT_ONCE and not defers:
                mine = True
                _beginning[me] = now + BEGINNING_SECONDS
            else:
                _changed.wait(min([_LOOK_AGAIN_SECONDS, *(end - now for end in ends)]))
    try:
        yield mine
    finally:
        with _changed:
            _beginning.pop(me, None)
            _changed.notify_all()
