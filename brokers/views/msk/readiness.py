"""The readiness of a cluster as a page: what is met, what must be mended, in which order."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from brokers.models import READINESS, MskSetup
from brokers.queries import aws
from brokers.views.msk import asked, checks
from brokers.views.msk.asked import Shown
from brokers.views.msk.checks import Row

_ALL = 23
_WAIT = re.compile(r"(?:(\d+) to )?(\d+|ten) (minutes|hours?)")


@dataclass(frozen=True, slots=True)
class Badge:
    state: str
    word: str


@dataclass(frozen=True, slots=True)
class Order:
    """One step of the mending."""

    number: int
    title: str
    sentence: str
    wait: str
    is_ready: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """``first`` is the check to mend first, ``waiting`` how long AWS takes for all in words."""

    asked: Shown | None
    badge: Badge
    sentences: tuple[str, ...]
    beneath: str
    first: Row | None = None
    waiting: str = ""
    at: datetime | None = None
    took_ms: float | None = None
    calls: int = 0
    identity: str = ""
    before: str = ""
    checks: tuple[Row, ...] = ()
    order: tuple[Order, ...] = ()
    missing: tuple[tuple[str, str], ...] = ()
    statements: str = ""
    report: str = ""
    addresses: str = ""
    done: int = 0
    total: int = _ALL


def build(setup: MskSetup) -> Ready:
    """From the newest run, and the last finished one where the newest has said nothing."""
    newest = asked.shown(aws.latest_of_setup(setup, READINESS)) if setup.cluster_arn else None
    if newest is not None and newest.row.cluster_arn != setup.cluster_arn:
        newest = None
    row = newest.row if newest and newest.document else None
    row = row or (aws.answered_of_setup(setup, READINESS) if setup.cluster_arn else None)
    if row is None:
        return _nothing(setup, newest)
    document: Mapping[str, Any] = row.document or {}
    previous = aws.readiness_before(row)
    order = document.get("steps", ())
    first = next((step["check"] for step in order if step["ready"]), "")
    found = checks.rows(document, previous.document if previous else None, first)
    is_open = newest is not None and newest.is_open
    ordered = () if is_open else _order(order, found)
    return Ready(
        asked=newest,
        badge=_badge(found, is_open=is_open),
        sentences=_sentences(found, is_open=is_open),
        beneath=_beneath(setup, document),
        first=next((one for one in found if one.id == first), None) if ordered else None,
        waiting=_waiting([one.wait for one in ordered]),
        at=row.finished_at,
        took_ms=document.get("took_ms"),
        calls=document.get("calls") or 0,
        identity=_identity(setup),
        before=_before(previous.document if previous else None),
        checks=found,
        order=ordered,
        missing=() if is_open else _missing(found),
        statements=_statements(found),
        report="" if is_open else _report(setup, found),
        addresses=", ".join(row.asked.get("from_addresses", ())),
        done=sum(one.mark != "waiting" for one in found),
        total=len(found),
    )


def _nothing(setup: MskSetup, newest: Shown | None) -> Ready:
    """Before the first answer."""
    is_open = newest is not None and newest.is_open
    badge = Badge("running", "Checking") if is_open else Badge("unknown", "Not checked")
    what = f"of {setup.cluster_name} " if setup.cluster_name else ""
    said = "are being checked." if is_open else "were not checked yet."
    beneath = "kalixweb only describes: nothing is changed in AWS."
    return Ready(
        asked=newest, badge=badge, sentences=(f"The prerequisites {what}{said}",), beneath=beneath
    )


def _badge(found: Sequence[Row], *, is_open: bool) -> Badge:
    marks = {one.mark for one in found}
    if is_open:
        return Badge("running", "Checking")
    if "failed" in marks:
        return Badge("failed", "Not ready")
    return Badge("unknown", "Not all known") if "unknown" in marks else Badge("passed", "Ready")


def _sentences(found: Sequence[Row], *, is_open: bool) -> tuple[str, ...]:
    count = {mark: sum(one.mark == mark for one in found) for mark in _COUNTED}
    if is_open:
        done = len(found) - count["waiting"]
        return (f"{done} of {len(found)} prerequisites are checked.",)
    if count["passed"] == len(found):
        return (f"All {len(found)} prerequisites are met.",)
    rest = []
    if number := count["failed"]:
        rest.append(f"{number} must be mended")
    if number := count["unknown"]:
        rest.append(f"{number} could not be told")
    if number := count["skipped"]:
        rest.append(f"{number} {'was' if number == 1 else 'were'} skipped")
    met = f"{count['passed']} of {len(found)} prerequisites are met."
    return (met, f"{', '.join(rest)}.") if rest else (met,)


_COUNTED = ("passed", "failed", "unknown", "skipped", "waiting")


def _beneath(setup: MskSetup, document: Mapping[str, Any]) -> str:
    cluster = document.get("cluster") or {}
    region = setup.cluster_arn.split(":")[3]
    version = f", Kafka {cluster['version']}" if cluster.get("version") else ""
    where = f"Cluster {setup.cluster_name} in {region}{version}"
    if setup.user:
        return f"{where}, for the user {setup.user}."
    return f"{where}. Name the user in the next step, and its secret is checked as well."


def _identity(setup: MskSetup) -> str:
    account = setup.account
    if account is None or not account.identity_arn:
        return account.name if account else ""
    kind, _, name = account.identity_arn.split(":", 5)[-1].partition("/")
    role = name.split("/")[0] if kind == "assumed-role" else name
    word = {"assumed-role": "role", "user": "user"}.get(kind, "")
    return f"{word} {role or kind}, account {account.account_number}".strip()


def _before(document: Mapping[str, Any] | None) -> str:
    states = [one["state"] for one in (document or {}).get("checks", ())]
    return f"last run: {states.count('pass')} met" if states else ""


def _order(steps: Sequence[Mapping[str, Any]], found: Sequence[Row]) -> tuple[Order, ...]:
    numbers = {one.id: one.number for one in found}
    return tuple(
        Order(numbers[step["check"]], step["title"], step["sentence"], step["wait"], step["ready"])
        for step in steps
        if step["check"] in numbers
    )


def _waiting(waits: Sequence[str]) -> str:
    """The longest that AWS takes for all of them, as words."""
    minutes = 0
    for wait in waits:
        if found := _WAIT.search(wait):
            number = 10 if found[2] == "ten" else int(found[2])
            minutes += number * (60 if found[3].startswith("hour") else 1)
    if not minutes:
        return ""
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} hour{'' if hours == 1 else 's'}"] if hours else []
    parts += [f"{rest} minutes"] if rest else []
    return f"up to {' '.join(parts)} of waiting in all"


def _missing(found: Sequence[Row]) -> tuple[tuple[str, str], ...]:
    """Each IAM action that AWS denied, and the checks that it is for."""
    actions: dict[str, list[str]] = {}
    for one in found:
        if one.missing_action:
            actions.setdefault(one.missing_action, []).append(str(one.number))
    return tuple((action, ", ".join(numbers)) for action, numbers in actions.items())


def _statements(found: Sequence[Row]) -> str:
    """What to add to the policy, each statement once."""
    policies = dict.fromkeys(one.policy for one in found if one.policy)
    if len(policies) < 2:
        return "".join(policies)
    return json.dumps([json.loads(policy) for policy in policies], indent=2)


def _report(setup: MskSetup, found: Sequence[Row]) -> str:
    """The same as text, to hand on."""
    lines = [f"MSK prerequisites of {setup.cluster_name}", setup.cluster_arn, ""]
    for one in found:
        lines.append(f"{one.number:2} {one.word:14} {one.title}: {one.sentence}".rstrip(": "))
        if one.is_loud and one.action:
            lines.append(f"   {'':14} {one.action}")
    return "\n".join(lines)
