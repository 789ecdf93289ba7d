"""The engine, in a process of its own. A program: situations in, answers out, one JSON a line."""

import json
import sys
import time
from typing import Any

from brokers.engine import runner
from brokers.engine.target import Target, TargetPolicy
from brokers.engine.verdict import all_faults
from kalixweb.core.secret_value import SecretValue


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """What the engine says; ``ms`` from nothing to the verdict."""
    start = time.perf_counter()
    target = Target(
        servers=asked["servers"],
        auth=asked["auth"],
        user=asked["user"],
        password=SecretValue(asked["password"]),
        ca_pem=asked["ca"].encode() if asked["ca"] else None,
        topics=tuple(asked["topics"]),
        groups=tuple(asked["groups"]),
        transactional_ids=tuple(asked["transactional_ids"]),
        policy=TargetPolicy(loopback=True),
    )
    *_, last = runner.run(target)
    took = (time.perf_counter() - start) * 1000
    verdict = last.verdict
    if verdict is None:
        raise AssertionError("a run without a verdict")
    return {
        "ok": verdict.state in {"passed", "warned"},
        "lines": [verdict.sentence] if verdict.fault else [],
        "code": verdict.fault,
        "codes": sorted({fault.code for fault in all_faults(last)}),
        "ms": took,
    }


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
