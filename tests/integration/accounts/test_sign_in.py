"""Signing in and out, and what the audit trail says about it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings
from time_machine import travel

from kalixweb.accounts.models import User
from kalixweb.audit import queries
from kalixweb.audit.unit_of_work import flush_coalesced
from kalixweb.core import clock
from tests.factories import PASSWORD, make_user, prove, signed_in

pytestmark = pytest.mark.django_db

LOGIN = "/account/login/"


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


def _events(action: str) -> list[dict]:
    rows = queries.events([queries.instance_chain()], action=action).order_by("seq")
    return [queries.decode(row) for row in rows]


def test_everything_leads_to_the_sign_in_page_first() -> None:
    answer = Client().get("/p/payments/members/")
    assert answer.status_code == 302
    assert answer["Location"] == "/account/login/?next=/p/payments/members/"


def test_htmx_is_sent_to_the_sign_in_page_as_a_whole() -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/p/payments/members/"}
    answer = Client().get("/p/payments/members/", headers=headers)
    assert answer["HX-Redirect"] == "/account/login/?next=/p/payments/members/"


def test_signing_in_and_out_is_audited() -> None:
    mira = make_user()
    client = signed_in(mira)
    client.post("/account/logout/")
    assert client.get("/p/").status_code == 302
    (came,), (left,) = _events("user.signed_in"), _events("user.signed_out")
    assert came["actor"]["label"] == left["actor"]["label"] == "mira"
    assert came["details"] == {"method": "password", "second_factor": False}


@pytest.mark.parametrize(
    "then",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "http://localhost/x"],
)
def test_signing_in_leads_nowhere_else(then: str) -> None:
    make_user("mira")
    typed = {"login": "mira", "password": PASSWORD, "next": then}
    assert Client().post("/account/login/", typed)["Location"] == "/"


def test_letter_case_of_a_user_name_does_not_matter() -> None:
    make_user()
    answer = Client().post(LOGIN, {"login": "MIRA", "password": PASSWORD})
    assert answer.status_code == 302


def test_a_refused_sign_in_is_422_and_names_neither_half() -> None:
    make_user()
    wrong_password = Client().post(LOGIN, {"login": "mira", "password": "wrong"})
    wrong_name = Client().post(LOGIN, {"login": "nobody", "password": "wrong"})
    assert wrong_password.status_code == wrong_name.status_code == 422
    sentence = "The user name or the password is wrong."
    assert sentence in wrong_password.content.decode()
    assert sentence in wrong_name.content.decode()


def test_a_failed_sign_in_of_a_known_name_is_recorded_with_the_user() -> None:
    mira = make_user()
    Client().post(LOGIN, {"login": "mira", "password": "wrong"})
    (event,) = _events("user.sign_in_failed")
    assert event["object"] == {"kind": "user", "id": str(mira.pk), "label": "mira"}
    assert event["outcome"] == "failed"
    assert event["actor"]["kind"] == "anonymous"


def test_what_was_typed_as_an_unknown_name_stands_nowhere() -> None:
    typed = "my-own-password-typed-too-early"
    Client().post(LOGIN, {"login": typed, "password": "x"})
    (row,) = queries.events([queries.instance_chain()], action="user.sign_in_failed")
    assert typed.encode() not in bytes(row.payload)
    assert len(queries.decode(row)["details"]["name_mac"]) == 64
    assert queries.decode(row)["object"]["id"] is None


def test_failures_of_one_minute_are_counted_into_one_event() -> None:
    make_user()
    start = clock.now()
    with travel(start, tick=False) as moment:
        for _ in range(4):
            Client().post(LOGIN, {"login": "mira", "password": "wrong"})
        assert len(_events("user.sign_in_failed")) == 1
        moment.shift(timedelta(seconds=90))
        flush_coalesced()
    first, rest = _events("user.sign_in_failed")
    assert "count" not in first["details"]
    assert rest["details"]["count"] == 3


def test_too_many_failures_pass_again_by_themselves() -> None:
    make_user()
    start = clock.now()
    with travel(start, tick=False) as moment:
        for _ in range(5):
            Client().post(LOGIN, {"login": "mira", "password": "wrong"})
        held = Client().post(LOGIN, {"login": "mira", "password": PASSWORD})
        assert held.status_code == 422
        assert "Too many failed attempts" in held.content.decode()
        moment.shift(timedelta(minutes=6))
        assert Client().post(LOGIN, {"login": "mira", "password": PASSWORD}).status_code == 302
    reasons = {event["details"]["reason"] for event in _events("user.sign_in_failed")}
    assert reasons == {"password", "too_many_attempts"}


def test_a_deactivated_user_does_not_get_in_with_the_right_password() -> None:
    make_user(is_active=False)
    client = Client()
    client.post(LOGIN, {"login": "mira", "password": PASSWORD})
    assert client.get("/p/").status_code == 302
    assert [event["details"]["reason"] for event in _events("user.sign_in_failed")] == [
        "not_active"
    ]


def test_a_session_of_a_user_who_was_deactivated_behind_its_back_is_over() -> None:
    mira = make_user()
    client = signed_in(mira)
    User.objects.filter(pk=mira.pk).update(is_active=False)
    assert client.get("/p/")["Location"].startswith(LOGIN)


def test_changing_the_password_ends_the_other_sessions() -> None:
    mira = make_user()
    here, there = signed_in(mira), signed_in(mira)
    answer = here.post(
        "/account/password/",
        {
            "oldpassword": PASSWORD,
            "password1": "another long password",
            "password2": "another long password",
        },
    )
    assert answer.status_code == 302
    assert here.get("/p/").status_code == 200
    assert there.get("/p/").status_code == 302
    (event,) = _events("user.password_changed")
    assert event["details"] == {"by": "user", "sessions_ended": 1}


def test_a_short_password_is_refused_with_422() -> None:
    client = signed_in(make_user())
    form = {"oldpassword": PASSWORD, "password1": "short", "password2": "short"}
    answer = client.post("/account/password/", form)
    assert answer.status_code == 422
    assert "at least 12 characters" in answer.content.decode()
    assert _events("user.password_changed") == []


def test_sessions_are_listed_and_one_can_be_ended() -> None:
    mira, jonas = make_user(), make_user("jonas")
    here, there, foreign = signed_in(mira), signed_in(mira), signed_in(jonas)
    page = here.get("/account/sessions/")
    assert [is_this for _, _, is_this in page.context["sessions"]].count(True) == 1
    (other,) = [row for row, _, is_this in page.context["sessions"] if not is_this]
    (not_mine,) = [row for row, _, _ in foreign.get("/account/sessions/").context["sessions"]]
    here.post("/account/sessions/", {"session": not_mine.pk})
    assert foreign.get("/p/").status_code == 200
    here.post("/account/sessions/", {"session": other.pk})
    assert there.get("/p/").status_code == 302
    assert here.get("/p/").status_code == 200


def test_the_list_of_sessions_takes_the_same_queries_for_many(
    django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]],
) -> None:
    mira = make_user()
    clients = [signed_in(mira) for _ in range(6)]
    with django_assert_max_num_queries(8):
        assert len(clients[0].get("/account/sessions/").context["sessions"]) == 6


@pytest.mark.parametrize(
    "path",
    [
        "signup/",
        "email/",
        "password/reset/",
        "password/set/",
        "login/code/",
        "3rdparty/",
        "second-factor/webauthn/",
    ],
)
def test_pages_of_allauth_that_are_not_needed_do_not_exist(path: str) -> None:
    assert Client().get(f"/account/{path}").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/account/logout/",
        "/account/password/",
        "/account/sessions/",
        "/account/reauthenticate/",
        "/account/second-factor/",
    ],
)
def test_every_page_of_the_account_is_drawn_in_our_look(path: str) -> None:
    answer = signed_in(make_user()).get(path)
    assert answer.status_code == 200
    assert 'id="main"' in answer.content.decode()


def test_the_address_behind_a_declared_proxy_is_recorded(settings: Settings) -> None:
    settings.KALIXWEB_TRUSTED_PROXIES = ["127.0.0.1", "10.0.0.0/8"]
    make_user()
    forwarded = {"X-Forwarded-For": "203.0.113.5, 198.51.100.9, 10.1.1.1"}
    Client().post(LOGIN, {"login": "mira", "password": "wrong"}, headers=forwarded)
    assert _events("user.sign_in_failed")[0]["address"] == "198.51.100.9"


def test_a_forwarded_address_without_a_declared_proxy_is_a_claim_and_ignored() -> None:
    make_user()
    forwarded = {"X-Forwarded-For": "203.0.113.5"}
    Client().post(LOGIN, {"login": "mira", "password": "wrong"}, headers=forwarded)
    assert _events("user.sign_in_failed")[0]["address"] == "127.0.0.1"


def test_a_client_of_ipv4_at_a_listener_of_ipv6_is_its_ipv4_address(settings: Settings) -> None:
    settings.KALIXWEB_TRUSTED_PROXIES = ["10.0.0.0/8"]
    make_user()
    headers = {"X-Forwarded-For": "203.0.113.5, ::ffff:198.51.100.9, 10.1.1.2"}
    wrong = {"login": "mira", "password": "wrong"}
    Client().post(LOGIN, wrong, headers=headers, REMOTE_ADDR="::ffff:10.1.1.1")
    assert _events("user.sign_in_failed")[0]["address"] == "198.51.100.9"


def test_clients_of_ipv4_at_a_listener_of_ipv6_do_not_share_a_limit() -> None:
    """All their mapped addresses lie in one /64, by which IPv6 clients are counted."""
    make_user()
    for _ in range(5):
        wrong = {"login": "mira", "password": "wrong"}
        Client().post(LOGIN, wrong, REMOTE_ADDR="::ffff:192.0.2.7")
    right = {"login": "mira", "password": PASSWORD}
    assert Client().post(LOGIN, right, REMOTE_ADDR="192.0.2.7").status_code == 422
    assert Client().post(LOGIN, right, REMOTE_ADDR="::ffff:192.0.2.8").status_code == 302


@pytest.mark.parametrize(
    ("proxies", "peer", "secure"),
    [
        (["10.0.0.0/8"], "10.1.1.1", True),
        (["10.0.0.0/8"], "::ffff:10.1.1.1", True),
        (["10.0.0.0/8"], "192.0.2.7", False),
        ([], "127.0.0.1", False),
    ],
)
def test_only_a_declared_proxy_says_that_its_client_came_by_https(
    settings: Settings, proxies: list[str], peer: str, secure: bool
) -> None:
    settings.KALIXWEB_TRUSTED_PROXIES = proxies
    settings.SECURE_HSTS_SECONDS = 31_536_000
    answer = Client().get(LOGIN, headers={"X-Forwarded-Proto": "https"}, REMOTE_ADDR=peer)
    assert answer.wsgi_request.is_secure() is secure
    assert ("Strict-Transport-Security" in answer) is secure


def test_a_stranger_who_fails_as_somebody_does_not_delay_them() -> None:
    make_user()
    for _ in range(6):
        last = Client().post(
            LOGIN, {"login": "mira", "password": "wrong"}, REMOTE_ADDR="203.0.113.5"
        )
    assert "Too many failed attempts" in last.content.decode()
    assert Client().post(LOGIN, {"login": "mira", "password": PASSWORD}).status_code == 302


def test_a_fresh_sign_in_is_not_what_signing_in_gives_and_ends_by_itself() -> None:
    client = signed_in(make_user())
    target = "/account/second-factor/app/"
    asked = client.get(target)
    assert asked["Location"] == f"/account/reauthenticate/?next={target.replace('/', '%2F')}"
    prove(client)
    assert client.get(target).status_code == 200
    with travel(clock.now() + timedelta(minutes=16)):
        assert client.get(target).status_code == 302


def test_a_stale_post_is_refused_with_a_link_and_kept_nowhere() -> None:
    client = signed_in(make_user())
    answer = client.post("/account/second-factor/app/", {"code": "canary-123456"})
    assert answer.status_code == 403
    assert "/account/reauthenticate/?next=" in answer.content.decode()
    assert "canary-123456" not in str(dict(client.session))
