"""The checks of a readiness document as rows of a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from brokers.aws.check import Check
from brokers.aws.checks import CHECKS

_MARKS = {
    "pass": "passed",
    "fail": "failed",
    "could_not_tell": "unknown",
    "skipped": "skipped",
    "waiting": "waiting",
}
_WORDS = {
    "pass": "Pass",
    "fail": "Fail",
    "could_not_tell": "Could not tell",
    "skipped": "Skipped",
    "waiting": "Waiting",
}
# What a document of before put between an action and the statement that it kept in it.
_BETWEEN = len(" The statement to add: ")
_LABELS = (("console", "Console"), ("cli", "CLI"), ("terraform", "Terraform"))


@dataclass(frozen=True, slots=True)
class FixTab:
    """One way to fix it: a tab."""

    label: str
    text: str
    is_code: bool
    is_first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow:
    """``opens``: there is more to read than the line. ``turned`` says what the last run saw."""

    id: str
    number: int
    title: str
    mark: str
    word: str
    seen: str
    sentence: str
    why: str
    action: str
    after: tuple[int, ...]
    how: tuple[FixTab, ...]
    statement: str
    missing_action: str
    wait: str
    turned: str
    is_first: bool
    is_withheld: bool

    @property
    def is_loud(self) -> bool:
        """Whether its word stands in the line: what works is quiet."""
        return self.mark in {"failed", "unknown"}

    @property
    def opens(self) -> bool:
        """What works has nothing more to say."""
        return self.mark in {"failed", "unknown", "skipped"}

    @property
    def is_dangerous(self) -> bool:
        """Whether fixing it before ACLs exist locks everyone out."""
        return self.mark == "failed" and bool(self.row and self.row.wants_proven)

    @property
    def takes_addresses(self) -> bool:
        """Whether it can be asked for the addresses that clients come from."""
        return bool(self.row and self.row.takes_addresses)

    @property
    def row(self) -> Check | None:
        """What the check is; None for one that a document of before still names."""
        return CHECKS.get(self.id)


def rows(
    document: Mapping[str, Any], before: Mapping[str, Any] | None, first: str = ""
) -> tuple[CheckRow, ...]:
    """Every check in the document's order; ``first`` is the one to fix first, which is open."""
    checks: Sequence[Mapping[str, Any]] = document.get("checks", ())
    numbers = {check["id"]: number for number, check in enumerate(checks, 1)}
    states = {check["id"]: check["state"] for check in checks}
    ready = {step["check"] for step in document.get("steps", ()) if step["ready"]}
    old = {check["id"]: check["state"] for check in (before or {}).get("checks", ())}
    return tuple(
        _row(
            check,
            numbers,
            () if check["id"] in ready else _left(check, states),
            old.get(check["id"], ""),
            is_first=check["id"] == first,
        )
        for check in checks
    )


def _left(check: Mapping[str, Any], states: Mapping[str, str]) -> Sequence[str]:
    """What must be green before it is fixed, and is not."""
    if check["state"] != "fail":
        return ()
    return [one for one in check["after"] if states.get(one) != "pass"]


def _row(
    check: Mapping[str, Any],
    numbers: Mapping[str, int],
    left: Sequence[str],
    old: str,
    *,
    is_first: bool,
) -> CheckRow:
    state, is_fail = check["state"], check["state"] == "fail"
    row = CHECKS.get(check["id"])
    action, statement = _action(check)
    return CheckRow(
        id=check["id"],
        number=numbers[check["id"]],
        title=check["title"],
        mark=_MARKS[state],
        word=_WORDS[state],
        seen=check["seen"],
        sentence=check["sentence"],
        why=check["why"] if state in {"fail", "could_not_tell"} else "",
        action=action,
        after=tuple(sorted(numbers[one] for one in left if one in numbers)),
        how=_fix_tabs(check["how"]),
        statement=statement,
        missing_action=check["missing_action"] or "",
        wait=check["wait"] if is_fail else "",
        turned=_turned(old, state),
        is_first=is_first,
        is_withheld=bool(row and row.wants_proven) and is_fail and check["how"] is None,
    )


def _action(check: Mapping[str, Any]) -> tuple[str, str]:
    """What to do, and the statement to add to the policy, which stands below it to be copied."""
    action: str = check["action"]
    former: str | None = check.get("policy")
    if former:
        return action[: -len(former) - _BETWEEN], former
    return action, check.get("statement") or ""


def _fix_tabs(how: Mapping[str, str] | None) -> tuple[FixTab, ...]:
    """Console, CLI and Terraform; the commands are shown first."""
    found = [(name, label, (how or {}).get(name)) for name, label in _LABELS]
    return tuple(
        FixTab(label, text, name == "cli" or (name == "terraform" and "\n" in text), name == "cli")
        for name, label, text in found
        if text
    )


def _turned(old: str, state: str) -> str:
    """How the last run saw it, where it was otherwise."""
    if not old or old == state or "waiting" in {old, state}:
        return ""
    return f"was: {_WORDS[old].lower()}"
