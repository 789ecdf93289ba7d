"""Questions to Amazon MSK: calls and time, on a fake AWS that takes 50 ms over each answer.

python -m benchmarks.msk
"""

import json
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

from benchmarks.figures import Figure, median, show
from tests.fakes.aws import Account, FakeAws, building, healthy_account

ROUNDS, THROTTLED, CLUSTERS, SECONDS_A_CALL = 9, 0.3, 500, 0.05


def main() -> int:
    """0 when every limit is kept. Each command is a new process, as whoever types it starts."""
    with _aws(throttled=0.0) as (arn, environment):
        ready = [_check(arn, environment) for _ in range(ROUNDS)]
        listing, took = _run(["clusters"], environment)
    with _aws(throttled=THROTTLED) as (arn, environment):
        slow = [_check(arn, environment) for _ in range(ROUNDS)]
    times = [answer["took_ms"] / 1000 for answer in ready]
    failed = sum(row["state"] == "fail" for answer in (*ready, *slow) for row in answer["checks"])
    same = len({tuple(row["state"] for row in answer["checks"]) for answer in (*ready, *slow)})
    return show(
        "Questions to Amazon MSK, 50 ms a call",
        [
            Figure("readiness of a healthy cluster: calls", ready[0]["calls"], "", 12),
            Figure("readiness: time", median(times), "s", 1.5, f"longest {max(times):.2f} s"),
            Figure("throttled at 30 %: checks that failed", failed, "", 0, f"{ROUNDS} runs"),
            Figure("throttled at 30 %: different results", same - 1, "", 0),
            Figure(
                "throttled at 30 %: time",
                median([answer["took_ms"] / 1000 for answer in slow]),
                "s",
                note=f"{median([answer['calls'] for answer in slow]):.0f} calls",
            ),
            Figure(f"list of {CLUSTERS} clusters: calls", listing["calls"], "", 10),
            Figure(f"list of {CLUSTERS} clusters: the whole command", took, "s"),
        ],
    )


def _check(arn: str, environment: Mapping[str, str]) -> dict[str, Any]:
    return _run(["check", arn, "--user", "alice", "--topic", "orders"], environment)[0]


def _run(words: list[str], environment: Mapping[str, str]) -> tuple[dict[str, Any], float]:
    command = [sys.executable, "-m", "kalixweb.cli", "msk", *words, "-o", "json"]
    began = time.monotonic()
    said = subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, check=True
    )
    return json.loads(said.stdout), time.monotonic() - began


@contextmanager
def _aws(*, throttled: float) -> Iterator[tuple[str, dict[str, str]]]:
    """A fake AWS in a process of its own, so that its work is not counted as ours."""
    near, far = multiprocessing.Pipe()
    serving = multiprocessing.get_context("spawn").Process(target=_serve, args=(far, throttled))
    serving.start()
    try:
        yield near.recv()
    finally:
        near.send("end")
        serving.join(10)


def _serve(parent: Connection, throttled: float) -> None:
    account = _account()
    account.delay(SECONDS_A_CALL)
    if throttled:
        account.throttle(throttled)
    with FakeAws(account) as aws:
        parent.send((next(iter(account.clusters)), aws.environment))
        parent.recv()


def _account() -> Account:
    account = healthy_account()
    for number in range(CLUSTERS - 1):
        building.provisioned(account, f"cluster-{number}")
    return account


if __name__ == "__main__":
    sys.exit(main())
