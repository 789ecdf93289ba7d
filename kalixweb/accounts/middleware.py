"""Who acts, and the sign-in page for whoever is nobody yet."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django_htmx.http import HttpResponseClientRedirect

from kalixweb.accounts.addresses import client_address, is_declared_proxy
from kalixweb.accounts.fresh import is_fresh
from kalixweb.core.actor import Actor
from kalixweb.core.htmx import HttpRequest as OurRequest

GetResponse = Callable[[HttpRequest], HttpResponse]


def actor_of(request: HttpRequest) -> Actor:
    """The actor behind a request: its user, or nobody."""
    address = client_address(request)
    request_id = getattr(request, "request_id", None)
    user = request.user
    if not user.is_authenticated:
        return Actor("anonymous", None, "anonymous", address=address, request_id=request_id)
    return Actor(
        "user",
        user.pk,
        user.get_username(),
        address=address,
        request_id=request_id,
        fresh=is_fresh(request),
    )


class ProxiedSchemeMiddleware:
    """Only a declared proxy may say that its client came by https; before all that asks for it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_declared_proxy(request.META.get("REMOTE_ADDR", "")):
            request.META.pop("HTTP_X_FORWARDED_PROTO", None)
        return self.get_response(request)


class ActorMiddleware:
    """Sets ``request.actor``; a session whose user is gone or not active any more is ended."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated and SESSION_KEY in request.session:
            request.session.flush()
        cast("OurRequest", request).actor = actor_of(request)
        return self.get_response(request)


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Every view but those marked ``login_not_required`` wants somebody signed in."""

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseBase:
        htmx = cast("OurRequest", request).htmx
        if not htmx:
            return super().handle_no_permission(request, view_func)
        # A redirect would be followed by htmx and the sign-in page swapped into a part of the old.
        to_sign_in = redirect_to_login(
            htmx.current_url_abs_path or "/",
            str(self.get_login_url(view_func)),
            self.get_redirect_field_name(view_func),
        )
        return HttpResponseClientRedirect(to_sign_in["Location"])
