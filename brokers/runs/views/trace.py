"""The grid of a run: a row a node, a cell a stage, and the causes that are opened beneath a row."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from brokers.engine.document import Document, FaultSeen, NodeSeen, StageSeen
from brokers.engine.results import BOOTSTRAP_STAGES
from brokers.runs.views.host_names import common_end

LABELS = {
    "resolve": "Resolve",
    "connect": "Connect",
    "tls": "TLS",
    "kafka": "Kafka",
    "sasl-mechanism": "Mechanism",
    "sasl-login": "Login",
    "metadata": "Metadata",
}
DENSE_FROM = 9
_MOST_BOXES = 3
_MOST_NAMED = 5
# Facts that a card below the grid shows, or that only programs want.
_ELSEWHERE = frozenset({"version", "cipher", "trust", "valid_until"})
_TERMS = {"ends_at": "Chain ends at", "client_certificate_requested": "Wants a client certificate"}
_WORDS = {"passed": "Passed", "running": "Running", "waiting": "Waiting", "skipped": "Not reached"}
_ORDER = {"failed": 0, "skipped": 1, "warned": 2}
_LEGEND = ("passed", "warned", "failed", "running", "waiting", "skipped")
_DONE = frozenset({"passed", "warned", "failed", "skipped"})


@dataclass(frozen=True, slots=True)
class Cell:
    label: str
    state: str
    word: str
    ms: float | None = None
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A cause opened beneath its row, and those of the same stage that lie beneath it.

    ``reach`` is how many stages stand before its cell.
    """

    fault: FaultSeen
    beneath: tuple[FaultSeen, ...]
    reach: int
    facts: tuple[tuple[str, str], ...]
    raw: str


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    full: str
    note: str
    state: str
    cells: tuple[Cell, ...]
    boxes: tuple[Box, ...] = ()
    starts_group: bool = False


@dataclass(frozen=True, slots=True)
class Trace:
    rows: tuple[Row, ...]
    suffix: str
    done: int
    total: int
    labels: tuple[str, ...] = tuple(LABELS.values())

    @property
    def dense(self) -> bool:
        return len(self.rows) >= DENSE_FROM

    @property
    def states(self) -> tuple[str, ...]:
        """The states that occur, for the legend."""
        seen = {cell.state for row in self.rows for cell in row.cells}
        return tuple(state for state in _LEGEND if state in seen)

    @property
    def counts(self) -> str:
        """ "2 failed, 1 warned, 27 passed": the order of the rows in words."""
        words = {"skipped": "not reached"}
        found = [(s, sum(row.state == s for row in self.rows)) for s in (*_ORDER, "passed")]
        return ", ".join(f"{number} {words.get(state, state)}" for state, number in found if number)


def build(document: Document, *, ended: bool) -> Trace:
    """The grid of a document. ``ended``: nothing in it is under way any more."""
    suffix, racks = common_end([node.name for node in document.nodes]), document.racks
    rows = [_row(node, document, suffix, racks, ended=ended) for node in document.nodes]
    if ended:
        rows = _by_trouble(_opened(rows, document), document)
    stages = [stage for node in document.nodes for stage in node.stages]
    done = sum(stage.state in _DONE for stage in stages)
    return Trace(tuple(rows), suffix, done, len(stages))


def _row(
    node: NodeSeen, document: Document, suffix: str, racks: Mapping[int | None, str], *, ended: bool
) -> Row:
    notes = [] if node.broker_id is None else [f"broker {node.broker_id}"]
    if node.broker_id is not None and node.broker_id == document.controller:
        notes.append("controller")
    if node.broker_id in racks:
        notes.append(f"rack {racks[node.broker_id]}")
    if node.origin == "advertised" or not notes:
        notes.append(node.origin)
    cells = tuple(_cell(node, name, ended=ended) for name in BOOTSTRAP_STAGES)
    short = node.name.removesuffix(suffix) if suffix else node.name
    return Row(short, node.name, " · ".join(filter(None, notes)), node.state, cells)


