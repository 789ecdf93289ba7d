"""Who names what: a line has to tell the cause, and may be said of nothing that it is not true of.

The same line may come up for another situation when it tells a cause of that one as well, be it the
first, a second one or a wider one (``telling.WIDER``), or when what is wrong there was never looked
at before it was used (an ``input`` cause): a port that was cut to sixteen bits is refused in truth.
"""

import re
import statistics
from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.diagnosis.clients.run import Answer
from benchmarks.diagnosis.situation import Situation
from benchmarks.diagnosis.telling import PATTERNS, WIDER

CHANGING = (
    (re.compile(r"^%\d\|[\d.]+\|\w+\|\S+\|\s*|^\[[\w.-]+\] (WARN|ERROR) "), ""),
    (re.compile(r"\[thrd:[^]]*\]:?|\(after \d+ms[^)]*\)|\bafter \d+(\.\d+)? ?(ms|s\b)"), ""),
    (re.compile(r", \d+ identical error\(s\)|\(?\d+ identical.*suppressed\)"), ""),
    (re.compile(r"\b\d+\.\d+ ?s(ecs)?\b|\bTimed out \d+ remaining"), "TIME"),
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


SaidOf = dict[str, dict[str, Situation]]
Truths = dict[str, set[str]]


def plain(line: str) -> str:
    """The line without what differs from one run to the next."""
    for changing, instead in CHANGING:
        line = changing.sub(instead, line)
    return " ".join(line.split())


def truths(situations: Iterable[Situation], ours: dict[str, Answer]) -> Truths:
    """Situation -> every cause that it has: some have two, and kalixweb lists both."""
    found = {one.name: {*ours[one.name].codes} | {one.fault} - {None} for one in situations}
    return {
        name: codes | {WIDER[code] for code in codes & WIDER.keys()}
        for name, codes in found.items()
    }


def score(situations: Iterable[Situation], answers: dict[str, Answer], truths: Truths) -> Score:
    """Counts one client over all situations."""
    everything = list(situations)
    broken = [one for one in everything if one.fault]
    said_of: SaidOf = {}
    for one in everything:
        for line in answers[one.name].lines:
            said_of.setdefault(plain(line), {})[one.name] = one
    failing = [answers[one.name].ms for one in broken if not answers[one.name].ok]
    loud = [answers[one.name].ms for one in broken if not (one.silent or answers[one.name].ok)]
    named = frozenset(one.name for one in broken if _named(one, answers[one.name], said_of, truths))
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


def _named(situation: Situation, answer: Answer, said_of: SaidOf, truths: Truths) -> bool:
    cause = situation.fault
    if cause is None:
        return False
    return any(
        _tells(line, cause)
        and all(
            _leads_elsewhere(other) or any(_tells(line, truth) for truth in truths[other.name])
            for other in said_of[plain(line)].values()
        )
        for line in answer.lines
    )


def _tells(line: str, cause: str) -> bool:
    return cause in PATTERNS and bool(re.search(PATTERNS[cause], line, re.IGNORECASE))


def _leads_elsewhere(situation: Situation) -> bool:
    return (situation.fault or "").startswith("input.")
