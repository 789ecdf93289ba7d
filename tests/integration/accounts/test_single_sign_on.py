"""Signing in at an identity provider: only for accounts that were linked to a person there."""

import copy
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.conf import settings as django_settings
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from kalixweb.accounts.models import User
from kalixweb.audit.models import AuditEvent
from kalixweb.audit.queries import decode
from kalixweb.core import clock
from kalixweb.operations import health
from kalixweb.projects.services import invitations, people
from tests.factories import PASSWORD, actor_for, make_user, prove, signed_in
from tests.fakes.oidc import CLIENT_ID, CLIENT_SECRET, Issuer

pytestmark = pytest.mark.django_db
PAGE = "/account/single-sign-on/"
BEGIN = f"{PAGE}{django_settings.KALIXWEB_OIDC_ID}/"


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


@pytest.fixture
def issuer(settings: Settings) -> Iterator[Issuer]:
    with Issuer() as issuer:
        settings.KALIXWEB_OIDC_ISSUER = issuer.url
        settings.KALIXWEB_OIDC_NAME = "Example Login"
        providers = copy.deepcopy(django_settings.SOCIALACCOUNT_PROVIDERS)
        (app,) = providers["openid_connect"]["APPS"]
        app |= {"client_id": CLIENT_ID, "secret": CLIENT_SECRET}
        app["settings"]["server_url"] = issuer.url
        settings.SOCIALACCOUNT_PROVIDERS = providers
        yield issuer


def go(client: Client, query: str = "") -> HttpResponse:
    """Press the button and come back from the provider; what kalixweb then answers."""
    begun = client.post(BEGIN + query)
    assert begun.status_code == 302, begun.content
    back = requests.get(begun["Location"], allow_redirects=False, timeout=5).headers["Location"]
    parts = urlsplit(back)
    return client.get(f"{parts.path}?{parts.query}")


def link(client: Client) -> HttpResponse:
    prove(client)
    return go(client, "?process=connect")


def details(action: str) -> list[dict]:
    rows = AuditEvent.objects.filter(action=action).order_by("-seq")
    return [decode(row)["details"] for row in rows]


def test_an_account_that_was_linked_signs_in(issuer: Issuer) -> None:
    mira = make_user()
    answer = link(signed_in(mira))
    assert answer["Location"] == PAGE
    (account,) = SocialAccount.objects.all()
    assert (account.user, account.uid, account.provider) == (
        mira,
        "subject-1",
        django_settings.KALIXWEB_OIDC_ID,
    )
    client = Client()
    came_in = go(client, "?next=/p/")
    assert came_in["Location"] == "/p/"
    assert client.get("/p/").status_code == 200
    assert details("user.signed_in")[0] == {"method": "socialaccount", "second_factor": False}
    changed = {"issuer": issuer.url, "added": True}
    assert details("user.single_sign_on_changed") == [changed]


def test_nothing_but_the_link_is_kept(issuer: Issuer) -> None:
    link(signed_in(make_user()))
    client = Client()
    go(client)
    assert SocialAccount.objects.get().extra_data == {}
    assert not SocialToken.objects.exists()
    kept = str(dict(client.session))
    assert "canary@example.test" not in kept
    assert "an-access-token" not in kept


@pytest.mark.parametrize("again", ["mira", "noor"])
def test_linking_a_second_time_keeps_nothing_more(issuer: Issuer, again: str) -> None:
    users = {"mira": make_user(), "noor": make_user("noor")}
    link(signed_in(users["mira"]))
    link(signed_in(users[again]))
    account = SocialAccount.objects.get()
    assert (account.user, account.extra_data) == (users["mira"], {})


def test_a_stranger_gets_no_account(issuer: Issuer) -> None:
    make_user()
    client = Client()
    refused = go(client)
    assert refused.status_code == 403
    assert "No account here is linked to you at Example Login." in refused.content.decode()
    assert User.objects.count() == 1
    assert client.get("/p/").status_code == 302
    (failed,) = details("user.sign_in_failed")
    assert failed["reason"] == "not_linked"
    assert "subject-1" not in str(failed)


