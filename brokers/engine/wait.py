"""The one waiting function. Every wait of a test has a deadline and can be cancelled.

A deadline knows whose limit it is: a stage that meets its own limit names its own fault, the
limits of the node and the run are the runner's (``run.deadline``).
"""

import os
import selectors
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, Self

Scope = Literal["probe", "stage", "node", "run"]


class HasFileno(Protocol):
    def fileno(self) -> int: ...


class DeadlinePassed(Exception):
    """The time is over. ``scope`` says whose: catch "stage" (and "probe"), let the others rise."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(f"the time limit of this {scope} was reached")
        self.scope: Scope = scope


class Cancelled(Exception):
    """The run was stopped. Stages never catch this."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment on the monotonic clock, in seconds, and whose limit it is."""

    at: float
    scope: Scope

    @classmethod
    def after(cls, seconds: float, scope: Scope) -> Self:
        return cls(time.monotonic() + seconds, scope)

    def within(self, seconds: float, scope: Scope) -> "Deadline":
        """The nearer of this deadline and one in so many seconds."""
        inner = Deadline.after(seconds, scope)
        return inner if inner.at < self.at else self

    def stage(self, seconds: float) -> "Deadline":
        return self.within(seconds, "stage")

    def probe(self, seconds: float) -> "Deadline":
        return self.within(seconds, "probe")

    def remaining(self) -> float:
        """Seconds left; raises DeadlinePassed when there are none."""
        left = self.at - time.monotonic()
        if left <= 0:
            raise DeadlinePassed(self.scope)
        return left


class Cancel:
    """Stops a run from another thread: one pipe that every wait of the run also listens to."""

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe()
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._closed = False

    def fileno(self) -> int:
        return self._reader

    @property
    def is_set(self) -> bool:
        return self._event.is_set()

    def set(self) -> None:
        with self._lock:
            if not self._event.is_set() and not self._closed:
                self._event.set()
                os.write(self._writer, b"x")

    def check(self) -> None:
        """Raises Cancelled when the run was stopped."""
        if self._event.is_set():
            raise Cancelled

    def close(self) -> None:
        with self._lock:
            if not self._closed:
                self._closed = True
                self._event.set()
                os.write(self._writer, b"x")
                os.close(self._reader)
                os.close(self._writer)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def any_writable(
    sources: Sequence[HasFileno], deadline: Deadline, cancel: Cancel
) -> list[HasFileno]:
    """Those of ``sources`` that can be written, at least one; raises as ``readable``."""
    return _wait(sources, selectors.EVENT_WRITE, deadline, cancel)


def readable(source: HasFileno, deadline: Deadline, cancel: Cancel) -> None:
    """Returns when ``source`` can be read; raises DeadlinePassed or Cancelled."""
    _wait([source], selectors.EVENT_READ, deadline, cancel)


def writable(source: HasFileno, deadline: Deadline, cancel: Cancel) -> None:
    """Returns when ``source`` can be written; raises DeadlinePassed or Cancelled."""
    _wait([source], selectors.EVENT_WRITE, deadline, cancel)


def _wait(
    sources: Sequence[HasFileno], events: int, deadline: Deadline, cancel: Cancel
) -> list[HasFileno]:
    cancel.check()
    # poll needs no descriptor of its own and, unlike select, takes descriptors above 1024.
    with selectors.PollSelector() as selector:
        for source in sources:
            selector.register(source.fileno(), events, source)
        selector.register(cancel.fileno(), selectors.EVENT_READ)
        ready = [key.data for key, _ in selector.select(deadline.remaining()) if key.data]
    cancel.check()
    if not ready:
        raise DeadlinePassed(deadline.scope)
    return ready
