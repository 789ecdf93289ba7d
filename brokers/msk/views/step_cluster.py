"""The second step: which cluster, and its bootstrap servers."""

from typing import Any

from django.http import HttpResponse

from brokers.models import BROKERS, CLUSTERS, MskOnboarding
from brokers.msk.aws_queries import lookup
from brokers.msk.forms.onboarding import ClusterForm
from brokers.msk.onboarding.lifecycle import Changes
from brokers.msk.views import aws_query, cluster_list
from brokers.msk.views.step_request import StepRequest
from brokers.msk.views.urls import find_onboarding
from kalixweb.accounts.refusals import shown_in


def show(step_request: StepRequest) -> dict[str, Any]:
    """The clusters to choose from; once one is chosen, its strings and what each is for."""
    onboarding, request, strings = (
        step_request.onboarding,
        step_request.request,
        step_request.bootstrap,
    )
    listed = aws_query.view_of(
        _of_account(onboarding, lookup.latest_of_onboarding(onboarding, CLUSTERS))
    )
    answered = listed.row if listed and listed.is_answered else None
    answered = answered or lookup.answered_of_onboarding(onboarding, CLUSTERS)
    fetched = aws_query.view_of(lookup.latest_of_onboarding(onboarding, BROKERS))
    return {
        "listed": listed,
        "fetched": fetched
        if fetched and fetched.row.cluster_arn == onboarding.cluster_arn
        else None,
        "listing": cluster_list.build(answered, request.GET) if answered else None,
        "strings": strings and {"at": strings.finished_at, "rows": step_request.strings},
        "chosen": bool(onboarding.cluster_arn),
        "choosing": "choose" in request.GET,
        "arn_form": ClusterForm(),
    }


def save(step_request: StepRequest) -> HttpResponse | dict[str, Any]:
    """Take a cluster, and fetch its bootstrap servers at once."""
    form = ClusterForm(step_request.request.POST)
    if form.is_valid():
        with shown_in(form, step_request.request):
            step_request.change(Changes(cluster_arn=form.cleaned_data["cluster"].strip()))
            fetch(step_request)
            return step_request.to("cluster")
    return {"arn_form": form, "choosing": True}


def fetch(step_request: StepRequest) -> None:
    """Ask for the bootstrap servers of the onboarding's cluster, where an account is chosen."""
    onboarding = find_onboarding(step_request.project, step_request.onboarding.id)
    if onboarding.account is not None and "msk.read" in step_request.rights:
        parameters = {"arn": onboarding.cluster_arn}
        aws_query.request_query(
            step_request.request, onboarding.account, BROKERS, parameters, onboarding=onboarding
        )


def _of_account(onboarding: MskOnboarding, row: Any) -> Any:  # noqa: ANN401
    return row if row is not None and row.account_id == onboarding.account_id else None
