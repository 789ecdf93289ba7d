"""The result as Markdown: one table over all, one with every situation."""

from collections.abc import Sequence

from benchmarks.diagnosis.clients.run import OURS, Answer, Answers
from benchmarks.diagnosis.judging import Score, score, truths
from benchmarks.diagnosis.situation import Situation

COLUMNS = (
    "names the cause",
    "says nothing is wrong",
    "false alarms",
    "9 s or longer",
    "crashed",
    "median to the answer",
    "the same where something answers",
)


def markdown(situations: Sequence[Situation], answers: Answers, machine: str) -> str:
    """Both tables. ``machine``: where and how busy, in one line."""
    known = truths(situations, answers[OURS])
    scores = {client: score(situations, found, known) for client, found in answers.items()}
    broken = [one for one in situations if one.fault]
    causes = len({one.fault for one in broken})
    healthy = len(situations) - len(broken)
    heads = " | ".join(COLUMNS)
    lines = [
        f"{len(broken)} faults ({causes} causes) and {healthy} healthy set-ups; {machine}.",
        "",
        f"| client | {heads} |",
        f"|---|{'---|' * len(COLUMNS)}",
        *(_row(client, found, len(broken)) for client, found in scores.items()),
        "",
        f"| situation | cause | {' | '.join(answers)} |",
        f"|---|---|{'---|' * len(answers)}",
        *(_situation(one, answers, scores) for one in broken),
    ]
    return "\n".join(lines) + "\n"


def _row(client: str, found: Score, count: int) -> str:
    return (
        f"| {client} | {len(found.named)} of {count} | {len(found.said_well)} | "
        f"{len(found.false_alarms)} | {found.slow} | {found.crashed} | {found.median_ms:,.0f} ms | "
        f"{found.median_loud_ms:,.0f} ms |"
    )


def _situation(one: Situation, answers: Answers, scores: dict[str, Score]) -> str:
    cells = [
        _cell(found[one.name], named=one.name in scores[client].named, ours=client == OURS)
        for client, found in answers.items()
    ]
    return f"| {one.name} | `{one.fault}` | {' | '.join(cells)} |"


def _cell(answer: Answer, *, named: bool, ours: bool) -> str:
    if answer.crashed:
        return "crashed"
    if answer.ok and not named:
        return "“works”"
    word = "**named**" if named else "not named" if ours or answer.lines else "nothing said"
    return f"{word}, {answer.ms:,.0f} ms"
