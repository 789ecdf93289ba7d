"""The readiness of a cluster as a page: what is met, what must be fixed, in which order."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from brokers.aws.checks import CHECKS
from brokers.models import READINESS, AwsQuery, MskOnboarding
from brokers.msk.aws_queries import lookup
from brokers.msk.views import aws_query, checks
from brokers.msk.views import readiness_wording as wording
from brokers.msk.views.aws_query import QueryView
from brokers.msk.views.checks import CheckRow


@dataclass(frozen=True, slots=True)
class FixStepRow:
    """One step of the fix order."""

    number: int
    title: str
    sentence: str
    wait: str
    is_ready: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadinessPage:
    """``first`` is the check to fix first, ``waiting`` how long AWS takes for all in words."""

    query: QueryView | None
    badge: wording.Badge
    sentences: tuple[str, ...]
    beneath: str
    first: CheckRow | None = None
    waiting: str = ""
    at: datetime | None = None
    took_ms: float | None = None
    calls: int = 0
    identity: str = ""
    before: str = ""
    checks: tuple[CheckRow, ...] = ()
    order: tuple[FixStepRow, ...] = ()
    missing: tuple[tuple[str, str], ...] = ()
    statements: str = ""
    report: str = ""
    addresses: str = ""
    done: int = 0
    total: int = len(CHECKS)


def build(onboarding: MskOnboarding, answered: AwsQuery | None) -> ReadinessPage:
    """From the newest run, and ``answered``, the last finished one, where that has said nothing."""
    newest = (
        aws_query.view_of(lookup.latest_of_onboarding(onboarding, READINESS))
        if onboarding.cluster_arn
        else None
    )
    others = lookup.changed_since(answered, onboarding, onboarding.connection) if answered else []
    if newest is not None and _is_other(newest.row, onboarding):
        newest = None
    row = newest.row if newest and newest.document and not newest.is_stopped else None
    row = row or (None if others else answered)
    if row is None:
        return _nothing(onboarding, newest, others)
    document: Mapping[str, Any] = row.document or {}
    previous = lookup.readiness_before(row)
    order = document.get("steps", ())
    first = next((step["check"] for step in order if step["ready"]), "")
    found = checks.rows(document, previous.document if previous else None, first)
    is_open = newest is not None and newest.is_open
    ordered = () if is_open else _order(order, found)
    return ReadinessPage(
        query=newest,
        badge=wording.badge(found, is_open=is_open),
        sentences=wording.sentences(found, is_open=is_open),
        beneath=wording.beneath(onboarding, document),
        first=next((one for one in found if one.id == first), None) if ordered else None,
        waiting=wording.waiting(step["check"] for step in order) if ordered else "",
        at=row.finished_at,
        took_ms=document.get("took_ms"),
        calls=document.get("calls") or 0,
        identity=wording.identity(onboarding),
        before=wording.before(previous.document if previous else None),
        checks=found,
        order=ordered,
        missing=() if is_open else _missing(found),
        statements=_statements(found),
        report="" if is_open else _report(onboarding, found),
        addresses=", ".join(row.parameters.get("from_addresses", ())),
        done=sum(one.mark != "waiting" for one in found),
        total=len(found),
    )


def _is_other(row: AwsQuery, onboarding: MskOnboarding) -> bool:
    """Whether the run was about another cluster or other things than the onboarding is now."""
    is_of_cluster = row.cluster_arn == onboarding.cluster_arn
    return not is_of_cluster or bool(lookup.changed_since(row, onboarding, onboarding.connection))


def _nothing(
    onboarding: MskOnboarding, newest: QueryView | None, others: Sequence[str]
) -> ReadinessPage:
    """Before the first answer, or the first about what is wanted now."""
    is_open = newest is not None and newest.is_open
    badge = (
        wording.Badge("running", "Checking") if is_open else wording.Badge("unknown", "Not checked")
    )
    what = f"of {onboarding.cluster_name} " if onboarding.cluster_name else ""
    so_far = f"were checked for {' and '.join(others)}." if others else "were not checked yet."
    how = "are being checked." if is_open else so_far
    beneath = "kalixweb only describes: nothing is changed in AWS."
    return ReadinessPage(
        query=newest, badge=badge, sentences=(f"The prerequisites {what}{how}",), beneath=beneath
    )


def _order(steps: Sequence[Mapping[str, Any]], found: Sequence[CheckRow]) -> tuple[FixStepRow, ...]:
    numbers = {one.id: one.number for one in found}
    return tuple(
        FixStepRow(
            numbers[step["check"]], step["title"], step["sentence"], step["wait"], step["ready"]
        )
        for step in steps
        if step["check"] in numbers
    )


def _missing(found: Sequence[CheckRow]) -> tuple[tuple[str, str], ...]:
    """Each IAM action that AWS denied, and the checks that it is for."""
    actions: dict[str, list[str]] = {}
    for one in found:
        if one.missing_action:
            actions.setdefault(one.missing_action, []).append(str(one.number))
    return tuple((action, ", ".join(numbers)) for action, numbers in actions.items())


def _statements(found: Sequence[CheckRow]) -> str:
    """What to add to the policy, each statement once."""
    statements = dict.fromkeys(one.statement for one in found if one.statement)
    if len(statements) < 2:
        return "".join(statements)
    return json.dumps([json.loads(one) for one in statements], indent=2)


def _report(onboarding: MskOnboarding, found: Sequence[CheckRow]) -> str:
    """The same as text, to hand on."""
    lines = [f"MSK prerequisites of {onboarding.cluster_name}", onboarding.cluster_arn, ""]
    for one in found:
        lines.append(f"{one.number:2} {one.word:14} {one.title}: {one.sentence}".rstrip(": "))
        if one.is_loud and one.action:
            lines.append(f"   {'':14} {one.action}")
    return "\n".join(lines)
