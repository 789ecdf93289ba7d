"""A worker that ends takes its jobs along, so that no page waits for them."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_closing = threading.Event()
_callbacks: set[Callable[[], None]] = set()


def is_closing() -> bool:
    """Whether this process ends: it begins no other job."""
    return _closing.is_set()


def close() -> None:
    """Cancel every job of this process and begin no other."""
    _closing.set()
    for callback in list(_callbacks):
        callback()


@contextmanager
def when_closing(callback: Callable[[], None]) -> Iterator[None]:
    """Call back when the process ends meanwhile, or at once when it does so already."""
    _callbacks.add(callback)
    try:
        if _closing.is_set():
            callback()
        yield
    finally:
        _callbacks.discard(callback)
