"""Doing what a form asks for; a refusal stands at the field that mends it."""

from collections.abc import Callable
from typing import TypeVar

from brokers.connections.forms.connection import ConnectionForm
from brokers.connections.services.connections import NameTaken
from brokers.connections.services.limits import TooManyTests
from brokers.connections.services.validation import NotAcceptable, missing_reference
from kalixweb.accounts.fresh import where_to_prove
from kalixweb.core.htmx import HttpRequest
from secrets_app.queries import ReferenceMissing
from secrets_app.services.delivery import DeliveryRefused
from secrets_app.services.naming import NotAccepted
from secrets_app.services.row_macs import RowAltered
from secrets_app.services.secrets import NameTaken as SecretNameTaken
from secrets_app.services.secrets import SecretGone

Done = TypeVar("Done")
# What a service may refuse only after the form was found good, and where the page says it.
_SHOWN_AT: dict[type[Exception], str] = {
    NameTaken: "name",
    SecretNameTaken: "password_name",
    SecretGone: "password_ref",
    NotAccepted: "",
    RowAltered: "",
    TooManyTests: "",
}


def attempt(
    request: HttpRequest, form: ConnectionForm, do: Callable[[ConnectionForm], Done]
) -> Done | None:
    """What ``do`` gives for a good form, or None with the reason in the form."""
    if not form.is_valid():
        return None
    try:
        return do(form)
    except NotAcceptable as refused:
        for field, sentence in refused.problems:
            form.refuse(field, sentence)
    except DeliveryRefused as refused:
        form.refuse("servers", refused.sentence)
        if refused.fresh_would_do:
            form.prove_url = where_to_prove(request, request.path)
    except ReferenceMissing as missing:
        form.refuse("password_ref", missing_reference(missing))
    except tuple(_SHOWN_AT) as refused:
        form.refuse(_SHOWN_AT[type(refused)], str(refused))
    return None
