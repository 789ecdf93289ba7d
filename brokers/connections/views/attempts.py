"""Doing what a form asks for; a refusal stands at the field where it can be put right."""

from collections.abc import Callable
from typing import TypeVar

from brokers.connections.forms.connection import ConnectionForm
from kalixweb.accounts.refusals import shown_in
from kalixweb.core.htmx import HttpRequest

Done = TypeVar("Done")


def attempt(
    request: HttpRequest, form: ConnectionForm, do: Callable[[ConnectionForm], Done]
) -> Done | None:
    """What ``do`` gives for a good form, or None with the reason in the form."""
    if form.is_valid():
        with shown_in(form, request):
            return do(form)
    return None
