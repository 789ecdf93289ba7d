"""What allauth's views get on top: the status of a refused form, and their audit events."""

from collections.abc import Callable
from functools import wraps
from typing import cast

from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.mfa.models import Authenticator
from django.http import HttpRequest as DjangoHttpRequest
from django.http import HttpResponse
from django.template.response import TemplateResponse

from kalixweb.accounts.fresh import is_fresh, stale_answer
from kalixweb.accounts.models import User
from kalixweb.audit.unit_of_work import record, unit_of_work
from kalixweb.core.htmx import HttpRequest

View = Callable[..., HttpResponse]


def unprocessable(view: View) -> View:
    """Answer a form that was refused with 422 instead of 200."""

    @wraps(view)
    def wrapped(request: DjangoHttpRequest) -> HttpResponse:
        response = view(request)
        if request.method == "POST" and isinstance(response, TemplateResponse):
            form = (response.context_data or {}).get("form")
            if form is not None and form.errors:
                response.status_code = 422
        return response

    return wrapped


def in_unit_of_work(view: View) -> View:
    """Run a POST in one unit of work, so that what it changes and its event stand together."""

    @wraps(view)
    def wrapped(request: DjangoHttpRequest) -> HttpResponse:
        if request.method != "POST":
            return view(request)
        with unit_of_work(cast("HttpRequest", request).actor):
            return view(request)

    return wrapped


def second_factor(view: View, *, enrols: bool = False) -> View:
    """A fresh sign-in first; then what the view adds or removes is recorded with the change.

    ``enrols`` lets somebody in who has nothing to prove themselves with yet.
    """

    @wraps(view)
    def wrapped(request: DjangoHttpRequest) -> HttpResponse:
        bare = enrols and not get_reauthentication_flows(request.user)
        if not bare and not is_fresh(request):
            return stale_answer(request)
        user = cast("User", request.user)
        if request.method != "POST":
            return view(request)
        with unit_of_work(cast("HttpRequest", request).actor):
            before = _factors(user)
            response = view(request)
            _record_changes(user, before, _factors(user))
        return response

    return wrapped


def _factors(user: User) -> dict[int, str]:
    return dict(Authenticator.objects.filter(user=user).values_list("pk", "type"))


def _record_changes(user: User, before: dict[int, str], after: dict[int, str]) -> None:
    changes = [(before[pk], False) for pk in before.keys() - after.keys()]
    changes += [(after[pk], True) for pk in after.keys() - before.keys()]
    for method, added in changes:
        record(
            "user.second_factor_changed",
            chain=None,
            object_kind="user",
            object_id=user.pk,
            object_label=user.username,
            method=method,
            added=added,
        )