def test_an_email_of_somebody_links_nothing(issuer: Issuer) -> None:
    make_user("canary@example.test")
    issuer.claims = {"email_verified": True, "preferred_username": "canary@example.test"}
    assert go(Client()).status_code == 403
    assert not SocialAccount.objects.exists()


def test_linking_needs_a_fresh_sign_in(issuer: Issuer) -> None:
    client = signed_in(make_user())
    assert client.get(PAGE)["Location"].startswith("/account/reauthenticate/")
    assert go(client, "?process=connect")["Location"] == PAGE
    assert go(Client(), "?process=connect")["Location"] == PAGE
    assert not SocialAccount.objects.exists()


def test_one_person_there_is_one_user_here(issuer: Issuer) -> None:
    link(signed_in(make_user()))
    noor = signed_in(make_user("noor"))
    link(noor)
    assert "signs in as somebody else here" in noor.get(PAGE).content.decode()
    assert SocialAccount.objects.get().user.username == "mira"


def test_a_link_is_ended_by_its_owner_alone(issuer: Issuer) -> None:
    mira = signed_in(make_user())
    link(mira)
    account = SocialAccount.objects.get()
    noor = signed_in(make_user("noor"))
    prove(noor)
    noor.post(PAGE, {"unlink": str(account.pk)})
    assert SocialAccount.objects.exists()
    assert "subject-1" in mira.get(PAGE).content.decode()
    mira.post(PAGE, {"unlink": str(account.pk)})
    assert not SocialAccount.objects.exists()
    assert go(Client()).status_code == 403


def test_a_new_password_by_an_administrators_link_ends_every_link(issuer: Issuer) -> None:
    mira, root = make_user(), make_user("root", is_administrator=True)
    link(signed_in(mira))
    SocialAccount.objects.create(user=mira, provider="oidc-earlier", uid="subject-0")
    given = invitations.invite_to_new_password(actor=actor_for(root), user=mira)
    guest = Client()
    guest.get("/" + given.split("/", 3)[3])
    assert "link to single sign-on" in guest.get("/invitation/").content.decode()
    form = {"password1": "another long password", "password2": "another long password"}
    assert guest.post("/invitation/", form)["Location"] == "/account/login/"
    assert not SocialAccount.objects.exists()
    assert go(Client()).status_code == 403
    earlier, now, _ = details("user.single_sign_on_changed")
    assert now == {"issuer": issuer.url, "added": False}
    assert earlier == {"issuer": None, "added": False}


def test_a_deactivation_ends_every_link_of_that_user_alone(issuer: Issuer) -> None:
    mira, root = make_user(), make_user("root", is_administrator=True)
    link(signed_in(mira))
    issuer.subject = "subject-2"
    link(signed_in(root))
    people.deactivate_user(actor=actor_for(root), user=mira)
    assert SocialAccount.objects.get().user == root
    assert details("user.single_sign_on_changed")[0] == {"issuer": issuer.url, "added": False}


@pytest.mark.parametrize("linked", [True, False])
def test_changing_ones_own_password_says_that_links_go_on(issuer: Issuer, linked: bool) -> None:
    mira = signed_in(make_user())
    if linked:
        link(mira)
        mira.get("/p/")
    new = "another long password"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    page = mira.post("/account/password/", form, follow=True).content.decode()
    assert "Your password has changed." in page
    said = "You can still sign in with Example Login, as you linked it. Your links: Single sign-on"
    assert (said in page) is linked
    assert SocialAccount.objects.exists() is linked