def _cell(node: NodeSeen, name: str, *, ended: bool) -> Cell:
    stage = node.stage(name)
    if stage is None:
        return Cell(LABELS[name], "skipped", "Not asked")
    if ended and stage.state in {"running", "waiting"}:
        return Cell(LABELS[name], "skipped", "Not known")
    word = _word(node, stage)
    return Cell(LABELS[name], stage.state, word, stage.ms if stage.state != "skipped" else None)


def _word(node: NodeSeen, stage: StageSeen) -> str:
    if stage.state in {"failed", "warned"}:
        worst = next((f for f in stage.faults if f.state == stage.state), None)
        word = worst.label if worst else stage.state
        return word.capitalize() if word.islower() else word
    if stage.stage == "sasl-login" and _came_to(node, stage):
        if stage.state == "skipped":
            return "Held back"
        if stage.state == "waiting":
            return "Waits its turn"
    return _WORDS.get(stage.state, stage.state)


def _came_to(node: NodeSeen, stage: StageSeen) -> bool:
    """Whether every stage before this one was passed, so that only the turn was missing."""
    before = node.stages[: node.stages.index(stage)]
    return all(one.state in {"passed", "warned"} for one in before)


def _opened(rows: list[Row], document: Document) -> list[Row]:
    """Open the cause of the verdict, then one example of each other that ended a line."""
    shown: set[str] = set()
    verdict = document.verdict
    pairs = sorted(
        enumerate(document.nodes),
        key=lambda pair: (verdict is None or pair[1].name != verdict.node, pair[0]),
    )
    most = 1 if len(rows) >= DENSE_FROM else _MOST_BOXES
    for index, node in pairs:
        for place, stage in enumerate(node.stages):
            box = _box(stage, place, document)
            if box and box.fault.code not in shown and len(shown) < most:
                shown.add(box.fault.code)
                rows[index] = _with_box(rows[index], box)
    return rows


def _box(stage: StageSeen, place: int, document: Document) -> Box | None:
    wanted = document.verdict.fault if document.verdict else ""
    fault = next((f for f in stage.faults if f.state == "failed" or f.code == wanted), None)
    if fault is None:
        return None
    beneath = tuple(one for one in stage.faults if one is not fault)
    return Box(fault, beneath, min(place, len(LABELS) - 1), facts_of(stage), stage.raw)


def _with_box(row: Row, box: Box) -> Row:
    cells = tuple(
        replace(cell, is_open=True) if place == box.reach else cell
        for place, cell in enumerate(row.cells)
    )
    return replace(row, cells=cells, boxes=(*row.boxes, box))


def facts_of(stage: StageSeen) -> tuple[tuple[str, str], ...]:
    """The plain facts of a stage as pairs of a term and words; structured ones have their place."""
    pairs = []
    for name, value in stage.facts.items():
        if name not in _ELSEWHERE and (text := _plain(value)):
            pairs.append((_TERMS.get(name, name.replace("_", " ").capitalize()), text))
    return tuple(pairs)


def _plain(value: Any) -> str:  # noqa: ANN401 - a value of JSON
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, str | int | float):
        return str(value)
    if isinstance(value, list) and all(isinstance(one, str | int | float) for one in value):
        more = f" and {len(value) - _MOST_NAMED} more" if len(value) > _MOST_NAMED else ""
        return ", ".join(str(one) for one in value[:_MOST_NAMED]) + more
    return ""


def _by_trouble(rows: list[Row], document: Document) -> list[Row]:
    node = document.verdict.node if document.verdict else ""
    ordered = sorted(rows, key=lambda row: (_ORDER.get(row.state, 3), row.full != node))
    first_quiet = next((i for i, row in enumerate(ordered) if row.state not in _ORDER), 0)
    return [replace(row, starts_group=i in {0, first_quiet}) for i, row in enumerate(ordered)]
