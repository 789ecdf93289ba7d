"""The sixth step: the ACLs that the user needs, and that they exist."""

from typing import Any

from django.http import HttpResponse

from brokers.aws.checks import CHECKS, about
from brokers.msk.onboarding import lifecycle
from brokers.msk.views.command_values import CommandValues
from brokers.msk.views.onboarding_page import command_values_of
from brokers.msk.views.related_checks import related
from brokers.msk.views.step_request import StepRequest
from brokers.msk.views.urls import step_address
from kalixweb.accounts.refusals import shown_on
from kalixweb.core.htmx import go_to
from kalixweb.core.refusals import Refusal


def show(step_request: StepRequest) -> dict[str, Any]:
    """Resource, operations and why; what the checks say of it."""
    values = command_values_of(step_request)
    return {
        "needed": _needed(values) if step_request.onboarding.topics else [],
        "related": related(step_request.onboarding, step_request.readiness, _checks()),
    }


def save(step_request: StepRequest) -> HttpResponse | dict[str, Any]:
    """Keep who says that the ACLs exist, and when."""
    posted = step_request.request.POST
    revision = posted.get("revision", "")
    page = step_address(
        step_request.project,
        step_request.onboarding,
        posted["back"] if posted.get("back") == "readiness" else "acls",
    )
    if posted.get("confirm") == "yes":
        try:
            lifecycle.confirm_acls(
                actor=step_request.request.actor,
                onboarding=step_request.onboarding,
                expected_revision=int(revision) if revision.isdecimal() else 0,
            )
        except Refusal as refused:
            return shown_on(page, step_request.request, refused)
    return go_to(step_request.request, page)


def _checks() -> list[str]:
    """Those of the ACLs, and what locks users out as long as there are none."""
    ids = about("acls")
    return [*ids, *(one.id for one in CHECKS.values() if set(ids) & set(one.wants_proven))]


def _needed(values: CommandValues) -> list[tuple[str, str, str]]:
    read, write = set(values.readers()), set(values.writers())
    rows = []
    for topic in values.topic_names():
        held = [word for word, names in (("Read", read), ("Write", write)) if topic in names]
        why = {"Read": "to consume from it", "Write": "to produce to it"}
        rows.append((f"topic {topic}", ", ".join(held), " and ".join(why[one] for one in held)))
    rows += [(f"group {group}", "Read", "to consume as this group") for group in values.groups]
    return rows
