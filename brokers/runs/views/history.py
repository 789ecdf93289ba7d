"""The last runs of a connection as bars, and the run before as the other half of a comparison."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from brokers.models import TestRun
from kalixweb.core import wording

# What decides how a test goes; two runs that differ in one of these are worth comparing.
_DECIDES = ("revision", "password", "ca")


@dataclass(frozen=True, slots=True)
class Bar:
    """``reach`` is empty for a bar of full height."""

    state: str
    reach: str


@dataclass(frozen=True, slots=True)
class Strip:
    bars: tuple[Bar, ...]
    label: str


def strip(results: Iterable[Sequence[object]]) -> Strip:
    """Bars from ``[verdict, reach]`` pairs, oldest first; the label says the same in words."""
    bars = tuple(_bar(str(state), reach) for state, reach in results)
    if not bars:
        return Strip((), "No run yet")
    counts = Counter(bar.state for bar in bars)
    said = ", ".join(f"{number} {wording.state(state).lower()}" for state, number in counts.items())
    runs = "1 run" if len(bars) == 1 else f"Last {len(bars)} runs, oldest first"
    return Strip(bars, f"{runs}: {said}.")


def _bar(state: str, reach: object) -> Bar:
    whole = state in {"passed", "warned", "degraded"}
    return Bar(state, "" if whole or not isinstance(reach, int) else str(min(reach, 7)))


def strip_of_runs(newest_first: Sequence[TestRun]) -> Strip:
    """The strip of runs read with ``queries.runs.history``."""
    return strip([run.verdict, run.reach] for run in reversed(newest_first))


def before(run: TestRun, newest_first: Sequence[TestRun]) -> TestRun | None:
    """The finished run before this one, if it was made with another configuration or secret."""
    earlier = next((one for one in newest_first if one.queued_at < run.queued_at), None)
    if earlier is None or _decisive(earlier) == _decisive(run):
        return None
    return earlier


def _decisive(run: TestRun) -> list[object]:
    return [run.target.get(name) for name in _DECIDES]
