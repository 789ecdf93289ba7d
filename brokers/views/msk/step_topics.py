"""The fifth step: which topics and groups the service uses."""

from typing import Any

from django.http import HttpResponse

from brokers.forms.walk import TopicsForm, shown_topics
from brokers.models import READINESS
from brokers.queries import aws
from brokers.services.setups import Changes
from brokers.views.msk import asked
from brokers.views.msk.related import TOPICS, related
from brokers.views.msk.visit import Visit


def show(visit: Visit) -> dict[str, Any]:
    """The names as they stand, and whether the last look found them."""
    named = shown_topics(visit.setup)
    return {
        "form": TopicsForm(initial={"topics": named}),
        "named": named,
        "related": related(visit.setup, visit.readiness, TOPICS),
        "asked": asked.shown(aws.latest_of_setup(visit.setup, READINESS)),
    }


def save(visit: Visit) -> HttpResponse | dict[str, Any]:
    """Keep the names."""
    form = TopicsForm(visit.request.POST)
    if form.is_valid() and (
        refused := visit.change(Changes(topics=form.names, groups=form.groups))
    ):
        form.add_error("topics", refused)
    return {"form": form} if form.errors else visit.to("topics")
