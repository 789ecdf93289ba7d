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
from brokers.msk.views.step_request import StepRequest
from kalixweb.accounts.refusals import shown_in


def show(step_request: StepRequest) -> dict[str, Any]:
    """The names as they stand, and whether the last look found them."""
    named = shown_topics(step_request.onboarding)
    return {
        "form": TopicsForm(initial={"topics": named}),
        "named": named,
        "related": related(step_request.onboarding, step_request.readiness, about("topics")),
        "query": aws_query.view_of(lookup.latest_of_onboarding(step_request.onboarding, READINESS)),
    }


def save(step_request: StepRequest) -> HttpResponse | dict[str, Any]:
    """Keep the names."""
    form = TopicsForm(step_request.request.POST)
    if form.is_valid():
        with shown_in(form, step_request.request):
            step_request.change(Changes(topics=form.names, groups=form.groups))
            return step_request.to("topics")
    return {"form": form}
