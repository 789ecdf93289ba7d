"""Documents of runs, made by the engine's own values, for tests of what pages show of them."""

from datetime import UTC, datetime
from typing import Any

from brokers.engine.results import (
    ADVERTISED_STAGES,
    BOOTSTRAP_STAGES,
    Cluster,
    Fault,
    NodeResult,
    RunResult,
    StageResult,
    State,
    Verdict,
)

NOW = datetime(2026, 11, 22, 21, 8, 14, tzinfo=UTC)
_STATES: dict[str, State] = {
    "p": "passed",
    "w": "warned",
    "f": "failed",
    "s": "skipped",
    "r": "running",
    "-": "waiting",
}
REFUSED = Fault("connect.refused", "b-2 refuses connections.", "Start it.", "cluster_owner")
ENDS_SOON = Fault("tls.expires_soon", "b-1 ends soon.", "Renew it.", "cluster_owner", None, False)


def node(host: str, states: str, *faults: Fault, port: int = 9093, **facts: Any) -> NodeResult:
    """A node whose stages are given by a letter each; faults go to the first f or w."""
    advertised = len(states) < len(BOOTSTRAP_STAGES)
    names = ADVERTISED_STAGES if advertised else BOOTSTRAP_STAGES
    bad = next((i for i, letter in enumerate(states) if letter in "fw"), None)
    stages = tuple(
        StageResult(
            name,
            _STATES[letter],
            3.0 if letter in "pwf" else None,
            faults if i == bad else (),
            facts if i == bad else {},
        )
        for i, (name, letter) in enumerate(zip(names, states, strict=True))
    )
    origin = "advertised" if advertised else "bootstrap"
    return NodeResult(host, port, origin, None, "192.0.2.9", stages)  # type: ignore[arg-type]


def document(*nodes: NodeResult, verdict: Verdict | None = None, **more: Any) -> dict[str, Any]:
    result = RunResult(verdict, nodes=nodes, **more)
    return result.document(NOW, {"host": "laptop", "worker": "w-1"})


def degraded() -> dict[str, Any]:
    """b-2 refuses, b-1 warns, b-3 works and was only advertised."""
    verdict = Verdict(
        "degraded",
        "2 of 3 brokers answer.",
        REFUSED.code,
        REFUSED.action,
        "cluster_owner",
        "b-2.kafka.example:9093",
    )
    return document(
        node("b-1.kafka.example", "ppwpppp", ENDS_SOON),
        node("b-2.kafka.example", "pfsssss", REFUSED, address="192.0.2.2", tried=["192.0.2.2"]),
        node("b-3.kafka.example", "pppppp"),
        verdict=verdict,
        cluster=Cluster("abc", 1),
    )
