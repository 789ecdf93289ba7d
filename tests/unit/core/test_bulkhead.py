"""Two of a web process's threads may wait for one project's locks, and the others are told so."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from kalixweb.core import bulkhead
from kalixweb.core.outages import Busy


@contextmanager
def request(project: str) -> Iterator[None]:
    """In a web request about the project, at the place where something is changed."""
    with bulkhead.web_request():
        bulkhead.is_about(project)
        with bulkhead.place():
            yield


@contextmanager
def held(project: str, count: int) -> Iterator[threading.Event]:
    """So many threads have a place until the event is set."""
    go_on, there = threading.Event(), threading.Barrier(count + 1)

    def hold() -> None:
        with request(project):
            there.wait()
            go_on.wait(10)

    threads = [threading.Thread(target=hold) for _ in range(count)]
    for thread in threads:
        thread.start()
    there.wait()
    yield go_on
    go_on.set()
    for thread in threads:
        thread.join()


def test_a_third_waits_a_moment_and_is_refused() -> None:
    with held("payments", 2):
        began = time.monotonic()
        with pytest.raises(Busy), request("payments"):
            pass
        assert time.monotonic() - began < 0.7


def test_once_they_have_waited_for_long_a_third_is_refused_at_once() -> None:
    with held("payments", 2):
        time.sleep(bulkhead.PATIENCE_SECONDS)
        began = time.monotonic()
        with pytest.raises(Busy), request("payments"):
            pass
        assert time.monotonic() - began < 0.1


def test_a_third_has_the_place_that_gets_free() -> None:
    with held("payments", 2) as go_on:
        threading.Timer(0.1, go_on.set).start()
        with request("payments"):
            pass


def test_other_projects_the_instance_and_commands_have_their_own() -> None:
    with held("payments", 2):
        with request("orders"), bulkhead.place():
            pass
        with bulkhead.web_request(), bulkhead.place():
            pass
        with bulkhead.place():
            pass
    assert not bulkhead._places
