"""1,000 saved connections, 200 of them silent, tested once by the one worker of a real instance.

python -m benchmarks.bulk
"""

import socket
import sys
import time
from contextlib import ExitStack

from benchmarks import practice_kafka, rows
from benchmarks.figures import Figure, median, show
from benchmarks.filled import fill
from benchmarks.person import PROJECT, Person
from benchmarks.processes import cpu_ms, family, memory_mb
from kalixweb.practice.listeners import CLOSED_OFFSET
from kalixweb.practice.server import Practice
from tests.running import RunningInstance

TESTS, SILENT, LOGINS = 1000, 200, 50
# A test of many keeps at most six tests at one host and port, so the silent ones need many.
SILENT_PORTS = 40
HEALTHY = ("good", "tls12", "soon")
FAILING = ("expired", "wrongname", "otherca", "mtls", "plain", "advrefused", "selfsigned")
MOST_SECONDS, MOST_MB, MOST_WAIT = 60.0, 300.0, 0.5
GIVE_UP_SECONDS = 240.0
CLICK_EVERY_SECONDS = 3.0


def main() -> int:
    """0 when time, memory and the clicks keep their limits."""
    with ExitStack() as stack:
        practice = stack.enter_context(practice_kafka.running())
        silent = [_silent(stack) for _ in range(SILENT_PORTS)]
        up = stack.enter_context(RunningInstance())
        assert up.setup_link is not None
        person = Person.from_setup_link(up.setup_link)
        fill(up, "connections", _wanted(practice, silent))
        seconds, peak, cpu = _test_all(up, person)
        waits, outcomes = rows.waited(up.data), rows.outcomes(up.data)
    print("outcomes:", ", ".join(f"{count} {name}" for name, count in outcomes.items()))
    assert outcomes.get("tls.silent") == SILENT, outcomes
    assert sum(outcomes.values()) == TESTS + 1, outcomes
    return show(
        f"{TESTS} connections, {SILENT} of them silent, one worker",
        [
            Figure("until the last verdict", seconds, "s", MOST_SECONDS),
            Figure("processor of the worker", cpu / 1000, "s"),
            Figure("memory of the worker at its highest (PSS)", peak, "MB", MOST_MB),
            Figure(
                "a click meanwhile waits for a worker",
                median(waits),
                "s",
                MOST_WAIT,
                f"largest of {len(waits)}: {max(waits):.2f} s",
            ),
        ],
    )


def _test_all(up: RunningInstance, person: Person) -> tuple[float, float, float]:
    """Seconds until nothing is open, highest memory in MB, processor time in ms."""
    mine = person.rows("connections")["0-mine"]
    worker = family(up.children()["worker"])
    before, began = cpu_ms(worker), time.monotonic()
    answer = person.post(f"/p/{PROJECT}/connections/test/", {})
    assert answer.status == 302, answer.body
    peak, clicked = 0.0, began
    while (now := time.monotonic()) < began + GIVE_UP_SECONDS:
        if rows.open_runs(up.data) == 0:
            return now - began, peak, cpu_ms(worker) - before
        if now - clicked > CLICK_EVERY_SECONDS:
            clicked = now
            assert person.post(f"{mine}test/", {}).status == 302
        peak = max(peak, memory_mb(worker))
        time.sleep(0.5)
    raise TimeoutError(f"{rows.open_runs(up.data)} tests were still open.")


def _wanted(practice: Practice, silent: list[str]) -> list[dict[str, str]]:
    listeners = practice.listeners
    good = listeners["good"]
    shared = {"user": good.user, "password": good.password, "ca": str(good.ca_path)}
    servers = [listeners[name].server for name in (*HEALTHY, *FAILING)]
    servers += [f"localhost:{good.port}", f"127.0.0.1:{practice.port_base + CLOSED_OFFSET}"]
    places = [silent[n // 5 % SILENT_PORTS] if n % 5 == 0 else "" for n in range(TESTS)]
    places = [place or servers[n % len(servers)] for n, place in enumerate(places)]
    many = [
        shared | {"name": f"c-{n:04}", "login": f"login-{n % LOGINS}", "server": place}
        for n, place in enumerate(places)
    ]
    # First in the list, so that its own test of the many is over before it is clicked.
    return [shared | {"name": "0-mine", "login": "mine", "server": good.server}, *many]


def _silent(stack: ExitStack) -> str:
    """Connections are taken by the system and never looked at by anybody."""
    server = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=128))
    return f"127.0.0.1:{server.getsockname()[1]}"


if __name__ == "__main__":
    sys.exit(main())
