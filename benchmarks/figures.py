"""What every benchmark prints: a Markdown table of figures, each beside its limit."""

import os
import platform
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One row. ``limit`` is in the unit of ``measured``; None where nothing was promised."""

    what: str
    measured: float
    unit: str
    limit: float | None = None
    note: str = ""

    @property
    def kept(self) -> bool:
        return self.limit is None or self.measured <= self.limit

    def line(self) -> str:
        """The row as Markdown; one that is over its limit stands in bold."""
        shown = _number(self.measured, self.unit)
        limit = "" if self.limit is None else _number(self.limit, self.unit)
        return f"| {self.what} | {shown if self.kept else f'**{shown}**'} | {limit} | {self.note} |"


def show(title: str, figures: Sequence[Figure]) -> int:
    """Print the table with the machine it was measured on; 1 when a limit is not kept."""
    print(f"### {title}\n\n{machine()}\n")
    print("| | measured | limit | |\n|---|---|---|---|")
    print("\n".join(figure.line() for figure in figures), end="\n\n", flush=True)
    return 0 if all(figure.kept for figure in figures) else 1


def machine() -> str:
    """One line about where the figures were measured, and how busy it was with other work."""
    load = f"load average {os.getloadavg()[0]:.1f}"
    speed = f"one million turns of a loop take {_loop_ms():.0f} ms of processor"
    python = f"{platform.system()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} cores, {load}, {speed}, {python}"


def _loop_ms() -> float:
    """A yardstick: a shared processor is slower while others use it, even by processor time."""
    began, total = time.thread_time(), 0
    for number in range(1_000_000):
        total += number * number
    return (time.thread_time() - began) * 1000


def median(taken: Sequence[float]) -> float:
    """The middle value."""
    return statistics.median(taken)


def p95(taken: Sequence[float]) -> float:
    """The value that 95 of 100 stay under; of few values the largest."""
    return statistics.quantiles(taken, n=20, method="inclusive")[-1]


def _number(value: float, unit: str) -> str:
    digits = 0 if value == int(value) or value >= 100 else 2 if unit == "s" else 1
    return f"{value:.{digits}f} {unit}".strip()
