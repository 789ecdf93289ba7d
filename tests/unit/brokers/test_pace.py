"""Who may begin: a clicked test before those of many, and few of many at once."""

import threading
import time
from contextlib import ExitStack

import pytest

from brokers.services import pace


def _never() -> bool:
    return False


def _begins_within(seconds: float) -> bool:
    """Whether one more test of many gets its turn in that time."""
    end = time.monotonic() + seconds
    with pace.turn(lambda: time.monotonic() > end) as mine:
        return mine is not None


def test_only_a_few_tests_of_many_begin_at_once() -> None:
    with ExitStack() as stack:
        turns = [stack.enter_context(pace.turn(_never)) for _ in range(pace.BEGINNING_AT_ONCE)]
        assert not _begins_within(0.1)
        assert turns[0] is not None
        turns[0].leave()
        assert _begins_within(1.0)
    assert not pace._beginning


def test_one_that_waits_for_its_broker_lets_the_next_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "BEGINNING_SECONDS", 0.0)
    with ExitStack() as stack:
        turns = [stack.enter_context(pace.turn(_never)) for _ in range(pace.BEGINNING_AT_ONCE)]
        for turn in turns:
            assert turn is not None
            turn.settle()
        assert _begins_within(1.0)


def test_a_clicked_test_goes_first_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "LONGEST_DEFERENCE_SECONDS", 0.4)
    with pace.clicked():
        assert not _begins_within(0.1)
        assert _begins_within(2.0)


def test_the_end_of_a_clicked_test_lets_the_others_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "LONGEST_DEFERENCE_SECONDS", 60.0)
    begun, over = threading.Event(), threading.Event()

    def click() -> None:
        with pace.clicked():
            begun.set()
            over.wait(5)

    other = threading.Thread(target=click)
    other.start()
    begun.wait(5)
    assert not _begins_within(0.1)
    over.set()
    other.join(5)
    assert _begins_within(1.0)
