"""Taking a password over from Secrets Manager: asked here, done by a worker, seen by nobody."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from brokers.models import PASSWORD, MskSetup
from brokers.msk.forms.onboarding import TakeForm
from brokers.msk.views import aws_query, steps
from brokers.msk.views.step_request import Visit
from brokers.msk.views.urls import find_walk, require_on, step_address
from kalixweb.core.htmx import HttpRequest
from kalixweb.projects.access import in_project
from kalixweb.projects.models import Project
from secrets_app.queries import by_name


@require_POST
@in_project
def msk_password(request: HttpRequest, project: Project, setup: UUID) -> HttpResponse:
    """Ask for the password of the walk's user; the answer comes to the walk's page."""
    walk = find_walk(project, setup)
    require_on(request, "msk.take_password", walk)
    form = TakeForm(request.POST)
    if not form.is_valid():
        return steps.page(Visit(request, project, walk, "user"), {"take_form": form})
    here = redirect(step_address(project, walk, "user"))
    if walk.account is None or not walk.cluster_arn:
        messages.error(request, "Choose the AWS account and the cluster first.")
        return here
    aws_query.ask(request, walk.account, PASSWORD, _question(project, walk, form), setup=walk)
    return here


def _question(project: Project, walk: MskSetup, form: TakeForm) -> dict[str, Any]:
    values = form.cleaned_data
    there = by_name(project.id, values["name"].strip())
    return {
        "arn": walk.cluster_arn,
        "secret_arn": values["aws_secret"].strip(),
        "user": walk.user,
        "secret": str(there.id) if there else None,
        "name": values["name"].strip(),
        "entry": values["entry"].strip(),
    }
