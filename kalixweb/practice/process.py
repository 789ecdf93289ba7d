"""A process that outlives its command, and that is found again without ever mistaking a stranger.

A pid alone may belong to another process by now; pid and start time together cannot.
"""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True)
class Process:
    """A process of ours: its id, and when the system says that it started."""

    pid: int
    started: str

    def alive(self) -> bool:
        """Whether exactly this process still runs."""
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, os.WNOHANG)  # reaps it, where it was started by this very process
        return bool(self.started) and _started(self.pid) == self.started

    def stop(self, patience: float = 15.0) -> None:
        """End it: asked first, killed after ``patience`` seconds. Returns when it is gone."""
        for kind, seconds in ((signal.SIGTERM, patience), (signal.SIGKILL, 5.0)):
            if not self.alive():
                return
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, kind)
            end = time.monotonic() + seconds
            while self.alive() and time.monotonic() < end:
                time.sleep(0.02)

    def write(self, path: Path) -> None:
        """Keep it for a later command; the file is 0600."""
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(asdict(self), file)

    @classmethod
    def read(cls, path: Path) -> Self | None:
        """The process that was kept there if it still runs, else None."""
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
            found = cls(pid=int(kept["pid"]), started=str(kept["started"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return found if found.alive() else None


def start(command: Sequence[str], *, folder: Path, log: Path) -> Process:
    """Start a command in a session of its own, with all output in ``log`` (made anew, 0600)."""
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        # The shell only sets what cannot be set otherwise, and then becomes the command.
        pid = os.posix_spawn(
            "/bin/sh",
            ["sh", "-c", 'umask 077; cd "$0" && exec "$@"', str(folder), *command],
            dict(os.environ),
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_DUP2, output, 1),
                (os.POSIX_SPAWN_DUP2, output, 2),
            ],
            setsid=True,
        )
    finally:
        os.close(output)
    return Process(pid, _started(pid))


def _started(pid: int) -> str:
    """When the process started, in the system's own words; "" when it is gone or a zombie."""
    stat = Path(f"/proc/{pid}/stat")
    if not Path("/proc/self/stat").exists():
        return _started_by_ps(pid)
    try:
        # The command's name, in brackets, may hold anything; what follows it is fixed.
        fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else f"{boot} {fields[19]}"


def _started_by_ps(pid: int) -> str:
    line = ["ps", "-p", str(pid), "-o", "state=,lstart="]
    answer = subprocess.run(line, capture_output=True, text=True, check=False).stdout.strip()
    return "" if answer.startswith("Z") else answer.partition(" ")[2].strip()
