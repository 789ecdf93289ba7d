"""Fresh sign-in: the person at the keyboard proved who they are within the last minutes.

It is asked for before a form is shown. A POST that arrives too late is answered 403 with a link
and is never kept: a suspended request would write the form, password included, into the session.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def is_fresh(request: HttpRequest) -> bool:
    """Whether this session holds a proof that is younger than the setting allows."""
    user = request.user
    if not user.is_authenticated:
        return False
    proofs = [
        record["at"]
        for record in get_authentication_records(request, user)
        if record.get("reauthenticated")
    ]
    limit = settings.KALIXWEB_FRESH_SIGN_IN_MINUTES * 60
    if not proofs or not 0 <= time.time() - max(proofs) < limit:
        return False
    # Asked last: the flows of somebody without a password cost three queries.
    return user.has_usable_password() or bool(get_reauthentication_flows(user))


def where_to_prove(request: HttpRequest, then: str) -> str:
    """The address where this user can sign in anew; without password and second factor, enrol."""
    flows = {flow["id"] for flow in get_reauthentication_flows(request.user)}
    if "reauthenticate" in flows:
        name = "account_reauthenticate"
    elif "mfa_reauthenticate" in flows:
        name = "mfa_reauthenticate"
    else:
        return reverse("mfa_activate_totp")
    return f"{reverse(name)}?{urlencode({'next': then})}"


def stale_answer(request: HttpRequest) -> HttpResponse:
    """What a request without a fresh sign-in gets: GET is led to the proof, a POST is refused."""
    target = where_to_prove(request, request.get_full_path())
    if request.method in {"GET", "HEAD"}:
        return redirect(target)
    return stale_page(request, target)


def stale_page(request: HttpRequest, target: str) -> HttpResponse:
    """The page that leads to the proof, for what was refused without it."""
    return render(request, "accounts/stale.html", {"prove_url": target}, status=403)


def require_fresh(view: "View[P]") -> "View[P]":
    """Let only a fresh sign-in through to the view."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not is_fresh(request):
            return stale_answer(request)
        return view(request, *args, **kwargs)

    return wrapped
