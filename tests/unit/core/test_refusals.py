"""One kind of refusal, shown in a form, as a message, on a page of its own or in a terminal."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import click
import pytest
from click.testing import CliRunner
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpResponse
from django.test import RequestFactory

from kalixweb.accounts import refusals as pages
from kalixweb.cli import main
from kalixweb.core import errors
from kalixweb.core.forms import RefusableForm
from kalixweb.core.refusals import ChangedMeanwhile, Gone, NameTaken, Refusal, field_prefix
from kalixweb.projects.middleware import RefusalMiddleware

TAKEN = NameTaken("A secret named orders exists already.")


class Several(Refusal):
    problems = (("name", "No name."), ("servers", "No servers."))


class Stale(Refusal):
    status = HTTPStatus.FORBIDDEN
    fresh_would_do = True


class NameForm(RefusableForm):
    refused_at = {"password_name": "name", "gone": "name"}
    name = forms.CharField()


@pytest.fixture
def request_() -> Any:
    request = RequestFactory().post("/p/payments/secrets/new/")
    request.htmx, request.request_id = False, "0123abcd"  # type: ignore[attr-defined]
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    return request


@pytest.fixture(autouse=True)
def prove(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(pages, "where_to_prove", lambda _request, then: f"/prove/?next={then}")
    return


def refused(form: Any, request: Any, refusal: Refusal) -> Any:
    assert form.is_valid()
    with pages.shown_in(form, request):
        raise refusal
    return form.errors


def test_a_refusal_has_a_code_a_sentence_and_a_field() -> None:
    assert (TAKEN.code, TAKEN.field, TAKEN.status) == ("name_taken", "name", 409)
    assert TAKEN.sentence == str(TAKEN) == "A secret named orders exists already."
    assert TAKEN.problems == [("name", "A secret named orders exists already.")]


def test_what_is_about_a_part_of_a_form_is_about_that_parts_field() -> None:
    with pytest.raises(NameTaken) as taken, field_prefix("password"):
        raise NameTaken("A secret named orders exists already.")
    assert taken.value.field == "password_name"
    with pytest.raises(ChangedMeanwhile) as changed, field_prefix("password"):
        raise ChangedMeanwhile(None, "Mira saved it meanwhile.")
    assert changed.value.field == ""


@pytest.mark.parametrize(
    ("refusal", "shown"),
    [
        (TAKEN, {"name": [TAKEN.sentence]}),
        (Refusal("Too long.", "password_name"), {"name": ["Too long."]}),
        (Refusal("Too many.", "servers"), {"__all__": ["Too many."]}),
        (Refusal("Not now."), {"__all__": ["Not now."]}),
        (Several("No name. No servers."), {"name": ["No name."], "__all__": ["No servers."]}),
        (Gone("orders"), {"name": ["orders was deleted meanwhile."]}),
    ],
)
def test_a_form_shows_it_at_its_field_and_keeps_what_was_typed(
    request_: Any, refusal: Refusal, shown: dict[str, list[str]]
) -> None:
    form = NameForm({"name": "orders"})
    assert refused(form, request_, refusal) == shown
    assert form["name"].value() == "orders"
    assert form.prove_url == ""


def test_a_form_says_where_to_sign_in_anew(request_: Any) -> None:
    form = NameForm({"name": "orders"})
    refused(form, request_, Stale("This needs a fresh sign-in."))
    assert form.prove_url == "/prove/?next=/p/payments/secrets/new/"


def test_what_no_typing_would_help_against_is_no_error_of_a_form(request_: Any) -> None:
    class OtherForm(RefusableForm):
        name = forms.CharField()

    with pytest.raises(Gone):
        refused(OtherForm({"name": "orders"}), request_, Gone("orders"))


def test_a_bug_is_no_refusal(request_: Any) -> None:
    with pytest.raises(KeyError), pages.shown_in(NameForm({"name": "orders"}), request_):
        raise KeyError


def test_a_page_shows_it_as_a_message(request_: Any) -> None:
    answer = pages.shown_on("/p/payments/runs/1/", request_, TAKEN)
    assert (answer.status_code, answer["Location"]) == (302, "/p/payments/runs/1/")
    assert [str(one) for one in get_messages(request_)] == [TAKEN.sentence]


def test_a_page_leads_to_a_fresh_sign_in_and_back(request_: Any) -> None:
    answer = pages.shown_on("/p/payments/runs/1/", request_, Stale("Sign in again."))
    assert answer.status_code == 403
    assert 'href="/prove/?next=/p/payments/runs/1/"' in answer.content.decode()
    request_.htmx = True
    answer = pages.shown_on("/p/payments/runs/1/", request_, Stale("Sign in again."))
    assert answer["HX-Redirect"] == "/prove/?next=/p/payments/runs/1/"


@pytest.mark.parametrize(
    ("refusal", "status", "said"),
    [
        (TAKEN, 409, "A secret named orders exists already."),
        (Refusal("Too <b>long</b>."), 422, "Too &lt;b&gt;long&lt;/b&gt;."),
        (Gone("orders"), 404, "There is nothing here."),
    ],
)
def test_one_that_no_view_shows_is_a_page_with_its_status(
    request_: Any, refusal: Refusal, status: int, said: str
) -> None:
    answer = RefusalMiddleware(lambda _: HttpResponse()).process_exception(request_, refusal)
    assert answer is not None
    assert (answer.status_code, said in answer.content.decode()) == (status, True)


def test_anything_else_goes_its_ordinary_way(request_: Any) -> None:
    middleware = RefusalMiddleware(lambda _: HttpResponse())
    assert middleware.process_exception(request_, ValueError("a bug")) is None


def test_htmx_gets_the_sentence_and_never_swaps_it_into_a_page() -> None:
    request = RequestFactory().post("/", headers={"HX-Request": "true"})
    answer = errors.refused(request, Refusal("Too “long”."))
    assert answer.status_code == 409, "htmx swaps a 422, since that is a form"
    assert answer["Content-Type"].startswith("text/plain")
    assert answer.content.decode() == "Too “long”."


@pytest.mark.parametrize(("refusal", "status"), [(TAKEN, 3), (Refusal("Too long."), 2)])
def test_a_command_says_one_sentence(
    monkeypatch: pytest.MonkeyPatch, refusal: Refusal, status: int
) -> None:
    @click.command()
    def refuse() -> None:
        raise refusal

    monkeypatch.setattr(main.NounGroup, "get_command", lambda *_: refuse)
    answer = CliRunner().invoke(main.main, ["secret"])
    assert (answer.exit_code, answer.stderr, answer.stdout) == (
        status,
        f"{refusal.sentence}\n",
        "",
    )


def test_codes_are_words() -> None:
    assert re.fullmatch("[a-z_]+", Several.code)
