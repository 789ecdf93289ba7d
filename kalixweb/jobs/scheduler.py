"""How many jobs run at a time in one process, and which of them begins first.

A job that somebody clicked goes before the jobs of a bulk request. A job may compute for some
milliseconds when it begins (TLS, SCRAM) and when it ends, and wait in between: forty bulk jobs that
begin together would hold up a clicked one for a second or more; of those that only wait for a
silent server there can be any number.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from time import monotonic

BEGINNING_AT_ONCE = 2
# A bulk job that has gone on for so long waits for somebody and computes no more.
BEGINNING_SECONDS = 0.2
# A clicked job may wait for a silent server for many seconds, and holds nobody up all that time.
LONGEST_DEFERENCE_SECONDS = 1.0
_LOOK_AGAIN_SECONDS = 0.25

_changed = threading.Condition()
_clicked: set[int] = set()
_beginning: dict[int, float] = {}  # thread: when its job has begun


class Slots:
    """So many threads of this process at a time."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._lock = threading.Lock()
        self._taken = 0

    @property
    def free(self) -> int:
        return self.most - self._taken

    @contextmanager
    def take(self) -> Iterator[bool]:
        """Hold one; yields False, holding none, when all are taken."""
        with self._lock:
            mine = self._taken < self.most
            self._taken += mine
        try:
            yield mine
        finally:
            with self._lock:
                self._taken -= mine


class Bulk:
    """The jobs of a kind that were asked for many at once, which no message names.

    They are told by the columns in ``where``. Each message of ``task`` makes one worker thread
    carry them out, one after the other, in one of the ``slots``.
    """

    def __init__(self, *, where: Mapping[str, str], task: str, slots: Slots) -> None:
        self.where = dict(where)
        self.task = task
        self.slots = slots
        # One thread looks at a time: forty would ask for the same job.
        self.picking = threading.Lock()
        self.all_busy_at: float | None = None


@contextmanager
def clicked() -> Iterator[None]:
    """Around a job that somebody waits for."""
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
def bulk_may_begin(given_up: Callable[[], bool]) -> Iterator[bool]:
    """Wait until one more bulk job may begin; False when ``given_up`` says so first."""
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
