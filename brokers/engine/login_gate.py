"""One refused login a run: whoever may be refused logs in alone, the others wait for how it ends.

A bootstrap server may belong to another cluster than the one before it, and with PLAIN each broker
may hold a password of its own: these are always alone. SCRAM users belong to the cluster: once one
broker that it advertised has accepted the login, the others that it advertised try at once.
"""

import threading

from brokers.engine.wait import Cancel, Deadline

_SLICE_SECONDS = 0.2


class LoginGate:
    """``enter`` before the login, ``leave`` after it, also when it ends by an exception."""

    def __init__(self) -> None:
        self._inside = 0
        self._alone = False
        self._is_trusted = False
        self._refused = False
        self._changed = threading.Condition()

    def enter(self, deadline: Deadline, cancel: Cancel, *, shared: bool = False) -> bool:
        """Waits for its turn; False when the login was refused elsewhere and must not be tried.

        ``shared``: a broker that need not be alone once another of them has accepted the login.
        Raises DeadlinePassed or Cancelled.
        """
        with self._changed:
            while not self._refused and self._must_wait(shared):
                cancel.check()
                self._changed.wait(min(_SLICE_SECONDS, deadline.remaining()))
            if self._refused:
                return False
            self._inside += 1
            self._alone = not (shared and self._is_trusted)
            return True

    def leave(self, *, accepted: bool, spent: bool, shared: bool = False) -> None:
        """``spent``: a proof or the user's name was refused, or may have been."""
        with self._changed:
            self._inside -= 1
            self._alone = False
            self._is_trusted = self._is_trusted or (accepted and shared)
            self._refused = self._refused or (spent and not accepted)
            self._changed.notify_all()

    def _must_wait(self, shared: bool) -> bool:  # noqa: FBT001
        return self._alone or (self._inside > 0 and not (shared and self._is_trusted))