def test_the_second_factor_is_asked_for_all_the_same(issuer: Issuer) -> None:
    mira = signed_in(make_user())
    link(mira)
    app = "/account/second-factor/app/"
    seed = mira.get(app).context["form"].secret
    code = format_hotp_value(hotp_value(seed, int(clock.now().timestamp()) // 30))
    assert mira.post(app, {"code": code}).status_code == 302
    client = Client()
    assert go(client)["Location"].startswith("/account/second-factor/sign-in/")
    assert client.get("/p/").status_code == 302


def test_a_deactivated_user_stays_out(issuer: Issuer) -> None:
    mira = make_user()
    link(signed_in(mira))
    User.objects.filter(pk=mira.pk).update(is_active=False)
    client = Client()
    go(client)
    assert client.get("/p/").status_code == 302


@pytest.mark.parametrize(
    "claims", [{"iss": "https://other.example.test"}, {"aud": "somebody-else"}, {"exp": 1}]
)
def test_an_id_token_that_is_not_for_us_is_refused(issuer: Issuer, claims: dict) -> None:
    link(signed_in(make_user()))
    issuer.claims = claims
    client = Client()
    refused = go(client)
    assert refused.status_code == 403
    assert "cannot be used" in refused.content.decode()
    assert client.get("/p/").status_code == 302


def test_an_answer_that_nobody_asked_for_is_refused(issuer: Issuer) -> None:
    link(signed_in(make_user()))
    issuer.codes["stolen"] = {}
    client = Client()
    assert client.get(f"{BEGIN}callback/?code=stolen&state=made-up").status_code == 403
    assert client.get("/p/").status_code == 302


def test_stopping_there_is_said(issuer: Issuer) -> None:
    issuer.error = "access_denied"
    assert "You stopped signing in" in go(Client()).content.decode()


def test_a_provider_that_is_away_is_said(issuer: Issuer, settings: Settings) -> None:
    issuer.stop()
    away = Client().post(BEGIN)
    assert away.status_code == 503
    assert "Example Login does not answer" in away.content.decode()


def test_the_sign_in_page_offers_it_and_its_form_may_lead_there(issuer: Issuer) -> None:
    page = Client().get("/account/login/")
    assert "Sign in with Example Login" in page.content.decode()
    policy = page["Content-Security-Policy"]
    assert f"form-action 'self' {issuer.url}" in policy
    assert issuer.url not in Client().get("/faults/", follow=False)["Content-Security-Policy"]


def test_without_a_provider_there_is_nothing_of_it() -> None:
    assert "Sign in with" not in Client().get("/account/login/").content.decode()
    client = signed_in(make_user())
    prove(client)
    assert client.get(PAGE).status_code == 404
    assert client.post(BEGIN).status_code == 404
    assert "Single sign-on" not in client.get("/p/").content.decode()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"KALIXWEB_OIDC_ISSUER": "http://login.example.test"}, "must begin with https://"),
        ({"KALIXWEB_OIDC_ISSUER": "https://login.example.test"}, "KALIXWEB_OIDC_CLIENT_ID"),
    ],
)
def test_half_a_provider_stops_the_start(given: dict[str, str], said: str) -> None:
    asked = [sys.executable, "-c", "import kalixweb.settings.single_sign_on"]
    answer = subprocess.run(asked, env=given, capture_output=True, text=True, check=False)
    assert answer.returncode
    assert said in answer.stderr


def test_doctor_prints_the_redirect_address_and_knows_a_wrong_issuer(
    issuer: Issuer, settings: Settings
) -> None:
    settings.KALIXWEB_URL = "https://kalixweb.example.test"
    good = health._single_sign_on()
    assert good.state == "ok"
    assert f"https://kalixweb.example.test{BEGIN}callback/" in good.sentence
    settings.KALIXWEB_OIDC_ISSUER = f"{issuer.url}/realm"
    assert health._single_sign_on().sentence.endswith("is no OpenID Connect issuer")
    settings.KALIXWEB_OIDC_ISSUER = issuer.url.replace("127.0.0.1", "localhost")
    assert "says that its issuer is" in health._single_sign_on().sentence
    issuer.stop()
    assert "could not be checked" in health._looked_at(health._single_sign_on).sentence
