"""What a connection test says: immutable values from the stages up to the whole run.

``RunResult.document`` is the one JSON form; the page, the command line and the database use it.
Every text in here has been cleaned (see ``kalixweb.core.redaction``) and holds no secret.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Literal

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

Owner = Literal["you", "cluster_owner", "network", "operator"]
# A part of the configuration; a form has its own names for them.
Field = Literal["servers", "auth", "user", "password", "ca", "topics"]
# What can be done about a fault on the page itself: put the stored password right (trim, json,
# unquote, decode), or change the connection: its user to the bare name, the ports of its servers,
# its mechanism to one that is offered or to the other SCRAM, its CA to one that fits or to none.
QuickFix = Literal[
    "trim", "json", "unquote", "decode", "user", "servers", "auth", "other-auth", "ca", "no-ca"
]
State = Literal["waiting", "running", "passed", "warned", "failed", "skipped"]
VerdictState = Literal["passed", "warned", "degraded", "failed"]
Origin = Literal["bootstrap", "advertised"]
RightKind = Literal["topic", "group", "transactional-id"]

SCHEMA = 1
BOOTSTRAP_STAGES = (
    "resolve",
    "connect",
    "tls",
    "kafka",
    "sasl-mechanism",
    "sasl-login",
    "metadata",
)
ADVERTISED_STAGES = BOOTSTRAP_STAGES[:-1]


@dataclass(frozen=True, slots=True)
class Fault:
    """A named cause. ``field`` is what of the configuration is to be changed about it."""

    code: str
    sentence: str
    action: str
    owner: Owner
    field: Field | None = None
    fails: bool = True
    quick_fixes: tuple[QuickFix, ...] = ()

    def document(self) -> dict[str, Json]:
        return {
            "code": self.code,
            "sentence": self.sentence,
            "action": self.action,
            "owner": self.owner,
            "field": self.field,
            "quick_fixes": list(self.quick_fixes),
        }


@dataclass(frozen=True, slots=True)
class StageResult:
    """One stage of one node. ``ms`` is None until it has run; ``raw`` is a library's own words."""

    stage: str
    state: State = "waiting"
    ms: float | None = None
    faults: tuple[Fault, ...] = ()
    facts: Mapping[str, Json] = field(default_factory=dict)
    raw: str | None = None

    def document(self) -> dict[str, Json]:
        return {
            "stage": self.stage,
            "state": self.state,
            "ms": None if self.ms is None else round(self.ms, 1),
            "faults": [fault.document() for fault in self.faults],
            "facts": dict(self.facts),
            "raw": self.raw,
        }


def finished(
    stage: str,
    *faults: Fault,
    facts: Mapping[str, Json] | None = None,
    raw: str | None = None,
    ms: float | None = None,
) -> StageResult:
    """A stage that ran: failed with any failing fault, warned with only warnings, else passed."""
    state: State = "passed"
    if faults:
        state = "failed" if any(fault.fails for fault in faults) else "warned"
    return StageResult(stage, state, ms, tuple(faults), dict(facts or {}), raw)


@dataclass(frozen=True, slots=True)
class NodeResult:
    """One bootstrap server or advertised broker. ``source`` is our own address ("from")."""

    host: str
    port: int
    origin: Origin
    broker_id: int | None = None
    source: str | None = None
    stages: tuple[StageResult, ...] = ()

    @property
    def name(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def state(self) -> State:
        """The worst that its stages say; ``running`` while one of them still can."""
        states = {stage.state for stage in self.stages}
        for state in ("failed", "running", "waiting", "skipped", "warned"):
            if state in states:
                return state
        return "passed"

    @property
    def passed_stages(self) -> int:
        return sum(stage.state in {"passed", "warned"} for stage in self.stages)

    def stage(self, name: str) -> StageResult | None:
        return next((stage for stage in self.stages if stage.stage == name), None)

    def with_stage(self, result: StageResult) -> "NodeResult":
        stages = tuple(result if s.stage == result.stage else s for s in self.stages)
        return replace(self, stages=stages)

    def document(self) -> dict[str, Json]:
        return {
            "host": self.host,
            "port": self.port,
            "origin": self.origin,
            "broker_id": self.broker_id,
            "from": self.source,
            "stages": [stage.document() for stage in self.stages],
        }


@dataclass(frozen=True, slots=True)
class RightsResult:
    """What the user may do with one named thing; None where it could not be told."""

    kind: RightKind
    name: str
    describe: bool | None = None
    read: bool | None = None
    write: bool | None = None
    faults: tuple[Fault, ...] = ()

    def document(self) -> dict[str, Json]:
        return {
            "kind": self.kind,
            "name": self.name,
            "describe": self.describe,
            "read": self.read,
            "write": self.write,
            "faults": [fault.document() for fault in self.faults],
        }


@dataclass(frozen=True, slots=True)
class Cluster:
    id: str | None
    controller: int | None

    def document(self) -> dict[str, Json]:
        return {"id": self.id, "controller": self.controller}


@dataclass(frozen=True, slots=True)
class Verdict:
    """One sentence about the cause to fix first; ``fault`` and what follows are None if passed."""

    state: VerdictState
    sentence: str
    fault: str | None = None
    action: str | None = None
    owner: Owner | None = None
    node: str | None = None
    field: Field | None = None

    def document(self) -> dict[str, Json]:
        return {
            "state": self.state,
            "fault": self.fault,
            "sentence": self.sentence,
            "action": self.action,
            "owner": self.owner,
            "field": self.field,
            "node": self.node,
        }


@dataclass(frozen=True, slots=True)
class RunResult:
    """A complete snapshot of a run; ``verdict`` is None while the run is open.

    The first of the ``faults`` of a ``stopped`` run says that it was.
    """

    verdict: Verdict | None = None
    faults: tuple[Fault, ...] = ()
    cluster: Cluster | None = None
    nodes: tuple[NodeResult, ...] = ()
    rights: tuple[RightsResult, ...] = ()
    took_ms: float = 0.0
    stopped: bool = False

    @property
    def reach(self) -> int:
        """Stages that the worst node passed, 0 to 7; a passed advertised node counts as 7."""
        if not self.nodes:
            return 0
        return min(
            len(BOOTSTRAP_STAGES) if node.passed_stages == len(node.stages) else node.passed_stages
            for node in self.nodes
        )

    def document(self, at: datetime, where: Mapping[str, str]) -> dict[str, Json]:
        """The public JSON, schema 1. ``where`` holds ``host`` and ``worker``."""
        stamp = at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        return {
            "schema": SCHEMA,
            "at": stamp,
            "from": {"host": where.get("host", ""), "worker": where.get("worker", "")},
            "verdict": None if self.verdict is None else self.verdict.document(),
            "faults": [fault.document() for fault in self.faults],
            "cluster": None if self.cluster is None else self.cluster.document(),
            "nodes": [node.document() for node in self.nodes],
            "rights": [right.document() for right in self.rights],
            "took_ms": round(self.took_ms, 1),
        }
