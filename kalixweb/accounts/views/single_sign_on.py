"""Signing in at the identity provider, and linking an account to a person there."""

from collections.abc import Callable
from functools import wraps
from typing import cast
from urllib.parse import urlsplit

from allauth.socialaccount.providers.openid_connect import views as openid
from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http import HttpRequest as DjangoHttpRequest
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from requests import RequestException

from kalixweb.accounts.fresh import require_fresh
from kalixweb.accounts.models import User
from kalixweb.accounts.services import identities
from kalixweb.core.errors import unavailable
from kalixweb.core.htmx import HttpRequest

View = Callable[..., HttpResponse]


def _may_lead_there(view: View) -> View:
    """Let forms of the page lead to the provider: browsers hold redirects to the policy, too."""

    @wraps(view)
    def wrapped(request: DjangoHttpRequest) -> HttpResponse:
        parts = urlsplit(settings.KALIXWEB_OIDC_ISSUER)
        allowed = csp_update({"form-action": [f"{parts.scheme}://{parts.netloc}"]})
        return cast("HttpResponse", allowed(view)(request))

    return wrapped


def offered(view: View) -> View:
    """Let the sign-in page offer the provider, where there is one."""

    @_may_lead_there
    def offering(request: DjangoHttpRequest) -> HttpResponse:
        response = view(request)
        if isinstance(response, TemplateResponse):
            response.context_data = {**(response.context_data or {}), **_provider()}
        return response

    @wraps(view)
    def wrapped(request: DjangoHttpRequest) -> HttpResponse:
        return (offering if settings.KALIXWEB_OIDC_ISSUER else view)(request)

    return wrapped


def _configured(view: View) -> View:
    """404 without a provider; 503 when it does not answer."""

    @wraps(view)
    def wrapped(request: DjangoHttpRequest, provider_id: str) -> HttpResponse:
        if not settings.KALIXWEB_OIDC_ISSUER or provider_id != settings.KALIXWEB_OIDC_ID:
            raise Http404
        try:
            return view(request, provider_id)
        except RequestException:
            name = settings.KALIXWEB_OIDC_NAME
            sentence = f"The identity provider for {name} does not answer. Sign in by password."
            return unavailable(request, sentence)

    return wrapped


begin = require_POST(_configured(openid.login))
callback = require_safe(_configured(openid.callback))


@require_http_methods(["GET", "HEAD", "POST"])
@require_fresh
@_may_lead_there
def manage(request: DjangoHttpRequest) -> HttpResponse:
    """Who of the provider signs in as this user; POST ends the link ``unlink``."""
    if not settings.KALIXWEB_OIDC_ISSUER:
        raise Http404
    user = cast("User", request.user)
    if request.method == "POST":
        given = request.POST.get("unlink", "")
        if given.isdecimal() and len(given) < 19:
            actor = cast("HttpRequest", request).actor
            identities.unlink(actor=actor, user=user, link=int(given))
            messages.success(request, "The link is ended.")
        return redirect("single_sign_on")
    context = _provider() | {"links": identities.of_user(user)}
    return render(request, "accounts/single_sign_on.html", context)


def _provider() -> dict[str, str]:
    name, provider = settings.KALIXWEB_OIDC_NAME, settings.KALIXWEB_OIDC_ID
    return {"provider_name": name, "provider_id": provider, "issuer": settings.KALIXWEB_OIDC_ISSUER}
