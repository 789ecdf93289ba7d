"""The first step: with which account kalixweb looks."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse

from brokers.models import IDENTITY
from brokers.msk.aws_queries import lookup
from brokers.msk.onboarding.lifecycle import Changes
from brokers.msk.views import aws_query
from brokers.msk.views.step_request import Visit
from brokers.msk.views.urls import find_account


def show(visit: Visit) -> dict[str, Any]:
    """The accounts of the project, and who the chosen one is in AWS."""
    who = lookup.latest_of_setup(visit.setup, IDENTITY)
    if who is not None and who.account_id != visit.setup.account_id:
        who = None
    return {"accounts": list(lookup.accounts(visit.project)), "who": aws_query.shown(who)}


def save(visit: Visit) -> HttpResponse | dict[str, Any]:
    """Choose an account, and ask AWS at once who that is."""
    try:
        wanted = UUID(visit.request.POST.get("account", ""))
    except ValueError:
        raise Http404 from None
    account = find_account(visit.project, wanted)
    visit.change(Changes(account=account))
    if not account.seen_at and "msk.read" in visit.rights:
        aws_query.ask(visit.request, account, IDENTITY, setup=visit.setup)
    return visit.to("account")
