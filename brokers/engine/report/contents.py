"""What a report says, in order, before it is written down in one form or another."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from brokers.engine.document import Document, FaultSeen, NodeSeen, StageSeen
from brokers.engine.report import certificates
from brokers.engine.report.tested_configuration import ReportedTarget, command_to_run_inside
from brokers.engine.results import BOOTSTRAP_STAGES
from kalixweb import __version__
from kalixweb.core import wording

_VERDICTS = {
    "passed": "Works",
    "warned": "Works, with a warning",
    "degraded": "Works in part",
    "failed": "Does not work",
}
_ANSWERS = {True: "yes", False: "no", None: "not told"}


@dataclass(frozen=True, slots=True)
class Prose:
    """Running text; what stands between backticks is a command or a name."""

    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The first cell of a row names it; "" is nothing to say."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Items:
    """``code`` of an item may be ""."""

    items: tuple[tuple[str, str], ...]  # (text, code)


@dataclass(frozen=True, slots=True)
class Code:
    text: str


Part = Prose | Facts | Table | Items | Code


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    parts: tuple[Part, ...]


def sections(document: Document, tested: ReportedTarget | None) -> tuple[Section, ...]:
    """The verdict first, evidence after it, raw words last; without what is empty."""
    found = [
        _verdict(document),
        _inside(document, tested),
        Section("Brokers", (_brokers(document),)) if document.nodes else None,
        _faults(document),
        _rights(document),
        _certificates(document),
        _opinion(document),
        Section("Tested", (Facts(tuple(_tested(document, tested))),)),
        _raw(document),
    ]
    return tuple(section for section in found if section is not None)


def _verdict(document: Document) -> Section:
    verdict = document.verdict
    if verdict is None:
        return Section("No verdict", (Prose("The test ended before it had a verdict."),))
    parts: list[Part] = [Prose(verdict.sentence)]
    pairs = []
    if verdict.action:
        pairs.append(("What to do", verdict.action))
    if verdict.owner:
        pairs.append(("Whose job", verdict.whose or verdict.owner))
    if verdict.fault:
        at = f", first at {verdict.node}" if verdict.node else ""
        pairs.append(("Cause", f"{verdict.fault}{at}"))
    if pairs:
        parts.append(Facts(tuple(pairs)))
    return Section(_VERDICTS.get(verdict.state, verdict.state), tuple(parts))


def _inside(document: Document, tested: ReportedTarget | None) -> Section | None:
    command = command_to_run_inside(document, tested)
    if not command:
        return None
    title = "To look from inside the cluster's network"
    return Section(title, (Code(command),))


def _brokers(document: Document) -> Table:
    racks = document.racks
    rows = tuple(
        (_named(node, racks), *(_cell(node, stage) for stage in BOOTSTRAP_STAGES))
        for node in document.nodes
    )
    return Table(("Broker", *BOOTSTRAP_STAGES), rows)


def _named(node: NodeSeen, racks: Mapping[int | None, str]) -> str:
    about = [] if node.broker_id is None else [f"broker {node.broker_id}"]
    if node.broker_id in racks:
        about.append(f"rack {racks[node.broker_id]}")
    if node.origin == "advertised":
        about.append("advertised")
    return f"{node.name} ({', '.join(about)})" if about else node.name


def _cell(node: NodeSeen, name: str) -> str:
    stage = node.stage(name)
    if stage is None:
        return ""
    took = "" if stage.ms is None else wording.duration(stage.ms)
    if stage.faults:
        return stage.faults[0].label.upper() + (f" ({took})" if took else "")
    if stage.state == "passed":
        return took or "passed"
    return {"skipped": "not reached", "waiting": "not reached"}.get(stage.state, stage.state)


def _faults(document: Document) -> Section | None:
    """Every cause once, with the nodes that it showed on."""
    seen: dict[tuple[str, str], tuple[FaultSeen, list[str]]] = {}
    for fault, node in document.all_faults():
        _, nodes = seen.setdefault((fault.code, fault.sentence), (fault, []))
        if node is not None:
            nodes.append(node.name)
    verdict = document.verdict
    if verdict is not None:  # the top has said it
        seen.pop((verdict.fault, verdict.sentence), None)
    if not seen:
        return None
    items = []
    for fault, _nodes in seen.values():
        first = verdict is not None and fault.code == verdict.fault
        todo = "" if first else f" {fault.job}: {fault.action}"
        items.append((f"{fault.sentence}{todo}", fault.code))
    return Section("What was found", (Items(tuple(items)),))


def _rights(document: Document) -> Section | None:
    if not document.rights:
        return None
    rows = tuple(
        (
            f"{one.kind} {one.name}",
            _ANSWERS[one.describe],
            _ANSWERS[one.read],
            "" if one.kind == "group" else _ANSWERS[one.write],
        )
        for one in document.rights
    )
    return Section("Rights", (Table(("Name", "describe", "read", "write"), rows),))


def _certificates(document: Document) -> Section | None:
    parts: list[Part] = []
    for title, lines in certificates.chains(document):
        parts += [Prose(title), Items(tuple((line, "") for line in lines))]
    return Section("Certificates", tuple(parts)) if parts else None


def _opinion(document: Document) -> Section | None:
    opinion = document.second_opinion
    if opinion is None:
        return None
    agrees = {True: "agrees", False: "DISAGREES", None: "could not be compared"}[opinion.agrees]
    pairs = (("Client", opinion.client), ("Says", opinion.text), ("With the above", agrees))
    return Section("Second opinion", (Facts(pairs),))


def _tested(document: Document, tested: ReportedTarget | None) -> Iterator[tuple[str, str]]:
    if tested and tested.name:
        yield "Connection", tested.name
    if document.at:
        yield "When", document.at.replace("T", " ").removesuffix("Z") + " UTC"
    place = ", ".join(filter(None, (document.host, document.worker)))
    if place:
        yield "From", place
    if document.took_ms is not None:
        yield "Took", wording.duration(document.took_ms)
    if tested and tested.user:
        yield "Login", f"{tested.auth} as {tested.user}"
    if document.cluster_id:
        by = "" if document.controller is None else f", controller {document.controller}"
        yield "Cluster", f"{document.cluster_id}{by}"
    yield from certificates.facts(document)
    yield "By", f"kalixweb {__version__}"


def _raw(document: Document) -> Section | None:
    parts: list[Part] = []
    for node in document.nodes:
        for stage in node.stages:
            if stage.raw:
                parts += [Prose(_place(node, stage)), Code(stage.raw)]
    return Section("Raw words", tuple(parts)) if parts else None


def _place(node: NodeSeen, stage: StageSeen) -> str:
    return f"{node.name}, {stage.stage}:"
