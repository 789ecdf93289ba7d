"""The setup link, from the first start to the first administrator."""

from datetime import timedelta

import pytest
from django.test import Client
from time_machine import travel

from kalixweb.accounts.models import SetupLink, User
from kalixweb.accounts.services.setup import issue_link
from kalixweb.audit import queries
from kalixweb.core import clock
from kalixweb.core.actor import Actor
from kalixweb.projects.models import Membership, Project
from kalixweb.projects.services import create_project

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery staple"
FORM = {
    "username": "mira",
    "password1": PASSWORD,
    "password2": PASSWORD,
    "project": "payments",
}


def _path() -> str:
    link = issue_link()
    assert link is not None
    return "/" + link.split("/", 3)[3]


def test_the_link_makes_administrator_and_project_and_signs_in() -> None:
    client = Client()
    opened = client.get(_path())
    assert opened["Location"] == "/setup/"
    assert client.get("/setup/").status_code == 200
    answer = client.post("/setup/", FORM)
    assert answer["Location"] == "/"
    assert client.get("/")["Location"] == "/p/payments/"
    mira = User.objects.get()
    assert mira.is_administrator
    row = Membership.all_projects.get()
    assert (row.user, row.roles) == (mira, ["project_admin", "secret_keeper"])
    assert Client().get(opened["Location"]).status_code == 404
    assert issue_link() is None


def test_only_the_hash_of_the_token_is_stored() -> None:
    token = _path().split("/")[2]
    stored = bytes(SetupLink.objects.get().token_hash)
    assert len(stored) == 32
    assert token.encode() not in stored


def test_opening_the_link_uses_nothing_up() -> None:
    path = _path()
    Client().get(path)
    client = Client()
    client.get(path)
    assert client.post("/setup/", FORM).status_code == 302


def test_a_later_start_replaces_the_link() -> None:
    old = Client()
    old.get(_path())
    _path()
    assert old.get("/setup/").status_code == 404
    assert old.post("/setup/", FORM).status_code == 404
    assert not User.objects.exists()


def test_the_link_ends_after_an_hour() -> None:
    client = Client()
    client.get(_path())
    with travel(clock.now() + timedelta(minutes=61)):
        assert client.get("/setup/").status_code == 404


def test_two_people_with_the_link_make_one_administrator() -> None:
    path = _path()
    first, second = Client(), Client()
    first.get(path)
    second.get(path)
    first.post("/setup/", FORM)
    assert second.post("/setup/", FORM | {"username": "eve"}).status_code == 404
    assert User.objects.count() == 1


def test_a_wrong_link_leaves_a_trace_without_the_token() -> None:
    client = Client()
    client.get("/setup/not-the-token/")
    assert client.get("/setup/").status_code == 404
    (row,) = queries.events([queries.instance_chain()], action="access.denied")
    assert b"not-the-token" not in bytes(row.payload)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"password1": "short", "password2": "short"}, "at least 12 characters"),
        ({"password2": "something else"}, "The two passwords differ."),
        ({"username": "-mira"}, "A user name starts with"),
        ({"project": "Payments!"}, "A name holds at most 63"),
        ({"project": "new"}, "The name new is taken."),
    ],
)
def test_a_refused_form_changes_nothing_and_keeps_the_link(
    change: dict[str, str], sentence: str
) -> None:
    client = Client()
    client.get(_path())
    answer = client.post("/setup/", FORM | change)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert PASSWORD not in answer.content.decode()
    assert not User.objects.exists()
    assert not Project.objects.exists()
    assert client.post("/setup/", FORM).status_code == 302


def test_projects_that_a_command_made_before_get_the_administrator() -> None:
    create_project(actor=Actor("shell", None, "operator"), name="demo")
    client = Client()
    client.get(_path())
    page = client.get("/setup/")
    assert 'name="project"' not in page.content.decode()
    client.post("/setup/", FORM)
    assert Membership.all_projects.get().project.name == "demo"


def test_the_events_name_the_new_administrator() -> None:
    client = Client()
    client.get(_path())
    client.post("/setup/", FORM)
    rows = queries.events([queries.instance_chain()], action="user.created")
    event = queries.decode(rows[0])
    assert event["object"]["label"] == "mira"
    assert event["details"] == {
        "administrator": True,
        "instance_auditor": False,
        "by": "setup",
    }
