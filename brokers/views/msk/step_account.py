"""The first step: with which account kalixweb looks."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse

from brokers.models import IDENTITY
from brokers.queries import aws
from brokers.services.setups import Changes
from brokers.views.msk import asked
from brokers.views.msk.finding import find_account
from brokers.views.msk.visit import Visit


def show(visit: Visit) -> dict[str, Any]:
    """The accounts of the project, and who the chosen one is in AWS."""
    who = aws.latest_of_setup(visit.setup, IDENTITY)
    if who is not None and who.account_id != visit.setup.account_id:
        who = None
    return {"accounts": list(aws.accounts(visit.project)), "who": asked.shown(who)}


def save(visit: Visit) -> HttpResponse | dict[str, Any]:
    """Choose an account, and ask AWS at once who that is."""
    try:
        wanted = UUID(visit.request.POST.get("account", ""))
    except ValueError:
        raise Http404 from None
    account = find_account(visit.project, wanted)
    visit.change(Changes(account=account))
    if not account.seen_at and "msk.read" in visit.rights:
        asked.ask(visit.request, account, IDENTITY, setup=visit.setup)
    return visit.to("account")
