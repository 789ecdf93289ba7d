"""Keeps one project's locks from taking all threads of a web process.

Whoever changes something may have to wait for a lock that another process holds. At most two of
the eight threads of a web process do that for one project at a time; what else is asked of the
project is refused with a 503, and the other threads go on for everybody else.
"""

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic

from kalixweb.core.outages import Busy

MOST_AT_ONCE = 2
# A change takes some hundredths of a second: who has a place for longer waits for a lock.
PATIENCE_SECONDS = 0.5

_compartment: ContextVar[str | None] = ContextVar("kalixweb_bulkhead", default=None)
_changed = threading.Condition()
_places: dict[str, list[float]] = defaultdict(list)  # when each was taken, the newest last


@contextmanager
def web_request() -> Iterator[None]:
    """Around a request: it takes its places among those of the instance, or of its project."""
    token = _compartment.set("")
    try:
        yield
    finally:
        _compartment.reset(token)


def is_about(project: str) -> None:
    """Say which project the request of this thread is about."""
    _compartment.set(project)


@contextmanager
def place() -> Iterator[None]:
    """Around what may wait for locks. Raises Busy; outside web requests there are places enough."""
    name = _compartment.get()
    if name is None:
        yield
        return
    taken_at = _take(name)
    try:
        yield
    finally:
        _give_back(name, taken_at)


def _take(name: str) -> float:
    began = monotonic()
    with _changed:
        while len(_places[name]) >= MOST_AT_ONCE:
            # In vain, if all who have a place have been waiting themselves for so long.
            left = min(began, _places[name][-1]) + PATIENCE_SECONDS - monotonic()
            if left <= 0:
                raise Busy
            _changed.wait(left)
        _places[name].append(now := monotonic())
    return now


def _give_back(name: str, taken_at: float) -> None:
    with _changed:
        _places[name].remove(taken_at)
        if not _places[name]:
            del _places[name]
        _changed.notify_all()
