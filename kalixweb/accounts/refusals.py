"""How pages show a refusal: in the form, where nothing typed is lost, or as a message."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol

from django.contrib import messages
from django.http import HttpRequest as DjangoHttpRequest
from django.http import HttpResponse

from kalixweb.accounts.fresh import stale_page, where_to_prove
from kalixweb.core.htmx import HttpRequest, go_to
from kalixweb.core.refusals import Refusal


class Refusable(Protocol):
    """A form, or several that are shown as one; see ``core.forms.RefusableForm``."""

    prove_url: str

    @property
    def refused_at(self) -> Mapping[str, str]:
        """Where it shows what, if not at the field that the refusal names."""

    def refuse(self, field: str, sentence: str) -> None:
        """Show the sentence at the field."""


@contextmanager
def shown_in(form: Refusable, request: DjangoHttpRequest) -> Iterator[None]:
    """Show what is refused inside in the form, and go on after it."""
    try:
        yield
    except Refusal as refused:
        if refused.on_its_own and refused.code not in form.refused_at:
            raise
        for field, sentence in refused.problems:
            form.refuse(form.refused_at.get(refused.code, field), sentence)
        if refused.fresh_would_do:
            form.prove_url = where_to_prove(request, request.path)


@contextmanager
def shown_next(request: DjangoHttpRequest) -> Iterator[None]:
    """Show what is refused inside on the next page, whichever it is, and go on after it."""
    try:
        yield
    except Refusal as refused:
        if refused.on_its_own:
            raise
        messages.error(request, refused.sentence)


def shown_on(page: str, request: HttpRequest, refused: Refusal) -> HttpResponse:
    """Lead to the page, which shows it; by way of a fresh sign-in where that would do."""
    if refused.fresh_would_do:
        target = where_to_prove(request, page)
        return go_to(request, target) if request.htmx else stale_page(request, target)
    with shown_next(request):
        raise refused
    return go_to(request, page)
