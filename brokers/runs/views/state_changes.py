"""The runs of a connection with what each of them changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from brokers.models import ConnectionStateChange, TestRun


@dataclass(frozen=True, slots=True)
class ListedRun:
    """``was`` is how the connection was before this run; "" where it stayed so, or is not known."""

    run: TestRun
    was: str = ""


def listed(
    runs: Sequence[TestRun], changes: Mapping[UUID, ConnectionStateChange]
) -> list[ListedRun]:
    """The runs in their order, each with its change of state if it made one."""
    return [
        ListedRun(run, changes[run.pk].label_before if run.pk in changes else "") for run in runs
    ]
