"""Beginning a walk, taking it up again, giving it up, and its questions to AWS."""

import re
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from brokers import tasks
from brokers.connections.queries import connections
from brokers.connections.services.limits import TooManyTests
from brokers.models import BROKERS, CLUSTERS, PASSWORD, READINESS, MskSetup
from brokers.msk.aws_queries import lookup, requests, validation
from brokers.msk.onboarding import lifecycle
from brokers.msk.onboarding import progress as reads
from brokers.msk.views import aws_query
from brokers.msk.views.onboarding_page import STEPS
from brokers.msk.views.urls import find_walk, require_on, step_address
from brokers.runs.services import runs
from brokers.runs.views.visibility import require_shown
from kalixweb.core.htmx import HttpRequest
from kalixweb.jobs.transitions import take_resend
from kalixweb.projects.access import in_project
from kalixweb.projects.models import Project
from kalixweb.projects.permissions import require
from secrets_app.services.row_macs import RowAltered


@require_POST
@in_project
def msk_new(request: HttpRequest, project: Project) -> HttpResponse:
    """Begin a walk, with an account where one is named, or where there is only one."""
    require(request.actor, project.id, "connection.create", object_kind="msk_setup")
    accounts = list(lookup.accounts(project))
    wanted = request.POST.get("account", "")
    chosen = [one for one in accounts if str(one.id) == wanted or len(accounts) == 1]
    changes = lifecycle.Changes(account=chosen[0]) if chosen else lifecycle.Changes()
    walk = lifecycle.start(actor=request.actor, project=project, changes=changes)
    return redirect("brokers:msk-setup", project=project.name, setup=walk.id)


@require_safe
@in_project
def msk_setup(request: HttpRequest, project: Project, setup: UUID) -> HttpResponse:
    """Where the walk is to be taken up again."""
    require_shown(request, "connection.view", "msk_setup", setup)
    walk = find_walk(project, setup)
    return redirect(
        step_address(
            project, walk, reads.next_step(reads.steps(walk, lookup.readiness_of(walk))).id
        )
    )


@require_POST
@in_project
def msk_delete(request: HttpRequest, project: Project, setup: UUID) -> HttpResponse:
    """Forget the walk; what it led to stays."""
    walk = find_walk(project, setup)
    lifecycle.delete(actor=request.actor, setup=walk)
    messages.success(request, "The walk is forgotten. Its connection and account are still there.")
    return redirect("brokers:msk", project=project.name)


@require_POST
@in_project
def msk_ask(request: HttpRequest, project: Project, setup: UUID, kind: str) -> HttpResponse:
    """List the clusters, or fetch the chosen one's bootstrap servers."""
    walk = find_walk(project, setup)
    require_on(request, "msk.read", walk)
    if kind not in {CLUSTERS, BROKERS}:
        raise Http404
    answer = redirect(step_address(project, walk, "cluster"))
    if walk.account is None:
        messages.error(request, "Choose the AWS account first.")
        return answer
    question = {"arn": walk.cluster_arn} if kind == BROKERS else {}
    aws_query.ask(request, walk.account, kind, question, setup=walk)
    if kind == CLUSTERS and walk.cluster_arn:
        return redirect(f"{step_address(project, walk, 'cluster')}?choose=yes")
    return answer


@require_POST
@in_project
def msk_check(request: HttpRequest, project: Project, setup: UUID) -> HttpResponse:
    """Check the prerequisites, or with ``only`` one of them again."""
    walk = find_walk(project, setup)
    require_on(request, "msk.read", walk)
    back = request.POST.get("back", "")
    here = step_address(project, walk, back if back in STEPS else "readiness")
    if walk.account is None or not walk.cluster_arn:
        messages.error(request, "Choose the AWS account and the cluster first.")
        return redirect(here)
    question = validation.readiness_of(
        walk, only=request.POST.get("only") or None, from_addresses=_addresses(request, walk)
    )
    aws_query.ask(request, walk.account, READINESS, question, setup=walk)
    return redirect(here)


def _addresses(request: HttpRequest, walk: MskSetup) -> list[str]:
    """Where clients come from: as typed now, else as the last run was told."""
    if "from_addresses" in request.POST:
        return re.split(r"[\s,;]+", request.POST["from_addresses"].strip(" ,;")[:2000])
    last = lookup.latest_of_setup(walk, READINESS)
    return last.asked.get("from_addresses", []) if last else []


@require_POST
@in_project
def inquiry_stop(request: HttpRequest, project: Project, inquiry: UUID) -> HttpResponse:
    """End a question that is under way."""
    row = lookup.inquiry(project, inquiry)
    if row is None:
        raise Http404
    requests.stop(actor=request.actor, inquiry=row)
    steps = {CLUSTERS: "cluster", BROKERS: "cluster", READINESS: "readiness", PASSWORD: "user"}
    if row.setup is not None:
        return redirect(step_address(project, row.setup, steps.get(row.kind, "account")))
    return redirect("brokers:aws-account-detail", project.name, row.account_id)


@require_POST
@in_project
def msk_test(request: HttpRequest, project: Project, setup: UUID) -> HttpResponse:
    """Test the walk's connection; the run grows on the walk's last page."""
    walk = find_walk(project, setup)
    require_on(request, "connection.test", walk)
    here = redirect(step_address(project, walk, "test"))
    if walk.connection_id is None:
        messages.error(request, "Fill the connection in first.")
        return here
    connection = get_object_or_404(connections.whole(project), id=walk.connection_id)
    try:
        run, is_new = runs.request(actor=request.actor, connection=connection)
    except (TooManyTests, RowAltered) as refused:
        messages.error(request, str(refused))
        return here
    if is_new or take_resend(run):
        tasks.send(run, request.actor)
    return here
