"""What processes use, read from /proc: memory by share, processor time of all threads."""

from collections.abc import Iterable
from pathlib import Path


def family(root: int) -> list[int]:
    """The process and all that descend from it."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int(
                (folder / "stat").read_text().rsplit(")", 1)[1].split()[1]
            )
        except OSError:
            continue
    found = [root]
    for process in found:  # grows while it is walked
        found += [child for child, parent in parents.items() if parent == process]
    return found


def memory_mb(processes: Iterable[int]) -> float:
    """Proportional set size: a page that several processes share is counted once in all."""
    return sum(_rollup(process) for process in processes) / 1024


def cpu_ms(processes: Iterable[int]) -> float:
    """Processor time used so far by all threads, in milliseconds."""
    return sum(_run_time(process) for process in processes) / 1e6


def _rollup(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def _run_time(process: int) -> int:
    """Nanoseconds; finer than the ticks of /proc/PID/stat."""
    total = 0
    for task in Path(f"/proc/{process}/task").glob("*"):
        try:
            total += int((task / "schedstat").read_text().split()[0])
        except OSError:
            continue
    return total
