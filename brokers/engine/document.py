"""The JSON of a run as typed values, for whoever shows it. Parts of it may be missing.

The shape is that of ``results.RunResult.document``; a page and a report know nothing else.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from brokers.engine import owners
from brokers.engine.faults import TABLE
from brokers.engine.faults.row import Row


@dataclass(frozen=True, slots=True)
class FaultSeen:
    """A named cause as it was written down; what was not is taken from the code's row."""

    code: str
    sentence: str
    action: str
    owner: str
    field: str
    quick_fixes: tuple[str, ...]

    @property
    def row(self) -> Row | None:
        """All that is known of its code; None for one that this version does not have."""
        return TABLE.get(self.code)

    @property
    def state(self) -> str:
        """``warned`` for a cause that lets the test go on, else ``failed``."""
        return "warned" if self.row is not None and self.row.state == "W" else "failed"

    @property
    def label(self) -> str:
        """One or two words for a cell of the grid."""
        return self.row.label if self.row is not None else self.state.capitalize()

    @property
    def job(self) -> str:
        return owners.wording_of(self.owner).job


@dataclass(frozen=True, slots=True)
class StageSeen:
    stage: str
    state: str
    ms: float | None = None
    faults: tuple[FaultSeen, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    raw: str = ""


@dataclass(frozen=True, slots=True)
class NodeSeen:
    host: str
    port: int
    origin: str
    broker_id: int | None
    source: str
    stages: tuple[StageSeen, ...]

    @property
    def name(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def stage(self, name: str) -> StageSeen | None:
        return next((stage for stage in self.stages if stage.stage == name), None)

    @property
    def state(self) -> str:
        """The worst of its stages, in the order in which a person wants to read them."""
        states = {stage.state for stage in self.stages}
        for state in ("failed", "running", "waiting", "skipped", "warned"):
            if state in states:
                return state
        return "passed" if states else "waiting"


@dataclass(frozen=True, slots=True)
class VerdictSeen:
    state: str
    sentence: str
    fault: str
    action: str
    owner: str
    node: str
    field: str

    @property
    def row(self) -> Row | None:
        """All that is known of the cause; None without one."""
        return TABLE.get(self.fault)

    @property
    def whose(self) -> str:
        return owners.wording_of(self.owner).label

    @property
    def addressee(self) -> str:
        return owners.wording_of(self.owner).addressee


@dataclass(frozen=True, slots=True)
class RightSeen:
    kind: str
    name: str
    describe: bool | None
    read: bool | None
    write: bool | None
    faults: tuple[FaultSeen, ...]


@dataclass(frozen=True, slots=True)
class OpinionSeen:
    """What another client made of the same target; ``agrees`` is None where it cannot be told."""

    client: str
    state: str
    text: str
    agrees: bool | None
    took_ms: float | None


@dataclass(frozen=True, slots=True)
class Document:
    """``at`` is RFC 3339 UTC, ``took_ms`` milliseconds."""

    at: str = ""
    host: str = ""
    worker: str = ""
    verdict: VerdictSeen | None = None
    faults: tuple[FaultSeen, ...] = ()
    cluster_id: str = ""
    controller: int | None = None
    nodes: tuple[NodeSeen, ...] = ()
    rights: tuple[RightSeen, ...] = ()
    took_ms: float | None = None
    second_opinion: OpinionSeen | None = None

    @property
    def racks(self) -> dict[int | None, str]:
        """Broker id -> its rack, which is its availability zone in a cloud, where it has one."""
        stages = (node.stage("metadata") for node in self.nodes)
        brokers = (one for stage in stages if stage for one in _list(stage.facts, "brokers"))
        return {
            id_: rack
            for broker in brokers
            if (id_ := _whole(broker, "id")) is not None and (rack := _text(broker, "rack"))
        }

    def all_faults(self) -> Iterator[tuple[FaultSeen, NodeSeen | None]]:
        """Every cause with the node where it showed, those of the whole run first."""
        yield from ((fault, None) for fault in self.faults)
        for node in self.nodes:
            yield from ((fault, node) for stage in node.stages for fault in stage.faults)
        yield from ((fault, None) for right in self.rights for fault in right.faults)


def read(document: object) -> Document:
    """Typed values of a document of schema 1; an empty Document for None."""
    whole, place, cluster = _map(document), _map(document, "from"), _map(document, "cluster")
    return Document(
        at=_text(whole, "at"),
        host=_text(place, "host"),
        worker=_text(place, "worker"),
        verdict=_verdict(_map(whole, "verdict")),
        faults=_faults(whole),
        cluster_id=_text(cluster, "id"),
        controller=_whole(cluster, "controller"),
        nodes=tuple(_node(node) for node in _list(whole, "nodes")),
        rights=tuple(_right(right) for right in _list(whole, "rights")),
        took_ms=_number(whole, "took_ms"),
        second_opinion=_opinion(_map(whole, "second_opinion")),
    )


def _opinion(part: Mapping[str, Any]) -> OpinionSeen | None:
    if not part:
        return None
    client, state, text = (_text(part, name) for name in ("client", "state", "text"))
    return OpinionSeen(client, state, text, _flag(part, "agrees"), _number(part, "took_ms"))


def _verdict(part: Mapping[str, Any]) -> VerdictSeen | None:
    if not part:
        return None
    return VerdictSeen(
        state=_text(part, "state"),
        sentence=_text(part, "sentence"),
        fault=_text(part, "fault"),
        action=_text(part, "action"),
        owner=_owner(part),
        node=_text(part, "node"),
        field=_field(part, "fault"),
    )


def _faults(part: Mapping[str, Any]) -> tuple[FaultSeen, ...]:
    return tuple(_fault(fault) for fault in _list(part, "faults"))


def _fault(part: Mapping[str, Any]) -> FaultSeen:
    return FaultSeen(
        code=_text(part, "code"),
        sentence=_text(part, "sentence"),
        action=_text(part, "action"),
        owner=_owner(part),
        field=_field(part, "code"),
        quick_fixes=_quick_fixes(part),
    )


def _owner(part: Mapping[str, Any]) -> str:
    """Documents of before call it ``mended_by``."""
    return _text(part, "owner") or _text(part, "mended_by")


def _field(part: Mapping[str, Any], code: str) -> str:
    """Documents of before do not name it: what the code says stands for it."""
    row = TABLE.get(_text(part, code))
    return _text(part, "field") or (row.field if row else None) or ""


def _quick_fixes(part: Mapping[str, Any]) -> tuple[str, ...]:
    named = part.get("quick_fixes")
    if isinstance(named, list):
        return tuple(str(one) for one in named)
    row = TABLE.get(_text(part, "code"))
    return row.quick_fixes if row else ()


def _node(part: Mapping[str, Any]) -> NodeSeen:
    return NodeSeen(
        host=_text(part, "host"),
        port=_whole(part, "port") or 0,
        origin=_text(part, "origin"),
        broker_id=_whole(part, "broker_id"),
        source=_text(part, "from"),
        stages=tuple(_stage(stage) for stage in _list(part, "stages")),
    )


def _stage(part: Mapping[str, Any]) -> StageSeen:
    return StageSeen(
        stage=_text(part, "stage"),
        state=_text(part, "state") or "waiting",
        ms=_number(part, "ms"),
        faults=_faults(part),
        facts=_map(part, "facts"),
        raw=_text(part, "raw"),
    )


def _right(part: Mapping[str, Any]) -> RightSeen:
    return RightSeen(
        kind=_text(part, "kind"),
        name=_text(part, "name"),
        describe=_flag(part, "describe"),
        read=_flag(part, "read"),
        write=_flag(part, "write"),
        faults=_faults(part),
    )


def _map(part: object, name: str = "") -> Mapping[str, Any]:
    value = part.get(name) if name and isinstance(part, Mapping) else part
    return value if isinstance(value, Mapping) else {}


def _list(part: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    value = part.get(name)
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _text(part: Mapping[str, Any], name: str) -> str:
    value = part.get(name)
    return value if isinstance(value, str) else ""


def _number(part: Mapping[str, Any], name: str) -> float | None:
    value = part.get(name)
    return value if isinstance(value, int | float) else None


def _whole(part: Mapping[str, Any], name: str) -> int | None:
    value = part.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _flag(part: Mapping[str, Any], name: str) -> bool | None:
    value = part.get(name)
    return value if isinstance(value, bool) else None
