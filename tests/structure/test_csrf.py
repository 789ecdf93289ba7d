"""Every address refuses a POST that another site could have made the browser send."""

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern
from pytest_django import Settings

from tests.factories import make_project, make_user
from tests.integration.conftest import keyring_path, keys_ready  # noqa: F401 - fixtures
from tests.structure.test_permissions import NEEDS

pytestmark = pytest.mark.django_db

REFUSED = 499
_SAMPLES = {"slug": "payments", "uuid": str(uuid4()), "int": "1", "str": "x", "path": "1"}


def refuse(_request: HttpRequest, reason: str = "") -> HttpResponse:
    """Stands in for the page, so that no other refusal is taken for this one."""
    return HttpResponse(reason, status=REFUSED)


def _addresses(patterns: list[URLPattern | URLResolver], way: str) -> Iterator[str]:
    for pattern in patterns:
        if not isinstance(pattern.pattern, RoutePattern):
            continue  # the two of Django's admin that take what nothing else took
        route = way + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _addresses(pattern.url_patterns, route)
        else:
            yield re.sub(r"<(?:(\w+):)?\w+>", lambda m: _SAMPLES[m[1] or "str"], route)


ADDRESSES = sorted(set(_addresses(get_resolver().url_patterns, "/")))


@pytest.fixture
def careful(settings: Settings) -> Client:
    """Signed in, and as careful as a real one."""
    settings.CSRF_FAILURE_VIEW = f"{__name__}.refuse"
    user = make_user("mira", is_administrator=True)
    make_project(project_admin=user, editor=user)
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    return client


def test_no_address_takes_a_post_without_the_token(careful: Client) -> None:
    taken = {
        address: status
        for address in ADDRESSES
        if (status := careful.post(address).status_code) != REFUSED
    }
    assert not taken
    assert len(ADDRESSES) > len(NEEDS) + 20


def test_nobody_signs_in_without_the_token(careful: Client) -> None:
    careful.cookies.clear()
    for address in ("/account/login/", "/setup/", "/invitation/", "/theme/"):
        assert careful.post(address).status_code == REFUSED, address


def test_a_wrong_token_is_none(careful: Client) -> None:
    careful.get("/p/")
    for token in ("x" * 64, ""):
        sent = {"theme": "dark", "csrfmiddlewaretoken": token}
        assert careful.post("/theme/", sent).status_code == REFUSED
        refused = careful.post("/theme/", {"theme": "dark"}, headers={"x-csrftoken": token})
        assert refused.status_code == REFUSED


def test_a_form_of_the_page_is_taken(careful: Client) -> None:
    token = careful.get("/p/").context["csrf_token"]
    sent = {"theme": "dark", "csrfmiddlewaretoken": str(token)}
    assert careful.post("/theme/", sent).status_code == 302
