"""The second factor: enrolled, asked for, sealed in the database, removed."""

import base64
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client
from time_machine import travel

from kalixweb.audit import queries
from kalixweb.core import clock
from kalixweb.keys.sealing import BlobRefused
from tests.factories import PASSWORD, make_user, prove, signed_in

pytestmark = pytest.mark.django_db

APP = "/account/second-factor/app/"


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


def _code(seed: str) -> str:
    return format_hotp_value(hotp_value(seed, int(clock.now().timestamp()) // 30))


def _enrol(client: Client) -> str:
    prove(client)
    seed: str = client.get(APP).context["form"].secret
    answer = client.post(APP, {"code": _code(seed)})
    assert answer.status_code == 302, answer.content
    return seed


def test_signing_in_asks_for_a_code_once_an_app_is_set_up() -> None:
    seed = _enrol(signed_in(make_user()))
    cache.clear()
    client = Client()
    first = client.post("/account/login/", {"login": "mira", "password": PASSWORD})
    assert first["Location"].startswith("/account/second-factor/sign-in/")
    assert client.get("/p/").status_code == 302
    page = client.get(first["Location"])
    assert page.status_code == 200
    client.post(first["Location"], {"code": _code(seed)})
    assert client.get("/p/").status_code == 200
    rows = queries.events([queries.instance_chain()], action="user.signed_in")
    assert queries.decode(rows[0])["details"]["second_factor"] is True


def test_a_wrong_code_is_a_failed_sign_in() -> None:
    _enrol(signed_in(make_user()))
    client = Client()
    client.post("/account/login/", {"login": "mira", "password": PASSWORD})
    client.post("/account/second-factor/sign-in/", {"code": "000000"})
    assert client.get("/p/").status_code == 302
    (row,) = queries.events([queries.instance_chain()], action="user.sign_in_failed")
    assert queries.decode(row)["details"]["reason"] == "second_factor"


def test_wrong_codes_from_elsewhere_make_the_owner_wait_for_five_minutes() -> None:
    """As settings and guide say: only whoever knows the password gets as far as this."""
    seed = _enrol(signed_in(make_user()))
    cache.clear()
    page = "/account/second-factor/sign-in/"
    password = {"login": "mira", "password": PASSWORD}
    thief = Client(REMOTE_ADDR="203.0.113.5")
    owner = Client()
    with travel(clock.now() + timedelta(minutes=1), tick=False) as moment:
        thief.post("/account/login/", password)
        for _ in range(5):
            thief.post(page, {"code": "000000"})
        owner.post("/account/login/", password)
        assert (
            "Too many failed attempts" in owner.post(page, {"code": _code(seed)}).content.decode()
        )
        moment.shift(timedelta(minutes=6))
        owner.post(page, {"code": _code(seed)})
        assert owner.get("/p/").status_code == 200


def test_the_seed_does_not_stand_in_the_database() -> None:
    seed = _enrol(signed_in(make_user()))
    for row in Authenticator.objects.all():
        assert seed not in str(row.data)
        sealed = row.data.get("secret") or row.data["seed"]
        assert base64.b64decode(sealed)[:2] == b"KD"


def test_a_seed_that_was_copied_to_another_user_does_not_open() -> None:
    _enrol(signed_in(make_user()))
    jonas = make_user("jonas")
    mine = Authenticator.objects.get(type="totp")
    mine.user = jonas
    mine.save()
    client = Client()
    client.post("/account/login/", {"login": "jonas", "password": PASSWORD})
    answer = client.post("/account/second-factor/sign-in/", {"code": "123456"})
    assert answer.status_code == 503
    assert BlobRefused().sentence in answer.content.decode()
    assert client.get("/p/").status_code == 302, "nobody is signed in"


def test_adding_and_removing_is_audited_and_removal_takes_the_codes_along() -> None:
    client = signed_in(make_user())
    _enrol(client)
    assert client.get("/account/second-factor/codes/").status_code == 200
    assert client.get("/account/second-factor/").status_code == 200
    assert client.post(f"{APP}remove/").status_code == 302
    assert not Authenticator.objects.exists()
    rows = queries.events([queries.instance_chain()], action="user.second_factor_changed")
    changes = sorted(
        (event["details"]["method"], event["details"]["added"])
        for event in map(queries.decode, rows)
    )
    assert changes == [
        ("recovery_codes", False),
        ("recovery_codes", True),
        ("totp", False),
        ("totp", True),
    ]


def test_new_recovery_codes_replace_the_old_ones() -> None:
    client = signed_in(make_user())
    _enrol(client)
    before = client.get("/account/second-factor/codes/").context["unused_codes"]
    assert client.get("/account/second-factor/codes/new/").status_code == 200
    client.post("/account/second-factor/codes/new/")
    after = client.get("/account/second-factor/codes/").context["unused_codes"]
    assert len(after) == 10
    assert set(before).isdisjoint(after)
    saved = client.get("/account/second-factor/codes/file/").content.decode()
    assert saved.split() == after


def test_a_recovery_code_lets_in_once() -> None:
    client = signed_in(make_user())
    _enrol(client)
    code = client.get("/account/second-factor/codes/").context["unused_codes"][0]
    for expected in (200, 302):
        other = Client()
        other.post("/account/login/", {"login": "mira", "password": PASSWORD})
        other.post("/account/second-factor/sign-in/", {"code": code})
        assert other.get("/p/").status_code == expected


def test_a_user_without_password_must_enrol_before_proving_anything() -> None:
    mira = make_user()
    client = signed_in(mira)
    mira.set_unusable_password()
    mira.save()
    client.force_login(mira)
    assert client.get("/account/second-factor/codes/")["Location"] == APP
    assert client.get(APP).status_code == 200


def test_a_proof_by_code_counts_as_fresh() -> None:
    client = signed_in(make_user())
    seed = _enrol(client)
    with travel(clock.now() + timedelta(minutes=30)):
        cache.clear()
        assert client.get("/account/second-factor/codes/").status_code == 302
        answer = client.post(
            "/account/second-factor/prove/",
            {"code": _code(seed), "next": "/account/second-factor/codes/"},
        )
        assert answer["Location"] == "/account/second-factor/codes/"
        assert client.get("/account/second-factor/codes/").status_code == 200
