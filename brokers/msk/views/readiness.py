"""The readiness of a cluster as a page: what is met, what must be fixed, in which order."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from brokers.aws.checks import CHECKS
from brokers.models import READINESS, AwsInquiry, MskSetup
from brokers.msk.aws_queries import lookup
from brokers.msk.views import aws_query, checks
from brokers.msk.views import readiness_wording as said
from brokers.msk.views.aws_query import Shown
from brokers.msk.views.checks import Row


@dataclass(frozen=True, slots=True)
class Order:
    """One step of the fix order."""

    number: int
    title: str
    sentence: str
    wait: str
    is_ready: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """``first`` is the check to fix first, ``waiting`` how long AWS takes for all in words."""

    asked: Shown | None
    badge: said.Badge
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
    total: int = len(CHECKS)


def build(setup: MskSetup, answered: AwsInquiry | None) -> Ready:
    """From the newest run, and ``answered``, the last finished one, where that has said nothing."""
    newest = (
        aws_query.shown(lookup.latest_of_setup(setup, READINESS)) if setup.cluster_arn else None
    )
    others = lookup.asked_otherwise(answered, setup, setup.connection) if answered else []
    if newest is not None and _is_other(newest.row, setup):
        newest = None
    row = newest.row if newest and newest.document and not newest.is_stopped else None
    row = row or (None if others else answered)
    if row is None:
        return _nothing(setup, newest, others)
    document: Mapping[str, Any] = row.document or {}
    previous = lookup.readiness_before(row)
    order = document.get("steps", ())
    first = next((step["check"] for step in order if step["ready"]), "")
    found = checks.rows(document, previous.document if previous else None, first)
    is_open = newest is not None and newest.is_open
    ordered = () if is_open else _order(order, found)
    return Ready(
        asked=newest,
        badge=said.badge(found, is_open=is_open),
        sentences=said.sentences(found, is_open=is_open),
        beneath=said.beneath(setup, document),
        first=next((one for one in found if one.id == first), None) if ordered else None,
        waiting=said.waiting(step["check"] for step in order) if ordered else "",
        at=row.finished_at,
        took_ms=document.get("took_ms"),
        calls=document.get("calls") or 0,
        identity=said.identity(setup),
        before=said.before(previous.document if previous else None),
        checks=found,
        order=ordered,
        missing=() if is_open else _missing(found),
        statements=_statements(found),
        report="" if is_open else _report(setup, found),
        addresses=", ".join(row.asked.get("from_addresses", ())),
        done=sum(one.mark != "waiting" for one in found),
        total=len(found),
    )


def _is_other(row: AwsInquiry, setup: MskSetup) -> bool:
    """Whether the run was about another cluster or other things than the walk is now."""
    is_of_cluster = row.cluster_arn == setup.cluster_arn
    return not is_of_cluster or bool(lookup.asked_otherwise(row, setup, setup.connection))


def _nothing(setup: MskSetup, newest: Shown | None, others: Sequence[str]) -> Ready:
    """Before the first answer, or the first about what is wanted now."""
    is_open = newest is not None and newest.is_open
    badge = said.Badge("running", "Checking") if is_open else said.Badge("unknown", "Not checked")
    what = f"of {setup.cluster_name} " if setup.cluster_name else ""
    so_far = f"were checked for {' and '.join(others)}." if others else "were not checked yet."
    how = "are being checked." if is_open else so_far
    beneath = "kalixweb only describes: nothing is changed in AWS."
    return Ready(
        asked=newest, badge=badge, sentences=(f"The prerequisites {what}{how}",), beneath=beneath
    )


def _order(steps: Sequence[Mapping[str, Any]], found: Sequence[Row]) -> tuple[Order, ...]:
    numbers = {one.id: one.number for one in found}
    return tuple(
        Order(numbers[step["check"]], step["title"], step["sentence"], step["wait"], step["ready"])
        for step in steps
        if step["check"] in numbers
    )


def _missing(found: Sequence[Row]) -> tuple[tuple[str, str], ...]:
    """Each IAM action that AWS denied, and the checks that it is for."""
    actions: dict[str, list[str]] = {}
    for one in found:
        if one.missing_action:
            actions.setdefault(one.missing_action, []).append(str(one.number))
    return tuple((action, ", ".join(numbers)) for action, numbers in actions.items())


def _statements(found: Sequence[Row]) -> str:
    """What to add to the policy, each statement once."""
    statements = dict.fromkeys(one.statement for one in found if one.statement)
    if len(statements) < 2:
        return "".join(statements)
    return json.dumps([json.loads(one) for one in statements], indent=2)


def _report(setup: MskSetup, found: Sequence[Row]) -> str:
    """The same as text, to hand on."""
    lines = [f"MSK prerequisites of {setup.cluster_name}", setup.cluster_arn, ""]
    for one in found:
        lines.append(f"{one.number:2} {one.word:14} {one.title}: {one.sentence}".rstrip(": "))
        if one.is_loud and one.action:
            lines.append(f"   {'':14} {one.action}")
    return "\n".join(lines)
