"""Certificates that a run saw: what each group of nodes served, beside the CA that was given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from brokers.engine.document import Document, StageSeen
from brokers.engine.faults import listed
from brokers.runs.views.trace import Trace

SOON_DAYS = 30
_MOST_CHAINS = 3
_MOST_NAMES = 4


@dataclass(frozen=True, slots=True)
class Certificate:
    """``left`` is the share of its life that remains, 0 to 100."""

    label: str
    state: str
    ends: datetime | None
    left: int
    note: str

    @property
    def gone(self) -> int:
        return 100 - self.left


@dataclass(frozen=True, slots=True)
class Chain:
    """Leaf first. ``by`` names the nodes that served it."""

    by: str
    certificates: tuple[Certificate, ...]


@dataclass(frozen=True, slots=True)
class Certificates:
    served: tuple[Chain, ...]
    more: int
    given: tuple[Certificate, ...] | None


def build(document: Document, trace: Trace, now: datetime) -> Certificates:
    """Each different served chain once, those of most nodes first."""
    short = {row.full: row.name for row in trace.rows}
    groups: dict[tuple[str, ...], tuple[tuple[Certificate, ...], list[str]]] = {}
    given = None
    for node in document.nodes:
        stage = node.stage("tls") or StageSeen("tls", "waiting")
        facts = stage.facts
        served = _maps(facts.get("chain"))
        if served:
            key = tuple(str(one.get("sha256")) for one in served)
            chain = _chain(served, stage, now)
            groups.setdefault(key, (chain, []))[1].append(short.get(node.name, node.name))
        if given is None and isinstance(facts.get("given"), list):
            given = tuple(certificate(one, now) for one in _maps(facts["given"]))
    ordered = sorted(groups.values(), key=lambda group: -len(group[1]))
    chains = [Chain(_by(names), chain) for chain, names in ordered]
    return Certificates(tuple(chains[:_MOST_CHAINS]), max(0, len(chains) - _MOST_CHAINS), given)


def _chain(
    served: Sequence[Mapping[str, Any]], stage: StageSeen, now: datetime
) -> tuple[Certificate, ...]:
    """What was served, and at its end the issuer that was not."""
    chain = [certificate(one, now) for one in served]
    top = _top(served, _maps(stage.facts.get("given")))
    if not top.get("self_signed") and top.get("issuer"):
        note = f"issued the one above it; not served{_where_else(stage)}"
        chain.append(Certificate(str(top["issuer"]), "unknown", None, 0, note))
    return tuple(chain)


def _where_else(stage: StageSeen) -> str:
    """Whether the issuer was found elsewhere, as far as what was seen tells it."""
    asked = "this system's store" if stage.facts.get("given") is None else "the given CA"
    if stage.state in {"passed", "warned"}:
        return f", but in {asked}"
    unknown = any(fault.row and fault.row.issuer_unknown for fault in stage.faults)
    return f", nor in {asked}" if unknown else ""


def _top(
    served: Sequence[Mapping[str, Any]], given: Sequence[Mapping[str, Any]]
) -> Mapping[str, Any]:
    """The certificate at which the path from the leaf ends, as far as it can be followed."""
    known = {one.get("sha256"): one for one in (*served, *given)}
    top = served[0]
    for _ in known:
        top = known.get(top.get("signed_by"), top)
    return top


def certificate(facts: Mapping[str, Any], now: datetime) -> Certificate:
    """One certificate from the facts of the tls stage."""
    begins, ends = _moment(facts.get("not_before")), _moment(facts.get("not_after"))
    label = facts.get("label") or facts.get("subject") or "unnamed"
    return Certificate(
        label=str(label),
        state=_state(begins, ends, now),
        ends=ends,
        left=_left(begins, ends, now),
        note=_note(facts),
    )


def _note(facts: Mapping[str, Any]) -> str:
    notes = []
    names = [str(name) for name in facts.get("sans") or ()]
    if names and not facts.get("is_ca"):
        notes.append(f"for {listed(names, _MOST_NAMES)}")
    if facts.get("self_signed"):
        notes.append("signed itself")
    if facts.get("in_given_ca"):
        notes.append("in the given CA")
    if isinstance(facts.get("key"), str):
        notes.append(str(facts["key"]))
    return " · ".join(notes)


def _state(begins: datetime | None, ends: datetime | None, now: datetime) -> str:
    if ends is None:
        return "unknown"
    if ends <= now or (begins is not None and begins > now):
        return "failed"
    return "warned" if (ends - now).days < SOON_DAYS else "passed"


def _left(begins: datetime | None, ends: datetime | None, now: datetime) -> int:
    if begins is None or ends is None or ends <= begins:
        return 0
    share = (ends - now) / (ends - begins)
    return round(min(1.0, max(0.0, share)) * 100)


def _by(names: Sequence[str]) -> str:
    if len(names) < 4:
        return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    return f"{names[0]}, {names[1]} and {len(names) - 2} more"


def _moment(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


def _maps(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
