"""The shape of one row of the table of faults."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from brokers.engine.results import MendedBy

Seen = Mapping[str, str]
Text = str | Callable[[Seen], str]


@dataclass(frozen=True, slots=True)
class Row:
    """``state``: F fails its stage, W warns. ``stage``: where it shows, "" where it varies.

    ``word``: at most twelve letters, for a cell of the grid.
    """

    code: str
    state: Literal["F", "W"]
    stage: str
    mended_by: MendedBy
    word: str
    sentence: Text
    action: Text
