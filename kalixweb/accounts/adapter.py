"""What allauth asks of us: closed sign-up, the client's address, sealed second-factor seeds."""

import base64
import logging
from typing import cast
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from kalixweb.accounts.addresses import client_address
from kalixweb.accounts.fresh import is_fresh
from kalixweb.accounts.models import User
from kalixweb.accounts.refusals import shown_next
from kalixweb.accounts.services.identities import link
from kalixweb.accounts.services.sign_ins import Reason, sign_in_failed
from kalixweb.core.secret_value import SecretValue
from kalixweb.keys import sealing

_log = logging.getLogger(__name__)
_NO_PROJECT = UUID(int=0)
_TOTP_SEED_LENGTH = 32


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in by user name; accounts come from the setup link, a command or an invitation."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": "The user name or the password is wrong.",
        "incorrect_password": "The password is wrong.",
        "enter_current_password": "The current password is wrong.",
        "too_many_login_attempts": "Too many failed attempts. Try again in five minutes.",
        "rate_limited": "Too many attempts. Try again in a minute.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account for themselves."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that rate limits count by."""
        address = client_address(request)
        if address is None:
            raise PermissionDenied
        return address

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: str) -> str:
        """Failed attempts count by user name *and* address, else a stranger could delay a user."""
        by_name = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{by_name}:{ratelimit.get_ip(request)}"

    def is_safe_url(self, url: str) -> bool:
        """Only this site: the other names that it answers to are the visitor's own machine."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts={context.request.get_host()})

    def pre_authenticate(self, request: HttpRequest, **credentials: str) -> None:
        """Rate limits; an attempt that they stop is a failed one too."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            self._failed(request, credentials, "too_many_attempts")
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: str) -> None:
        """Wrong user name or password."""
        self._failed(request, credentials, "password")

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """The password was right and the account is not active any more."""
        self._failed(request, {"username": user.username}, "not_active")
        return cast("HttpResponse", super().respond_user_inactive(request, user))

    def _failed(self, request: HttpRequest, credentials: dict[str, str], reason: Reason) -> None:
        sign_in_failed(request.actor, credentials.get("username", ""), reason)  # type: ignore[attr-defined]


class MfaAdapter(DefaultMFAAdapter):
    """Seals seeds under the instance's key, bound to their user and type."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "The code is wrong or was used already. Wait for the next one.",
    }

    def build_totp_svg(self, url: str) -> str:
        """The QR code on white, which cameras need in the dark theme too."""
        svg = cast("str", super().build_totp_svg(url))
        start = svg.index(">", svg.index("<svg")) + 1
        white = '<rect width="100%" height="100%" fill="#fff"/>'
        return svg[svg.index("<svg") : start] + white + svg[start:]

    def encrypt(self, text: str) -> str:
        """Seal a seed of the user who is signed in; the two kinds differ in length."""
        kind = "totp" if len(text) == _TOTP_SEED_LENGTH else "recovery_codes"
        blob = sealing.seal(
            purpose="mfa_seed",
            project=_NO_PROJECT,
            object_id=context.request.user.pk,
            kind=kind,
            field="seed",
            version=0,
            plaintext=SecretValue(text),
        )
        return base64.b64encode(blob).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """Open a seed for the user and type of the row that holds it.

        Asking the table who owns it, instead of writing the owner beside it, is what makes a seed
        that was copied to another user's row unreadable.
        """
        holder = Authenticator.objects.get(
            Q(data__secret=encrypted_text) | Q(data__seed=encrypted_text)
        )
        opened = sealing.open_sealed(
            purpose="mfa_seed",
            project=_NO_PROJECT,
            object_id=holder.user_id,
            kind=holder.type,
            field="seed",
            version=0,
            blob=base64.b64decode(encrypted_text),
        )
        return opened.text()


class SocialAdapter(DefaultSocialAccountAdapter):
    """Single sign-on lets people in whose account it is linked to; it makes none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        """Nobody makes an account for themselves."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Link whoever is signed in and asked for it; of all others, let in who is linked."""
        subject = sociallogin.account.uid
        # What the provider tells about the person is not wanted; of a link that there is already,
        # the library has just stored it.
        sociallogin.account.extra_data = {}
        if sociallogin.is_existing:
            sociallogin.account.save(update_fields=["extra_data"])
        if sociallogin.state.get("process") == AuthProcess.CONNECT:
            raise ImmediateHttpResponse(_linked(request, subject))
        if not sociallogin.is_existing:
            sign_in_failed(request.actor, subject, "not_linked")  # type: ignore[attr-defined]
            raise ImmediateHttpResponse(_refusal(request, "not_linked"))

    def on_authentication_error(
        self, request: HttpRequest, provider: object, **seen: object
    ) -> None:
        """The provider refused, or its answer cannot be believed."""
        if exception := seen.get("exception"):
            _log.warning("single sign-on failed (%s)", type(exception).__name__)
        raise ImmediateHttpResponse(_refusal(request, str(seen.get("error") or "")))


def _linked(request: HttpRequest, subject: str) -> HttpResponse:
    if not is_fresh(request):
        return redirect("single_sign_on")
    with shown_next(request):
        link(actor=request.actor, user=cast("User", request.user), subject=subject)  # type: ignore[attr-defined]
        messages.success(request, f"You can sign in with {settings.KALIXWEB_OIDC_NAME} now.")
    return redirect("single_sign_on")


def _refusal(request: HttpRequest, reason: str) -> HttpResponse:
    context = {"reason": reason, "name": settings.KALIXWEB_OIDC_NAME}
    return render(request, "accounts/single_sign_on_refused.html", context, status=403)
