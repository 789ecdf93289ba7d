"""Taking a password over from Secrets Manager: asked here, done by a worker, seen by nobody."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from brokers.models import PASSWORD, MskOnboarding
from brokers.msk.forms.onboarding import TakePasswordForm
from brokers.msk.views import aws_query, steps
from brokers.msk.views.step_request import StepRequest
from brokers.msk.views.urls import find_onboarding, require_on, step_address
from kalixweb.core.htmx import HttpRequest
from kalixweb.projects.access import in_project
from kalixweb.projects.models import Project
from secrets_app.queries import by_name


@require_POST
@in_project
def msk_password(request: HttpRequest, project: Project, onboarding_id: UUID) -> HttpResponse:
    """Ask for the password of the onboarding's user; the answer comes to the onboarding's page."""
    onboarding = find_onboarding(project, onboarding_id)
    require_on(request, "msk.take_password", onboarding)
    form = TakePasswordForm(request.POST)
    if not form.is_valid():
        return steps.page(StepRequest(request, project, onboarding, "user"), {"take_form": form})
    here = redirect(step_address(project, onboarding, "user"))
    if onboarding.account is None or not onboarding.cluster_arn:
        messages.error(request, "Choose the AWS account and the cluster first.")
        return here
    aws_query.request_query(
        request,
        onboarding.account,
        PASSWORD,
        _parameters(project, onboarding, form),
        onboarding=onboarding,
    )
    return here


def _parameters(
    project: Project, onboarding: MskOnboarding, form: TakePasswordForm
) -> dict[str, Any]:
    values = form.cleaned_data
    there = by_name(project.id, values["name"].strip())
    return {
        "arn": onboarding.cluster_arn,
        "secret_arn": values["aws_secret"].strip(),
        "user": onboarding.user,
        "secret": str(there.id) if there else None,
        "name": values["name"].strip(),
        "entry": values["entry"].strip(),
    }
