"""Who may begin: a clicked job before bulk jobs, and few of those at once."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from kalixweb.jobs import scheduler


def _begins_within(seconds: float) -> bool:
    """Whether one more bulk job gets its turn in that time."""
    end = time.monotonic() + seconds
    with scheduler.bulk_may_begin(lambda: time.monotonic() > end) as mine:
        return mine


@contextmanager
def _begun(count: int) -> Iterator[threading.Event]:
    """So many bulk jobs that have begun, each in a thread; the event ends them."""
    over, barrier = threading.Event(), threading.Barrier(count + 1)

    def one() -> None:
        with scheduler.bulk_may_begin(lambda: False):
            barrier.wait(5)
            over.wait(5)

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    barrier.wait(5)
    try:
        yield over
    finally:
        over.set()
        for thread in threads:
            thread.join(5)


def test_only_a_few_tests_of_many_begin_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler, "BEGINNING_SECONDS", 60.0)
    with _begun(scheduler.BEGINNING_AT_ONCE) as over:
        assert not _begins_within(0.1)
        over.set()
        assert _begins_within(2.0)


def test_one_that_waits_for_its_broker_lets_the_next_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler, "BEGINNING_SECONDS", 0.3)
    with _begun(scheduler.BEGINNING_AT_ONCE):
        assert _begins_within(2.0)


def test_a_clicked_test_goes_first_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler, "LONGEST_DEFERENCE_SECONDS", 0.4)
    with scheduler.clicked():
        assert not _begins_within(0.1)
        assert _begins_within(2.0)


def test_the_end_of_a_clicked_test_lets_the_others_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler, "LONGEST_DEFERENCE_SECONDS", 60.0)
    begun, over = threading.Event(), threading.Event()

    def click() -> None:
        with scheduler.clicked():
            begun.set()
            over.wait(5)

    other = threading.Thread(target=click)
    other.start()
    begun.wait(5)
    assert not _begins_within(0.1)
    over.set()
    other.join(5)
    assert _begins_within(1.0)
