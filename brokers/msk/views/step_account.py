"""The first step: with which account kalixweb looks."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse

from brokers.models import IDENTITY
from brokers.msk.aws_queries import lookup
from brokers.msk.onboarding.lifecycle import Changes
from brokers.msk.views import aws_query
from brokers.msk.views.step_request import StepRequest
from brokers.msk.views.urls import find_account


def show(step_request: StepRequest) -> dict[str, Any]:
    """The accounts of the project, and who the chosen one is in AWS."""
    who = lookup.latest_of_onboarding(step_request.onboarding, IDENTITY)
    if who is not None and who.account_id != step_request.onboarding.account_id:
        who = None
    return {"accounts": list(lookup.accounts(step_request.project)), "who": aws_query.view_of(who)}


def save(step_request: StepRequest) -> HttpResponse | dict[str, Any]:
    """Choose an account, and ask AWS at once who that is."""
    try:
        wanted = UUID(step_request.request.POST.get("account", ""))
    except ValueError:
        raise Http404 from None
    account = find_account(step_request.project, wanted)
    step_request.change(Changes(account=account))
    if not account.seen_at and "msk.read" in step_request.rights:
        aws_query.request_query(
            step_request.request, account, IDENTITY, onboarding=step_request.onboarding
        )
    return step_request.to("account")
