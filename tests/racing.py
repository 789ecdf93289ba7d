"""Calls of several people at the same moment, each in a thread with a connection of its own."""

import threading
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

import pytest
from django.db import connection as database


def at_once(*calls: Callable[[], object]) -> list[BaseException]:
    """Begin all of them together and wait for the last one; what they raised."""
    failures: list[BaseException] = []
    ready = threading.Barrier(len(calls))

    def go(call: Callable[[], object]) -> None:
        ready.wait()
        try:
            call()
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            failures.append(error)
        finally:
            database.close()

    threads = [threading.Thread(target=go, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def linger_after(
    monkeypatch: pytest.MonkeyPatch, module: object, name: str, seconds: float = 0.3
) -> None:
    """Let whoever has called ``module.name`` wait a moment with what it answered."""
    real = getattr(module, name)

    @wraps(real)
    def slow(*args: Any, **kwargs: Any) -> Any:
        answer = real(*args, **kwargs)
        time.sleep(seconds)
        return answer

    monkeypatch.setattr(module, name, slow)


def meet_before(monkeypatch: pytest.MonkeyPatch, module: object, name: str, parties: int) -> None:
    """Let all who call ``module.name`` begin together, so that all saw the same before."""
    real, here = getattr(module, name), threading.Barrier(parties, timeout=30)

    @wraps(real)
    def together(*args: Any, **kwargs: Any) -> Any:
        here.wait()
        return real(*args, **kwargs)

    monkeypatch.setattr(module, name, together)
