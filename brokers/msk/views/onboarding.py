"""Beginning an onboarding, taking it up again, giving it up, and its questions to AWS."""

import re
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from brokers import tasks
from brokers.connections.queries import connections
from brokers.models import BROKERS, CLUSTERS, PASSWORD, READINESS, MskOnboarding
from brokers.msk.aws_queries import lookup, requests, validation
from brokers.msk.onboarding import lifecycle
from brokers.msk.onboarding import progress as reads
from brokers.msk.views import aws_query
from brokers.msk.views.onboarding_page import STEPS
from brokers.msk.views.urls import find_onboarding, require_on, step_address
from brokers.runs.services import runs
from brokers.runs.views.visibility import require_shown
from kalixweb.accounts.refusals import shown_on
from kalixweb.core.htmx import HttpRequest
from kalixweb.core.refusals import Refusal
from kalixweb.jobs.transitions import take_resend
from kalixweb.projects.access import in_project
from kalixweb.projects.models import Project
from kalixweb.projects.permissions import require


@require_POST
@in_project
def msk_new(request: HttpRequest, project: Project) -> HttpResponse:
    """Begin an onboarding, with an account where one is named, or where there is only one."""
    require(request.actor, project.id, "connection.create", object_kind="msk_setup")
    accounts = list(lookup.accounts(project))
    wanted = request.POST.get("account", "")
    chosen = [one for one in accounts if str(one.id) == wanted or len(accounts) == 1]
    changes = lifecycle.Changes(account=chosen[0]) if chosen else lifecycle.Changes()
    onboarding = lifecycle.start(actor=request.actor, project=project, changes=changes)
    return redirect("brokers:msk-onboarding", project=project.name, onboarding_id=onboarding.id)


@require_safe
@in_project
def msk_onboarding(request: HttpRequest, project: Project, onboarding_id: UUID) -> HttpResponse:
    """Where the onboarding is to be taken up again."""
    require_shown(request, "connection.view", "msk_setup", onboarding_id)
    onboarding = find_onboarding(project, onboarding_id)
    return redirect(
        step_address(
            project,
            onboarding,
            reads.next_step(reads.steps(onboarding, lookup.readiness_of(onboarding))).id,
        )
    )


@require_POST
@in_project
def msk_delete(request: HttpRequest, project: Project, onboarding_id: UUID) -> HttpResponse:
    """Forget the onboarding; what it led to stays."""
    onboarding = find_onboarding(project, onboarding_id)
    lifecycle.delete(actor=request.actor, onboarding=onboarding)
    messages.success(
        request, "The MSK onboarding is forgotten. Its connection and account are still there."
    )
    return redirect("brokers:msk", project=project.name)


@require_POST
@in_project
def msk_query(
    request: HttpRequest, project: Project, onboarding_id: UUID, kind: str
) -> HttpResponse:
    """List the clusters, or fetch the chosen one's bootstrap servers."""
    onboarding = find_onboarding(project, onboarding_id)
    require_on(request, "msk.read", onboarding)
    if kind not in {CLUSTERS, BROKERS}:
        raise Http404
    answer = redirect(step_address(project, onboarding, "cluster"))
    if onboarding.account is None:
        messages.error(request, "Choose the AWS account first.")
        return answer
    parameters = {"arn": onboarding.cluster_arn} if kind == BROKERS else {}
    aws_query.request_query(request, onboarding.account, kind, parameters, onboarding=onboarding)
    if kind == CLUSTERS and onboarding.cluster_arn:
        return redirect(f"{step_address(project, onboarding, 'cluster')}?choose=yes")
    return answer


@require_POST
@in_project
def msk_check(request: HttpRequest, project: Project, onboarding_id: UUID) -> HttpResponse:
    """Check the prerequisites, or with ``only`` one of them again."""
    onboarding = find_onboarding(project, onboarding_id)
    require_on(request, "msk.read", onboarding)
    back = request.POST.get("back", "")
    here = step_address(project, onboarding, back if back in STEPS else "readiness")
    if onboarding.account is None or not onboarding.cluster_arn:
        messages.error(request, "Choose the AWS account and the cluster first.")
        return redirect(here)
    parameters = validation.readiness_of(
        onboarding,
        only=request.POST.get("only") or None,
        from_addresses=_addresses(request, onboarding),
    )
    aws_query.request_query(
        request, onboarding.account, READINESS, parameters, onboarding=onboarding
    )
    return redirect(here)


def _addresses(request: HttpRequest, onboarding: MskOnboarding) -> list[str]:
    """Where clients come from: as typed now, else as the last run was told."""
    if "from_addresses" in request.POST:
        return re.split(r"[\s,;]+", request.POST["from_addresses"].strip(" ,;")[:2000])
    last = lookup.latest_of_onboarding(onboarding, READINESS)
    return last.parameters.get("from_addresses", []) if last else []


@require_POST
@in_project
def query_stop(request: HttpRequest, project: Project, query_id: UUID) -> HttpResponse:
    """End a question that is under way."""
    row = lookup.find_query(project, query_id)
    if row is None:
        raise Http404
    requests.stop(actor=request.actor, query=row)
    steps = {CLUSTERS: "cluster", BROKERS: "cluster", READINESS: "readiness", PASSWORD: "user"}
    if row.onboarding is not None:
        return redirect(step_address(project, row.onboarding, steps.get(row.kind, "account")))
    return redirect("brokers:aws-account-detail", project.name, row.account_id)


@require_POST
@in_project
def msk_test(request: HttpRequest, project: Project, onboarding_id: UUID) -> HttpResponse:
    """Test the onboarding's connection; the run grows on the onboarding's last page."""
    onboarding = find_onboarding(project, onboarding_id)
    require_on(request, "connection.test", onboarding)
    here = redirect(step_address(project, onboarding, "test"))
    if onboarding.connection_id is None:
        messages.error(request, "Fill the connection in first.")
        return here
    connection = get_object_or_404(connections.whole(project), id=onboarding.connection_id)
    try:
        run, is_new = runs.request(actor=request.actor, connection=connection)
    except Refusal as refused:
        return shown_on(here.url, request, refused)
    if is_new or take_resend(run):
        tasks.send(run, request.actor)
    return here
