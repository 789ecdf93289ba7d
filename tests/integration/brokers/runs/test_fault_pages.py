"""The pages of the faults in the product: for whoever is signed in, member of a project or not."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from brokers.engine.faults import TABLE
from brokers.engine.faults.page import Page, pages
from brokers.runs.views import faults
from kalixweb.accounts.models import User

pytestmark = pytest.mark.django_db
LIST = "/faults/"


@pytest.fixture
def visitor(client: Client) -> Client:
    """Somebody with an account and without any project."""
    client.force_login(User.objects.create(username="nina"))
    return client


def test_only_for_those_who_are_signed_in(client: Client) -> None:
    for address in (LIST, "/faults/tls.expired/"):
        answer = client.get(address)
        assert answer.status_code == 302
        assert "/account/login/" in answer["Location"]


def test_the_list_leads_to_every_page(
    visitor: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    visitor.get(LIST)
    with django_assert_max_num_queries(5):
        page = visitor.get(LIST).content.decode()

    assert all(f'href="{reverse("brokers:fault-detail", args=[code])}"' in page for code in TABLE)


def test_a_search_shows_what_it_finds_and_keeps_what_was_typed(visitor: Client) -> None:
    page = visitor.get(LIST, {"q": "tls.exp"}).content.decode()

    assert "/faults/tls.expired/" in page
    assert "/faults/connect.refused/" not in page
    assert 'value="tls.exp"' in page


def test_a_search_without_a_find_says_so(visitor: Client) -> None:
    page = visitor.get(LIST, {"q": "<b>nothing\x00"}).content.decode()

    assert "No fault has “&lt;b&gt;nothing”" in page
    assert "<b>nothing" not in page


def test_htmx_gets_the_list_alone(visitor: Client) -> None:
    page = visitor.get(LIST, {"q": "ca"}, headers={"HX-Request": "true"}).content.decode()

    assert page.strip().startswith('<section class="card" id="found"')


@pytest.mark.parametrize("code", sorted(TABLE))
def test_every_page_is_shown(
    visitor: Client, code: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    address = reverse("brokers:fault-detail", args=[code])
    with django_assert_max_num_queries(5):
        answer = visitor.get(address)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert code in page
    assert "`" not in page.split("<main", 1)[1].split("<pre", 1)[0]
    assert all(f'href="/faults/{other}/"' in page for other in pages()[code].related)


def test_html_in_a_page_is_shown_as_text(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    body = "## What it means\n\n<script>alert(1)</script> [x](javascript:alert(1)) `<b>`\n"
    hostile = pages() | {"tls.expired": Page("Title", "First.", (), body)}
    monkeypatch.setattr(faults, "pages", lambda: hostile)
    faults.sections.cache_clear()
    page = visitor.get("/faults/tls.expired/").content.decode()
    faults.sections.cache_clear()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert "javascript:alert(1))" not in page.replace("[x](javascript:alert(1))", "")
    assert "<code>&lt;b&gt;</code>" in page


def test_an_unknown_code_is_not_found(visitor: Client) -> None:
    for code in ("tls.of_yore", "tls", "..", "%00"):
        assert visitor.get(f"/faults/{code}/").status_code == 404


def test_pages_take_no_changes(visitor: Client) -> None:
    assert visitor.post(LIST).status_code == 405
    assert visitor.post("/faults/tls.expired/").status_code == 405
