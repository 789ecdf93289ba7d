"""One refused login a run: one node logs in first, the others wait for how it ends."""

import threading
from enum import Enum

from brokers.probe.wait import Cancel, Deadline

_SLICE_SECONDS = 0.2


class _State(Enum):
    UNTRIED = "untried"
    TRYING = "trying"
    OPEN = "open"
    REFUSED = "refused"


class LoginGate:
    """``enter`` before the login, ``leave`` after it, also when it ends by an exception."""

    def __init__(self) -> None:
        self._state = _State.UNTRIED
        self._changed = threading.Condition()

    def enter(self, deadline: Deadline, cancel: Cancel) -> bool:
        """Waits for its turn; False when the login was refused elsewhere and must not be tried.

        Raises DeadlinePassed or Cancelled.
        """
        with self._changed:
            while self._state is _State.TRYING:
                cancel.check()
                self._changed.wait(min(_SLICE_SECONDS, deadline.remaining()))
            if self._state is _State.UNTRIED:
                self._state = _State.TRYING
            return self._state is not _State.REFUSED

    def leave(self, *, accepted: bool, spent: bool) -> None:
        """``spent``: a proof or the user's name was refused, or may have been."""
        with self._changed:
            if accepted:
                self._state = _State.OPEN
            elif spent:
                self._state = _State.REFUSED
            elif self._state is _State.TRYING:
                self._state = _State.UNTRIED
            self._changed.notify_all()
