"""The second step: which cluster, and its bootstrap servers."""

from typing import Any

from django.http import HttpResponse

from brokers.models import BROKERS, CLUSTERS, MskSetup
from brokers.msk.aws_queries import lookup
from brokers.msk.forms.onboarding import ClusterForm
from brokers.msk.onboarding.lifecycle import Changes
from brokers.msk.views import aws_query, cluster_list
from brokers.msk.views.step_request import Visit
from brokers.msk.views.urls import find_walk
from kalixweb.accounts.refusals import shown_in


def show(visit: Visit) -> dict[str, Any]:
    """The clusters to choose from; once one is chosen, its strings and what each is for."""
    setup, request, strings = visit.setup, visit.request, visit.bootstrap
    listed = aws_query.shown(_of_account(setup, lookup.latest_of_setup(setup, CLUSTERS)))
    answered = listed.row if listed and listed.is_answered else None
    answered = answered or lookup.answered_of_setup(setup, CLUSTERS)
    fetched = aws_query.shown(lookup.latest_of_setup(setup, BROKERS))
    return {
        "listed": listed,
        "fetched": fetched if fetched and fetched.row.cluster_arn == setup.cluster_arn else None,
        "listing": cluster_list.build(answered, request.GET) if answered else None,
        "strings": strings and {"at": strings.finished_at, "rows": visit.strings},
        "chosen": bool(setup.cluster_arn),
        "choosing": "choose" in request.GET,
        "arn_form": ClusterForm(),
    }


def save(visit: Visit) -> HttpResponse | dict[str, Any]:
    """Take a cluster, and fetch its bootstrap servers at once."""
    form = ClusterForm(visit.request.POST)
    if form.is_valid():
        with shown_in(form, visit.request):
            visit.change(Changes(cluster_arn=form.cleaned_data["cluster"].strip()))
            fetch(visit)
            return visit.to("cluster")
    return {"arn_form": form, "choosing": True}


def fetch(visit: Visit) -> None:
    """Ask for the bootstrap servers of the walk's cluster, where an account is chosen."""
    setup = find_walk(visit.project, visit.setup.id)
    if setup.account is not None and "msk.read" in visit.rights:
        question = {"arn": setup.cluster_arn}
        aws_query.ask(visit.request, setup.account, BROKERS, question, setup=setup)


def _of_account(setup: MskSetup, row: Any) -> Any:  # noqa: ANN401
    return row if row is not None and row.account_id == setup.account_id else None
