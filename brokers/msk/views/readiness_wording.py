"""How the readiness of a cluster stands, in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from brokers.aws.checks import CHECKS
from brokers.models import MskOnboarding
from brokers.msk.views.checks import CheckRow


@dataclass(frozen=True, slots=True)
class Badge:
    state: str
    word: str


def badge(found: Sequence[CheckRow], *, is_open: bool) -> Badge:
    """The state of the whole, as one word."""
    marks = {one.mark for one in found}
    if is_open:
        return Badge("running", "Checking")
    if "failed" in marks:
        return Badge("failed", "Not ready")
    return Badge("unknown", "Not all known") if "unknown" in marks else Badge("passed", "Ready")


def sentences(found: Sequence[CheckRow], *, is_open: bool) -> tuple[str, ...]:
    """How many are met, and what is with the others."""
    count = {mark: sum(one.mark == mark for one in found) for mark in _COUNTED}
    if is_open:
        done = len(found) - count["waiting"]
        return (f"{done} of {len(found)} prerequisites are checked.",)
    if count["passed"] == len(found):
        return (f"All {len(found)} prerequisites are met.",)
    rest = []
    if number := count["failed"]:
        rest.append(f"{number} must be fixed")
    if number := count["unknown"]:
        rest.append(f"{number} could not be told")
    if number := count["skipped"]:
        rest.append(f"{number} {'was' if number == 1 else 'were'} skipped")
    met = f"{count['passed']} of {len(found)} prerequisites are met."
    return (met, f"{', '.join(rest)}.") if rest else (met,)


_COUNTED = ("passed", "failed", "unknown", "skipped", "waiting")


def beneath(onboarding: MskOnboarding, document: Mapping[str, Any]) -> str:
    """Which cluster, for whom."""
    cluster = document.get("cluster") or {}
    region = onboarding.cluster_arn.split(":")[3]
    version = f", Kafka {cluster['version']}" if cluster.get("version") else ""
    where = f"Cluster {onboarding.cluster_name} in {region}{version}"
    if onboarding.user:
        return f"{where}, for the user {onboarding.user}."
    return f"{where}. Name the user in the next step, and its secret is checked as well."


def identity(onboarding: MskOnboarding) -> str:
    """As whom AWS was asked."""
    account = onboarding.account
    if account is None or not account.identity_arn:
        return account.name if account else ""
    kind, _, name = account.identity_arn.split(":", 5)[-1].partition("/")
    role = name.split("/")[0] if kind == "assumed-role" else name
    word = {"assumed-role": "role", "user": "user"}.get(kind, "")
    return f"{word} {role or kind}, account {account.account_number}".strip()


def before(document: Mapping[str, Any] | None) -> str:
    """What the run before this one found."""
    states = [one["state"] for one in (document or {}).get("checks", ())]
    return f"last run: {states.count('pass')} met" if states else ""


def waiting(checks: Iterable[str]) -> str:
    """The longest that AWS takes to fix all of these checks, as words."""
    minutes = sum(CHECKS[one].wait_minutes for one in checks if one in CHECKS)
    if not minutes:
        return ""
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} hour{'' if hours == 1 else 's'}"] if hours else []
    parts += [f"{rest} minutes"] if rest else []
    return f"up to {' '.join(parts)} of waiting in all"
