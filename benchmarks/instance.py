"""Starting, idling and stopping a real ``kalixweb up``, as a user meets it.

python -m benchmarks.instance
"""

import contextlib
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure, median, show
from benchmarks.filled import fill
from benchmarks.person import Person
from benchmarks.processes import cpu_ms, family, memory_mb
from tests.running import RunningInstance

ROUNDS = 5
IDLE_SECONDS = 10.0
SILENT = 20


def main() -> int:
    """0 when the medians keep their limits."""
    rounds = [_round() for _ in range(ROUNDS)]
    first, again, memory, idle, stop, busy = (median(taken) for taken in zip(*rounds, strict=True))
    note = f"median of {ROUNDS}"
    return show(
        "Starting and stopping",
        [
            Figure("first page after the very first start", first, "s", 6.0, note),
            Figure("first page after every other start", again, "s", 3.0, note),
            Figure("memory of all processes, idle (PSS)", memory, "MB", 260.0, note),
            Figure("processor while idle, of one core", idle, "%", None, f"over {IDLE_SECONDS} s"),
            Figure("stop", stop, "s", 2.0, note),
            Figure(f"stop with {SILENT} tests of silent brokers", busy, "s", 2.0, note),
        ],
    )


def _round() -> tuple[float, float, float, float, float, float]:
    folder = Path(tempfile.mkdtemp(prefix="kalixweb-benchmark-"))
    try:
        up = RunningInstance(folder)
        with up:
            first, link = up.started_in, up.setup_link
            assert link is not None
            person = Person.from_setup_link(link)
            memory, idle = _idle(up)
            stop = up.stop()
        with silent_server() as server, up:
            again = up.started_in
            _begin_silent(up, person, server)
            busy = up.stop()
        return first, again, memory, idle, stop, busy
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _idle(up: RunningInstance) -> tuple[float, float]:
    """Memory when the first page was shown and nobody does anything, and processor in percent."""
    processes = family(up.process.pid)
    time.sleep(2)
    before, began = cpu_ms(processes), time.monotonic()
    time.sleep(IDLE_SECONDS)
    used = (cpu_ms(processes) - before) / (time.monotonic() - began) / 10
    return memory_mb(processes), used


def _begin_silent(up: RunningInstance, person: Person, server: str) -> None:
    wanted = [
        {
            "name": f"silent-{n:02}",
            "server": server,
            "user": "a",
            "login": "a",
            "password": "p",
            "ca": "",
        }
        for n in range(SILENT)
    ]
    fill(up, "connections", wanted)
    person = person.at(up.url)
    for path in person.rows("connections").values():
        assert person.post(f"{path}test/", {}).status == 302
    # What is stopped are tests that wait for a broker, not tests that wait for a worker.
    time.sleep(2)


@contextlib.contextmanager
def silent_server() -> Iterator[str]:
    """Connections are taken by the system and never looked at by anybody."""
    with socket.create_server(("127.0.0.1", 0), backlog=4096) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


if __name__ == "__main__":
    sys.exit(main())
