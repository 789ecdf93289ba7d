"""A running job as the code that carries it out sees it: is it cancelled, and how far is it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from operator import eq
from typing import Any, TypeVar

from kalixweb.core import database
from kalixweb.core.outages import is_of_database
from kalixweb.jobs import shutdown, transitions
from kalixweb.jobs.kinds import kind_of
from kalixweb.jobs.models import Job

WRITE_EVERY_SECONDS = 0.2
# Whether somebody stopped it, while nothing new is seen.
LOOK_EVERY_SECONDS = 1.0

T = TypeVar("T")


class JobContext:
    """Belongs to one claimed job, in the process that carries it out."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._kind = kind_of(type(job))
        self._stopped = threading.Event()
        self._callbacks: list[Callable[[], None]] = []
        self._looked = self._written = 0.0
        self._kept: Any = None
        self._moves_deadline()

    def is_cancelled(self) -> bool:
        """Whether it was stopped, its time is up, or this process ends."""
        return self._stopped.is_set() or shutdown.is_closing() or time.monotonic() > self._deadline

    def cancel(self) -> None:
        """Somebody stopped or deleted it."""
        self._stopped.set()
        for callback in self._callbacks:
            callback()

    @contextmanager
    def on_cancel(self, callback: Callable[[], None]) -> Iterator[None]:
        """Call back as soon as it is known that the job was stopped or that this process ends."""
        self._callbacks.append(callback)
        try:
            with shutdown.when_closing(callback):
                yield
        finally:
            self._callbacks.remove(callback)

    def keep(
        self,
        seen: T,
        columns: Callable[[T], dict[str, Any]],
        same: Callable[[T, T], bool] = eq,
    ) -> None:
        """Store how far the job is, at most five times a second and only what is new.

        Cancels the job when its row says that somebody stopped it.
        """
        now = time.monotonic()
        if now - self._written < WRITE_EVERY_SECONDS:
            return
        try:
            self._keep(now, seen, columns, same)
        except Exception as error:
            if not is_of_database(error):
                raise
            self._written = now  # the next time will do
        finally:
            database.release()

    def _keep(
        self,
        now: float,
        seen: T,
        columns: Callable[[T], dict[str, Any]],
        same: Callable[[T, T], bool],
    ) -> None:
        if self._kept is None or not same(self._kept, seen):
            goes_on = transitions.keep(self._job, **columns(seen))
            self._kept, self._written, self._looked = seen, now, now
        elif now - self._looked >= LOOK_EVERY_SECONDS:
            goes_on, self._looked = transitions.beat(self._job), now
        else:
            return
        if not goes_on:
            self.cancel()
        elif self._kind.signs_of_life:
            self._moves_deadline()

    def _moves_deadline(self) -> None:
        self._deadline = time.monotonic() + self._kind.longest.total_seconds()
