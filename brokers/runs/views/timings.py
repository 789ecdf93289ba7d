"""How long runs took, as one row of small bars a stage: read from the runs that a page shows."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from brokers.engine.results import BOOTSTRAP_STAGES
from brokers.models import TestRun
from brokers.runs.views.trace import LABELS
from kalixweb.core import wording

STEP, HEIGHT = 6, 24


@dataclass(frozen=True, slots=True)
class Bar:
    """In units of the chart's view box; the height is logarithmic: 1 ms and 5 s both show."""

    x: int
    y: int
    height: int
    state: str
    title: str


@dataclass(frozen=True, slots=True)
class Row:
    """``last`` and ``middle`` are words for the newest run and the median."""

    name: str
    bars: tuple[Bar, ...]
    last: str
    middle: str
    longest: str


@dataclass(frozen=True, slots=True)
class Timings:
    """``runs`` counts the finished ones that were measured."""

    rows: tuple[Row, ...]
    runs: int

    @property
    def width(self) -> int:
        """Of the view box: few runs do not become broad ones."""
        return max(self.runs, 20) * STEP


@dataclass(frozen=True, slots=True)
class _Value:
    ms: float | None
    state: str


def build(newest_first: Sequence[TestRun], documents: Mapping[Any, Any]) -> Timings:
    """``documents`` by the run's id. A stage's time is that of its slowest broker."""
    measured = [run for run in reversed(newest_first) if run.took_ms is not None]
    rows = [_row("Verdict", measured, [_Value(r.took_ms, r.verdict) for r in measured])]
    for stage in BOOTSTRAP_STAGES:
        values = [_slowest(documents.get(run.pk), stage) for run in measured]
        if any(value.ms is not None for value in values):
            rows.append(_row(LABELS[stage], measured, values))
    return Timings(tuple(rows) if measured else (), len(measured))


def _row(name: str, measured: Sequence[TestRun], values: Sequence[_Value]) -> Row:
    known = [value.ms for value in values if value.ms is not None]
    longest = max(known, default=0.0)
    bars = tuple(
        _bar(place, run, value, value.ms, longest)
        for place, (run, value) in enumerate(zip(measured, values, strict=True))
        if value.ms is not None
    )
    return Row(
        name=name,
        bars=bars,
        last=wording.duration(values[-1].ms) if values and values[-1].ms is not None else "",
        middle=wording.duration(median(known)) if known else "",
        longest=wording.duration(longest) if known else "",
    )


def _bar(place: int, run: TestRun, value: _Value, ms: float, longest: float) -> Bar:
    share = math.log10(1 + ms) / math.log10(1 + longest) if longest > 0 else 0
    height = max(2, round(HEIGHT * share))
    title = f"{wording.duration(ms)}, {wording.exact(run.queued_at)}"
    return Bar(place * STEP, HEIGHT - height, height, value.state, title)


def _slowest(document: object, name: str) -> _Value:
    """The stage of the broker that took longest; failed if it failed anywhere."""
    stages = [stage for stage in _stages(document) if stage.get("stage") == name]
    taken = [stage["ms"] for stage in stages if isinstance(stage.get("ms"), int | float)]
    failed = any(stage.get("state") == "failed" for stage in stages)
    return _Value(max(taken, default=None), "failed" if failed else "passed")


def _stages(document: object) -> Iterable[Mapping[str, Any]]:
    nodes = document.get("nodes") if isinstance(document, Mapping) else None
    for node in nodes or ():
        stages = node.get("stages") if isinstance(node, Mapping) else None
        yield from (stage for stage in stages or () if isinstance(stage, Mapping))
