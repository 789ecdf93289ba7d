"""getaddrinfo with a time limit: it cannot be cancelled, so its thread is left behind.

At most 16 of them exist in the process. A look-up that finds none free waits for its deadline.
"""

import os
import queue
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from brokers.engine import wait
from brokers.engine.wait import Cancel, Deadline

MAX_THREADS = 16
_IDLE_SECONDS = 10.0

LookUp = Callable[[str], list[str]]


def addresses_of(host: str) -> list[str]:
    """All addresses of a name, in the resolver's order, each once; raises socket.gaierror."""
    answers = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


@dataclass(eq=False)
class _Job:
    host: str
    look_up: LookUp
    found: list[str] = field(default_factory=list)
    error: Exception | None = None
    abandoned: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.reader, self._writer = os.pipe()

    def fileno(self) -> int:
        return self.reader

    def work(self) -> None:
        if not self.abandoned:
            try:
                self.found = self.look_up(self.host)
            except Exception as error:  # noqa: BLE001 - handed over to the thread that waits
                self.error = error
        with self._lock:
            if not self.abandoned:
                os.write(self._writer, b"x")

    def leave(self) -> None:
        with self._lock:
            self.abandoned = True
            os.close(self.reader)
            os.close(self._writer)


class _Threads:
    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._alive = 0
        self._idle = 0

    def submit(self, job: _Job) -> None:
        with self._lock:
            self._jobs.put(job)
            if self._idle < self._jobs.qsize() and self._alive < MAX_THREADS:
                self._alive += 1
                threading.Thread(target=self._run, name="resolve", daemon=True).start()

    def _run(self) -> None:
        while True:
            with self._lock:
                self._idle += 1
            try:
                job = self._jobs.get(timeout=_IDLE_SECONDS)
            except queue.Empty:
                with self._lock:
                    self._idle -= 1
                    if self._jobs.empty():
                        self._alive -= 1
                        return
                continue
            with self._lock:
                self._idle -= 1
            job.work()


_threads = _Threads()


def _after_fork() -> None:
    global _threads  # noqa: PLW0603 - threads do not survive a fork
    _threads = _Threads()


os.register_at_fork(after_in_child=_after_fork)


def look_up(host: str, deadline: Deadline, cancel: Cancel) -> list[str]:
    """As ``addresses_of``; also raises DeadlinePassed and Cancelled."""
    job = _Job(host, addresses_of)
    try:
        _threads.submit(job)
        wait.readable(job, deadline, cancel)
    finally:
        job.leave()
    if job.error is not None:
        raise job.error
    return job.found
