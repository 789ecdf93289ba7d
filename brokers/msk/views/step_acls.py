"""The sixth step: the ACLs that the user needs, and that they exist."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse

from brokers.aws.checks import CHECKS, about
from brokers.msk.onboarding import lifecycle
from brokers.msk.views.command_values import Known
from brokers.msk.views.onboarding_page import known_of
from brokers.msk.views.related_checks import related
from brokers.msk.views.step_request import Visit


def show(visit: Visit) -> dict[str, Any]:
    """Resource, operations and why; what the checks say of it."""
    known = known_of(visit)
    return {
        "needed": _needed(known) if visit.setup.topics else [],
        "related": related(visit.setup, visit.readiness, _checks()),
    }


def save(visit: Visit) -> HttpResponse | dict[str, Any]:
    """Keep who says that the ACLs exist, and when."""
    posted = visit.request.POST
    revision = posted.get("revision", "")
    if posted.get("confirm") == "yes":
        try:
            lifecycle.confirm_acls(
                actor=visit.request.actor,
                setup=visit.setup,
                expected_revision=int(revision) if revision.isdecimal() else 0,
            )
        except (lifecycle.NotAQuestion, lifecycle.ChangedMeanwhile) as refused:
            messages.error(visit.request, str(refused))
    back = posted.get("back", "")
    return visit.to(back if back == "readiness" else "acls")


def _checks() -> list[str]:
    """Those of the ACLs, and what locks users out as long as there are none."""
    ids = about("acls")
    return [*ids, *(one.id for one in CHECKS.values() if set(ids) & set(one.wants_proven))]


def _needed(known: Known) -> list[tuple[str, str, str]]:
    read, write = set(known.readers()), set(known.writers())
    rows = []
    for topic in known.topic_names():
        held = [word for word, names in (("Read", read), ("Write", write)) if topic in names]
        why = {"Read": "to consume from it", "Write": "to produce to it"}
        rows.append((f"topic {topic}", ", ".join(held), " and ".join(why[one] for one in held)))
    rows += [(f"group {group}", "Read", "to consume as this group") for group in known.groups]
    return rows
