"""When a connection's verdict or its cause changed from one finished run to the next."""

from collections.abc import Sequence
from dataclasses import dataclass

from brokers.models import DONE, TestRun


@dataclass(frozen=True, slots=True)
class Turn:
    """``was`` is the word of the run before; "" where nothing changed or nothing is known."""

    run: TestRun
    was: str = ""


def turns(newest_first: Sequence[TestRun], older: TestRun | None) -> list[Turn]:
    """The runs with what they turned from; ``older`` is the finished one before the last."""
    before = older
    found: list[Turn] = []
    for run in reversed(newest_first):
        if run.state != DONE:
            found.append(Turn(run))
            continue
        changed = before is not None and (before.verdict, before.fault) != (run.verdict, run.fault)
        found.append(Turn(run, before.word if before is not None and changed else ""))
        before = run
    return found[::-1]


def flips(shown: Sequence[Turn]) -> list[Turn]:
    """Only those that changed something, newest first."""
    return [turn for turn in shown if turn.was]
