"""Looks into the database of a running instance beside it, without taking part."""

import sqlite3
from contextlib import closing
from pathlib import Path

_OPEN = "SELECT count(*) FROM test_run WHERE state IN ('queued', 'running')"
_WAITED = (
    "SELECT (julianday(started_at) - julianday(queued_at)) * 86400.0 FROM test_run "
    "WHERE origin = 'page' AND started_at IS NOT NULL ORDER BY queued_at"
)
_LASTED = (
    "SELECT (julianday(finished_at) - julianday(queued_at)) * 86400.0 FROM test_run "
    "WHERE origin = 'page' AND state = 'done' ORDER BY queued_at"
)
_OUTCOMES = (
    "SELECT coalesce(nullif(fault, ''), verdict), count(*) FROM test_run "
    "WHERE origin = 'bulk' GROUP BY 1 ORDER BY 2 DESC"
)


def open_runs(data: Path) -> int:
    """How many tests are queued or running."""
    return int(_ask(data, _OPEN)[0][0])


def waited(data: Path) -> list[float]:
    """For each test that somebody clicked: seconds from the click until a worker began it."""
    return [float(row[0]) for row in _ask(data, _WAITED)]


def lasted(data: Path) -> list[float]:
    """For each test that somebody clicked: seconds from the click until its verdict was stored."""
    return [float(row[0]) for row in _ask(data, _LASTED)]


def outcomes(data: Path) -> dict[str, int]:
    """Verdict or fault → how many tests of many ended so."""
    return {str(name): int(count) for name, count in _ask(data, _OUTCOMES)}


def _ask(data: Path, query: str) -> list[tuple[object, ...]]:
    uri = f"file:{data}/db/kalixweb.sqlite3?mode=ro"
    with closing(sqlite3.connect(uri, uri=True, timeout=20)) as database:
        return database.execute(query).fetchall()
