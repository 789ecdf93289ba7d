"""What a run found besides the cause of its verdict, and what it saw on the way."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from brokers.engine.document import Document, FaultSeen, RightSeen
from brokers.runs.views.trace import Trace

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


def rights(document: Document, topics: Collection[str]) -> tuple[RightRow, ...]:
    """A row a named thing: may it be described, read, written?

    ``topics`` are those asked for, some with the one right that is needed (``orders:read``).
    """
    needs = _needs(topics)
    return tuple(_row(one, needs.get(one.name, "")) for one in document.rights)


def _row(one: RightSeen, need: str) -> RightRow:
    if one.kind != "topic":
        answers = (_answer(one.describe), _answer(one.read), ("", "does not apply"))
    else:
        answers = (
            _answer(one.describe),
            _answer(one.read, needed=need != "write"),
            _answer(one.write, needed=need != "read"),
        )
    return RightRow(one.name, _KINDS.get(one.kind, one.kind), answers)


def _needs(topics: Collection[str]) -> dict[str, str]:
    """Topic -> the one right that is needed, for those of which not both are."""
    return dict(name.partition(":")[::2] for name in topics if name.endswith((":read", ":write")))


def rights_line(document: Document, topics: Collection[str]) -> str:
    """What the user may and may not do with ``topics``, as one sentence without its subject."""
    needs = _needs(topics)
    said: dict[str, list[str]] = {}
    for one in document.rights:
        for words, name in _said(one, needs.get(one.name, "") if one.kind == "topic" else ""):
            said.setdefault(words, []).append(name)
    order = sorted(said, key=_ORDER.index)
    return ", ".join(f"{words} {' and '.join(said[words])}" for words in order)


_ORDER = (
    "may not see", "may not read or write", "may not read", "may not write", "may not use",
    "may read and write", "may read", "may write", "may use", "may or may not use",
)  # fmt: skip


def _said(one: RightSeen, need: str) -> Iterator[tuple[str, str]]:
    name = f"`{one.name}`" if one.kind == "topic" else f"the {_KINDS[one.kind]} `{one.name}`"
    if one.kind == "transactional-id":
        # Whether it may be written to, only a write could tell.
        yield ("may not use" if one.describe is False else "may or may not use"), name
        return
    asked = {"read": one.read, "write": one.write}
    if one.kind == "group":
        del asked["write"]
    held = {right: may for right, may in asked.items() if need in {"", right}}
    if one.describe is False and None in held.values():
        yield "may not see", name
        return
    for answer, words in ((False, "may not"), (True, "may")):
        which = [right for right, may in held.items() if may is answer]
        if which:
            yield f"{words} {(' or ' if not answer else ' and ').join(which)}", name
    if all(may is None for may in held.values()):
        yield "may or may not use", name


def _answer(value: bool | None, *, needed: bool = True) -> tuple[str, str]:  # noqa: FBT001
    if value is None:
        return "unknown", "Not told"
    if value:
        return "passed", "Yes"
    return ("failed", "No") if needed else ("skipped", "No, not needed")


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
