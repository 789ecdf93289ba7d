"""The fifth step: which topics and groups the service uses."""

from typing import Any

from django.http import HttpResponse

from brokers.aws.checks import about
from brokers.models import READINESS
from brokers.msk.aws_queries import lookup
from brokers.msk.forms.onboarding import TopicsForm, shown_topics
from brokers.msk.onboarding.lifecycle import Changes
from brokers.msk.views import aws_query
from brokers.msk.views.related_checks import related
from brokers.msk.views.step_request import Visit


def show(visit: Visit) -> dict[str, Any]:
    """The names as they stand, and whether the last look found them."""
    named = shown_topics(visit.setup)
    return {
        "form": TopicsForm(initial={"topics": named}),
        "named": named,
        "related": related(visit.setup, visit.readiness, about("topics")),
        "asked": aws_query.shown(lookup.latest_of_setup(visit.setup, READINESS)),
    }


def save(visit: Visit) -> HttpResponse | dict[str, Any]:
    """Keep the names."""
    form = TopicsForm(visit.request.POST)
    if form.is_valid() and (
        refused := visit.change(Changes(topics=form.names, groups=form.groups))
    ):
        form.add_error("topics", refused)
    return {"form": form} if form.errors else visit.to("topics")
