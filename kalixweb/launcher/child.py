"""One child process: started in a group of its own, watched, ended with its parent.

A terminal's Ctrl-C reaches the launcher alone, because every child has its own process group; a
launcher that is killed takes its children along, because the kernel signals them (Linux).
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def _die_with_parent() -> None:
    """Runs between fork and exec; must be forked from the main thread, whose end is watched."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """A command that is to be running: ``start``, ``poll``, ``stop``, and again.

    ``stdout`` is as for Popen; what a child logs comes on standard error.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    stdout: int | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    started: float = field(default=0.0, init=False)

    def start(self, *, pass_fds: Sequence[int] = (), **env: str) -> None:
        """Fork and exec, from the main thread; ``env`` is added to the child's for this start."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            list(self.argv),
            env={**self.env, **env},
            pass_fds=pass_fds,
            stdin=subprocess.DEVNULL,
            stdout=self.stdout,
            start_new_session=True,
            # Safe after a fork: the launcher has no other thread.
            preexec_fn=_die_with_parent,  # noqa: PLW1509
        )

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def lived(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.started

    def signal(self, number: signal.Signals) -> None:
        """Signal the child alone; one that has ended is left alone."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    def kill_group(self) -> None:
        """End the child and all that it started."""
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        finally:
            self.process.wait()
