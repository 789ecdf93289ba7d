"""The pages of an onboarding: one address a step, each to be left and taken up again."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods

from brokers import tasks
from brokers.msk.onboarding.related import open_queries
from brokers.msk.views import (
    aws_query,
    onboarding_page,
    step_acls,
    step_cluster,
    step_connection,
    step_test,
    step_user,
)
from brokers.msk.views import step_account as account
from brokers.msk.views import step_readiness as ready
from brokers.msk.views import step_topics as topics
from brokers.msk.views.step_request import StepRequest
from brokers.msk.views.urls import find_onboarding
from brokers.runs.views.visibility import require_shown
from kalixweb.core.htmx import HttpRequest, fragment
from kalixweb.jobs.transitions import take_resend
from kalixweb.projects.access import in_project
from kalixweb.projects.models import Project

Context = dict[str, Any]
# What a step shows, and what becomes of its form: where to go, or the form with its reasons.
_SHOW: Mapping[str, Callable[[StepRequest], Context]] = {
    "account": account.show,
    "cluster": step_cluster.show,
    "readiness": ready.show,
    "user": step_user.show,
    "topics": topics.show,
    "acls": step_acls.show,
    "connection": step_connection.show,
    "test": step_test.show,
}
_SAVE: Mapping[str, Callable[[StepRequest], HttpResponse | Context]] = {
    "account": account.save,
    "cluster": step_cluster.save,
    "user": step_user.save,
    "topics": topics.save,
    "acls": step_acls.save,
    "connection": step_connection.save,
}


@require_http_methods(["GET", "POST"])
@in_project
def msk_step(
    request: HttpRequest, project: Project, onboarding_id: UUID, step: str
) -> HttpResponse:
    """One step of an onboarding; while AWS is asked it grows (204 when nothing changed)."""
    right = "connection.create" if request.method == "POST" else "connection.view"
    require_shown(request, right, "msk_setup", onboarding_id)
    if step not in _SHOW or (request.method == "POST" and step not in _SAVE):
        raise Http404
    onboarding = find_onboarding(project, onboarding_id)
    under_way = open_queries(onboarding)
    version = step_test.version(onboarding) if step == "test" else aws_query.version(under_way)
    if request.htmx and version and request.GET.get("seen") == version:
        return HttpResponse(status=204)
    for query in under_way:
        if take_resend(query):
            tasks.send(query, request.actor)
    step_request = StepRequest(request, project, onboarding, step)
    more: Context = {}
    if request.method == "POST":
        answer = _SAVE[step](step_request)
        if isinstance(answer, HttpResponse):
            return answer
        more = answer
    return page(step_request, more, version)


def page(step_request: StepRequest, more: Context, version: str = "") -> HttpResponse:
    """The step; ``more`` is a form that came back with its reasons."""
    context = {
        "nav_section": "msk",
        "project": step_request.project,
        "page": onboarding_page.build(step_request, version),
        **_SHOW[step_request.step](step_request),
        **more,
    }
    status = 422 if more else 200
    return fragment(
        step_request.request, "brokers/msk/onboarding.html", "live", context, status=status
    )
