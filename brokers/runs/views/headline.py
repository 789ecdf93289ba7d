"""The sentence at the top of a run while there is no verdict yet, or never will be."""

from dataclasses import dataclass
from datetime import datetime

from brokers.engine.document import Document, VerdictSeen
from brokers.models import DONE, QUEUED, RUNNING, TestRun
from brokers.runs.views.trace import Trace

_DOING = {
    "resolve": "is being looked up",
    "connect": "has not answered yet",
    "tls": "is showing its certificate",
    "kafka": "is saying what it speaks",
    "sasl-mechanism": "is naming its mechanisms",
    "sasl-login": "is checking the login",
    "metadata": "is naming the brokers",
}


@dataclass(frozen=True, slots=True)
class Headline:
    state: str
    word: str
    sentence: str
    beneath: str = ""


def build(run: TestRun, document: Document, trace: Trace, name: str, now: datetime) -> Headline:
    """Badge, sentence and what stands beneath it."""
    state = run.state_at(now)
    if state == QUEUED and run.is_late(now):
        return Headline("waiting", "Queued", "Queued, but no worker took it.", _NO_WORKER)
    if state == QUEUED:
        return Headline("waiting", "Queued", f"The test of {name} starts in a moment.")
    if state == RUNNING:
        return Headline("running", "Running", _under_way(document, trace, name), _LIMITS)
    if state == DONE and document.verdict is not None:
        return _verdict(document.verdict)
    return Headline("skipped", "Stopped", _stopped(run, document), _NOTHING_KNOWN)


_NO_WORKER = (
    "Nothing was sent to the cluster yet. The test starts by itself as soon as a worker runs; "
    "on the machine that runs kalixweb, `kalixweb doctor` says what is wrong."
)
_LIMITS = "A silent broker takes up to 15 seconds, the whole run up to 30."
_NOTHING_KNOWN = (
    "What was seen until then stands below; the rest is not known. Nothing was written."
)


def _verdict(verdict: VerdictSeen) -> Headline:
    words = {"passed": "Works", "warned": "Works, with a warning", "degraded": "Degraded"}
    return Headline(verdict.state, words.get(verdict.state, "Failed"), verdict.sentence)


def _stopped(run: TestRun, document: Document) -> str:
    if run.sentence:
        return run.sentence
    if document.verdict is not None:
        return document.verdict.sentence
    return "The test ended before it had a verdict: its worker stopped or its time was up."


def _under_way(document: Document, trace: Trace, name: str) -> str:
    doing = []
    for node, row in zip(document.nodes, trace.rows, strict=True):
        stage = next((one for one in node.stages if one.state == "running"), None)
        if stage is not None:
            doing.append(f"{row.name} {_DOING.get(stage.stage, 'is being asked')}")
    if not doing:
        return f"Testing {name}."
    more = f", and {len(doing) - 2} more" if len(doing) > 2 else ""
    return f"Testing {name}: {', '.join(doing[:2])}{more}."
