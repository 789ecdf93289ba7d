"""The last good run beside the present one: what has changed is usually the cause."""

from dataclasses import dataclass

from brokers.engine.document import Document, read
from brokers.engine.report.run_differences import RunRecord, changes
from brokers.models import TestRun
from brokers.runs.queries import runs

_GOOD = {"passed", "warned"}


@dataclass(frozen=True, slots=True)
class SinceGood:
    """``sentences`` may be empty for a run that failed: then nothing that it saw differs."""

    good: TestRun
    sentences: tuple[str, ...]


def build(run: TestRun, document: Document) -> SinceGood | None:
    """None without an earlier good run, or when all is well and nothing changed."""
    good = runs.last_good(run)
    if good is None or not run.verdict:
        return None
    earlier = RunRecord(read(good.document), good.target)
    sentences = changes(earlier, RunRecord(document, run.target))
    if not sentences and run.verdict in _GOOD:
        return None
    return SinceGood(good, sentences)
