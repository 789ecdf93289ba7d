"""The order in which what failed can be fixed: each step only after what AWS wants first."""

from collections.abc import Mapping
from typing import TypedDict

from brokers.aws.check import Check, Finding
from brokers.aws.checks import CHECKS


class FixStep(TypedDict):
    """One step of the fix; ``ready`` when nothing that must come first is left to fix."""

    check: str
    title: str
    sentence: str
    ready: bool
    wait: str


def in_fix_order() -> list[Check]:
    """All checks in the order in which they are fixed."""
    return sorted(CHECKS.values(), key=lambda check: check.fix_position)


def steps(findings: Mapping[str, Finding]) -> list[FixStep]:
    """What failed, and what must be seen to be green before something else may be fixed."""
    failing = [check for check in in_fix_order() if _state(check.id, findings) == "fail"]
    unproven = {one for check in failing for one in check.wants_proven}
    return [
        _step(check, findings)
        for check in in_fix_order()
        if check in failing or (check.id in unproven and _state(check.id, findings) != "pass")
    ]


def _step(check: Check, findings: Mapping[str, Finding]) -> FixStep:
    finding = findings.get(check.id)
    fixed_with_it = finding.also_fixes if finding else ()
    left = [
        other.title
        for other in in_fix_order()
        if other.id in check.waits_for
        and other.id not in fixed_with_it
        and _state(other.id, findings) != "pass"
    ]
    if left:
        titles = ", ".join(f"“{title}”" for title in left)
        sentence = f"Only after {titles} {'is' if len(left) == 1 else 'are'} green."
    else:
        sentence = "Ready now."
    return {
        "check": check.id,
        "title": check.fix_title,
        "sentence": sentence,
        "ready": not left,
        "wait": check.wait,
    }


def _state(name: str, findings: Mapping[str, Finding]) -> str | None:
    finding = findings.get(name)
    return finding.state if finding else None
