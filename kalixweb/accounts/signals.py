"""allauth's and Django's signals become audit events; a new password says what it leaves open."""

from typing import Any, cast

from allauth.account.authentication import get_authentication_records
from allauth.account.signals import (
    authentication_step_completed,
    password_changed,
    user_logged_in,
)
from allauth.mfa.signals import authentication_failed
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest as DjangoHttpRequest

from kalixweb.accounts.middleware import actor_of
from kalixweb.accounts.models import User
from kalixweb.accounts.services import identities, sign_ins, users
from kalixweb.audit.unit_of_work import record
from kalixweb.core.htmx import HttpRequest


@receiver(user_logged_in)
def _on_signed_in(request: DjangoHttpRequest, user: User, **_: Any) -> None:  # noqa: ANN401
    methods = [row["method"] for row in get_authentication_records(request, user)]
    request = cast("HttpRequest", request)
    request.actor = actor_of(request)
    sign_ins.signed_in(
        request.actor,
        user,
        method=methods[0] if methods else "link",
        second_factor="mfa" in methods,
    )


@receiver(authentication_step_completed)
def _on_step(request: DjangoHttpRequest, user: User, method: str, **extra: Any) -> None:  # noqa: ANN401
    if extra.get("reauthenticated"):
        sign_ins.proved_again(actor_of(request), user, method=method)


@receiver(user_logged_out)
def _on_signed_out(request: DjangoHttpRequest | None, user: User | None, **_: Any) -> None:  # noqa: ANN401
    if request is not None and user is not None:
        sign_ins.signed_out(cast("HttpRequest", request).actor, user)


@receiver(authentication_failed)
def _on_code_refused(request: DjangoHttpRequest, user: User, **_: Any) -> None:  # noqa: ANN401
    sign_ins.sign_in_failed(actor_of(request), user.username, "second_factor")


@receiver(password_changed)
def _on_password_changed(request: DjangoHttpRequest, user: User, **_: Any) -> None:  # noqa: ANN401
    """Runs inside the unit of work that the address of the password form opens."""
    ended = users.drop_sessions(user, keep=request.session.session_key)
    record(
        "user.password_changed",
        chain=None,
        object_kind="user",
        object_id=user.pk,
        object_label=user.username,
        by="user",
        sessions_ended=ended,
    )
    if identities.of_user(user):
        there = f"You can still sign in with {settings.KALIXWEB_OIDC_NAME}, as you linked it."
        messages.info(request, f"{there} Your links: Single sign-on in the menu with your name.")
