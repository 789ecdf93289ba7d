"""One test: a healthy broker against librdkafka on the same listener, and what fails.

python -m benchmarks.engine
"""

import statistics
import sys
import time
from collections.abc import Callable

from confluent_kafka.admin import AdminClient

from benchmarks.practice_kafka import machine, run, running, target
from kalixweb.core.secret_value import SecretValue
from kalixweb.practice.listeners import CLOSED_OFFSET, Listener
from kalixweb.practice.server import Practice

ROUNDS = 100
FAILING_ROUNDS = 30
MOST_MS = 100.0


def main() -> int:
    """0 when every figure keeps its limit."""
    print(machine())
    with running() as practice:
        kept = [_healthy(practice.listeners["good"]), *_failing(practice)]
    return 0 if all(kept) else 1


def _healthy(listener: Listener) -> bool:
    one = target(listener)
    assert run(one).verdict.state == "passed"  # type: ignore[union-attr]
    _list_topics(listener)
    ours, theirs = [], []
    for _ in range(ROUNDS):  # in turns, so that a busy moment of the machine meets both
        ours.append(_ms(lambda: run(one)))
        theirs.append(_ms(lambda: _list_topics(listener)))
    ratio = statistics.median(ours) / statistics.median(theirs)
    print(f"\nhealthy node, {ROUNDS} tests in turns    median      p95")
    print(f"kalixweb, all stages           {_figures(ours)}")
    print(f"librdkafka list_topics         {_figures(theirs)}")
    print(f"ratio of medians               {ratio:8.2f}      (at most 1.00)")
    return ratio <= 1.0


def _failing(practice: Practice) -> list[bool]:
    good = practice.listeners["good"]
    closed = f"127.0.0.1:{practice.port_base + CLOSED_OFFSET}"
    targets = {
        "sasl.wrong_password": target(good, password=SecretValue("not-the-password")),
        "sasl.unknown_user": target(good, user="nobody"),
        "connect.refused": target(good, servers=closed),
    }
    for name in ("otherca", "wrongname", "expired", "mtls", "plain", "only256", "advrefused"):
        listener = practice.listeners[name]
        targets[str(listener.expected_fault)] = target(listener)
    print(f"\nfailing test, {FAILING_ROUNDS} each                 median      p95   (ms)")
    kept = []
    for fault, one in targets.items():
        verdict = run(one).verdict
        assert verdict is not None
        assert verdict.fault == fault, f"{verdict.fault} instead of {fault}"
        taken = [_ms(lambda one=one: run(one)) for _ in range(FAILING_ROUNDS)]  # type: ignore[misc]
        print(f"{fault:<30} {_figures(taken)}")
        kept.append(statistics.median(taken) <= MOST_MS)
    return kept


def _list_topics(listener: Listener) -> None:
    client = AdminClient(
        {
            "bootstrap.servers": listener.server,
            "security.protocol": "SASL_SSL",
            "sasl.mechanism": listener.auth.upper(),
            "sasl.username": listener.user,
            "sasl.password": listener.password,
            "ssl.ca.location": str(listener.ca_path),
            "enable.metrics.push": False,
            "log_level": 0,
        }
    )
    client.list_topics(timeout=10)


def _ms(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def _figures(taken: list[float]) -> str:
    p95 = statistics.quantiles(taken, n=20)[-1]
    return f"{statistics.median(taken):8.1f} {p95:8.1f}"


if __name__ == "__main__":
    sys.exit(main())
