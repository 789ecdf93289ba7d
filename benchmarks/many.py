"""Many tests at once: 1,000 configurations in one process of 50 threads, 200 of them silent.

python -m benchmarks.many
"""

import contextlib
import socket
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.practice_kafka import machine, run, running, target
from brokers.engine.target import Target

TESTS, SILENT, THREADS = 1000, 200, 50
MOST_SECONDS, MOST_MB = 60.0, 300.0


def main() -> int:
    """0 when time and memory keep their limits."""
    print(machine())
    with running() as practice, _silent_server() as silent:
        good = practice.listeners["good"]
        one, mute = target(good), target(good, servers=silent)
        targets = [mute if n % (TESTS // SILENT) == 0 else one for n in range(TESTS)]
        run(one)  # imports and first connections are not what is measured
        before = _memory("VmRSS")
        start = time.perf_counter()
        with ThreadPoolExecutor(THREADS) as pool:
            outcomes = Counter(pool.map(_outcome, targets))
        seconds, peak = time.perf_counter() - start, _memory("VmHWM")
    print(f"{TESTS} tests, {SILENT} of them silent, {THREADS} threads, one process")
    print(f"outcomes   {dict(outcomes)}")
    print(f"time       {seconds:6.1f} s   (at most {MOST_SECONDS:.0f})")
    print(f"memory     {peak:6.1f} MB at its highest, {before:.1f} before (at most {MOST_MB:.0f})")
    right = outcomes == {"passed": TESTS - SILENT, "tls.silent": SILENT}
    return 0 if right and seconds <= MOST_SECONDS and peak <= MOST_MB else 1


def _outcome(one: Target) -> str:
    verdict = run(one).verdict
    assert verdict is not None
    return verdict.fault or verdict.state


@contextlib.contextmanager
def _silent_server() -> Iterator[str]:
    """Connections are taken by the system and never looked at by anybody."""
    with socket.create_server(("127.0.0.1", 0), backlog=4096) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


def _memory(field: str) -> float:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(field):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    sys.exit(main())
