"""What a run found besides the cause of its verdict, and what it saw on the way."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from brokers.probe.document import Document, FaultSeen
from brokers.views.trace import Trace

_KINDS = {"topic": "topic", "group": "group", "transactional-id": "transactional id"}


@dataclass(frozen=True, slots=True)
class Found:
    """One cause, and the nodes on which it showed ("" for the run as a whole)."""

    fault: FaultSeen
    nodes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RightRow:
    name: str
    kind: str
    answers: tuple[tuple[str, str], ...]  # (state, word) for describe, read, write


def also_found(document: Document, trace: Trace) -> tuple[Found, ...]:
    """Every other cause once, failing ones first, without those that the grid has opened."""
    boxes = [box for row in trace.rows for box in row.boxes]
    opened = {fault.code for box in boxes for fault in (box.fault, *box.beneath)}
    if document.verdict:
        opened.add(document.verdict.fault)
    short = {row.full: row.name for row in trace.rows}
    by_code: dict[tuple[str, str], tuple[FaultSeen, list[str]]] = {}
    for fault, node in document.all_faults():
        if fault.code in opened:
            continue
        key = (fault.code, fault.sentence if node is None else "")
        _, nodes = by_code.setdefault(key, (fault, []))
        if node is not None:
            nodes.append(short.get(node.name, node.name))
    found = [Found(fault, tuple(nodes)) for fault, nodes in by_code.values()]
    return tuple(sorted(found, key=lambda one: one.fault.state != "failed"))


def rights(document: Document) -> tuple[RightRow, ...]:
    """A row a named thing: may it be described, read, written?"""
    return tuple(
        RightRow(
            one.name,
            _KINDS.get(one.kind, one.kind),
            (
                _answer(one.describe),
                _answer(one.read),
                _answer(one.write) if one.kind == "topic" else ("", "does not apply"),
            ),
        )
        for one in document.rights
    )


def _answer(value: bool | None) -> tuple[str, str]:  # noqa: FBT001 - the value itself
    if value is None:
        return "unknown", "Not told"
    return ("passed", "Yes") if value else ("failed", "No")


def seen(document: Document) -> tuple[tuple[str, str], ...]:
    """Terms and words about the cluster as it showed itself; only what was measured."""
    facts: list[tuple[str, str]] = []
    if document.cluster_id:
        facts.append(("Cluster", document.cluster_id))
    brokers = {node.broker_id for node in document.nodes if node.broker_id is not None}
    if brokers:
        by = f", controller {document.controller}" if document.controller is not None else ""
        facts.append(("Brokers", f"{len(brokers)} advertised{by}"))
    for term, stage, names in _FACTS:
        values = _values(document, stage, names)
        if values:
            facts.append((term, ", ".join(values)))
    sources = sorted({node.source for node in document.nodes if node.source})
    if sources:
        facts.append(("Seen from", ", ".join(sources[:3])))
    return tuple(facts)


_FACTS = (
    ("TLS", "tls", ("version", "tls_version")),
    ("Cipher", "tls", ("cipher",)),
    ("Offers", "sasl-mechanism", ("offered", "mechanisms")),
)


def _values(document: Document, stage: str, names: Collection[str]) -> list[str]:
    """The different values of a fact over all nodes, in the order seen."""
    values: dict[str, None] = {}
    for node in document.nodes:
        facts = found.facts if (found := node.stage(stage)) else {}
        for name in names:
            values.update(dict.fromkeys(_texts(facts.get(name))))
    return list(values)


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, str):
        return (value,) if value else ()
    return [str(one) for one in value] if isinstance(value, list) else ()
