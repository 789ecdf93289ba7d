"""Who names what: a line has to tell the cause, and no other cause may draw the same line."""

import re
import statistics
from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.diagnosis.clients.run import Answer
from benchmarks.diagnosis.situation import Situation
from benchmarks.diagnosis.telling import PATTERNS

CHANGING = (
    (re.compile(r"^%\d\|[\d.]+\|\w+\|\S+\|\s*|^\[[\w.-]+\] (WARN|ERROR) "), ""),
    (re.compile(r"\[thrd:[^]]*\]:?|\(after \d+ms[^)]*\)|\bafter \d+(\.\d+)? ?(ms|s\b)"), ""),
    (re.compile(r"case-\d+\.|kafka-python-[\w.-]+|kafka-admin-client-thread"), "CLIENT"),
    (re.compile(r"(?:ipv[46]#)?(?:127\.0\.0\.1|localhost|\[?::1\]?)(/127.0.0.1)?(:\d+)?"), "HOST"),
    (re.compile(r"\b(?:port|Port) \d+\b|(?<=HOST:)\d+|, \d{4,5}\)"), "PORT"),
    (re.compile(r"0x[0-9a-f]+|\b[0-9a-f]{16,}\b|@[0-9a-f]+|\b\d{4,}\b"), "N"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Score:
    """How one client did. ``wrong``: said well of what is broken, or broken of what is well."""

    named: frozenset[str]
    said_well: frozenset[str]
    false_alarms: frozenset[str]
    slow: int
    crashed: int
    median_ms: float
    median_loud_ms: float


def plain(line: str) -> str:
    """The line without what differs from one run to the next."""
    for changing, instead in CHANGING:
        line = changing.sub(instead, line)
    return " ".join(line.split())


def score(situations: Iterable[Situation], answers: dict[str, Answer]) -> Score:
    """Counts one client over all situations."""
    everything = list(situations)
    broken = [one for one in everything if one.fault]
    causes: dict[str, set[str]] = {}
    for one in everything:
        for line in answers[one.name].lines:
            causes.setdefault(plain(line), set()).add(one.fault or "")
    failing = [answers[one.name].ms for one in broken if not answers[one.name].ok]
    loud = [answers[one.name].ms for one in broken if not (one.silent or answers[one.name].ok)]
    named = frozenset(one.name for one in broken if _named(one, answers[one.name], causes))
    return Score(
        named=named,
        said_well=frozenset(
            one.name for one in broken if answers[one.name].ok and one.name not in named
        ),
        false_alarms=frozenset(
            one.name
            for one in everything
            if one.fault is None and (not answers[one.name].ok or answers[one.name].code)
        ),
        slow=sum(took >= 9000 for took in failing),
        crashed=sum(answers[one.name].crashed for one in everything),
        median_ms=statistics.median(failing),
        median_loud_ms=statistics.median(loud),
    )


def _named(situation: Situation, answer: Answer, causes: dict[str, set[str]]) -> bool:
    if situation.fault is None:
        return False
    telling = re.compile(PATTERNS[situation.fault], re.IGNORECASE)
    return any(
        telling.search(line) and causes[plain(line)] == {situation.fault} for line in answer.lines
    )
