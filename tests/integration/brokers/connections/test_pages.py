"""The pages of connections as a person without JavaScript meets them."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from kombu.exceptions import OperationalError
from pytest_django import DjangoAssertNumQueries

from brokers import tasks
from brokers.connections.services import connections
from brokers.connections.services.configuration import Existing
from brokers.models import Connection, TestRun
from brokers.runs.services import outcomes, runs
from kalixweb.accounts.models import User
from kalixweb.core.actor import Actor
from kalixweb.core.secret_value import SecretValue
from kalixweb.jobs.kinds import Ending, sentence
from kalixweb.projects.models import Project
from kalixweb.projects.services.projects import create_project
from secrets_app.models import Secret
from secrets_app.services import secrets
from tests.integration.brokers.conftest import (
    SHELL,
    Make,
    Person,
    Probe,
    configuration,
    reload,
    result,
)
from tests.integration.brokers.connections.test_form import typed

pytestmark = pytest.mark.django_db
SignIn = Callable[[Actor], Client]
TYPED = "a good password"


@pytest.fixture
def sign_in(client: Client) -> Any:
    """Signs somebody in and gives their visitor."""

    def go(actor: Any) -> Any:
        client.force_login(User.objects.get(id=actor.id))
        return client

    return go


@pytest.fixture
def visitor(sign_in: SignIn, editor: Actor) -> Any:
    return sign_in(editor)


def address(name: Any, *args: Any) -> Any:
    return reverse(f"brokers:{name}", args=["payments", *args])


def finish(connection: Connection, actor: Any, verdict: Any = "passed", fault: Any = None) -> Any:
    run, _ = runs.request(actor=actor, connection=reload(connection))
    TestRun.all_projects.filter(id=run.id).update(state="running")
    run.refresh_from_db()
    outcomes.finish(run, result(verdict, fault, "tls" if fault else None))
    return run


def test_a_connection_is_made_with_its_secret_and_shown(visitor: Client, project: Project) -> None:
    assert visitor.get(address("connection-new")).status_code == 200
    answer = visitor.post(address("connection-new"), typed(user=" svc"), follow=True)
    page = answer.content.decode()
    assert "is saved" in page
    assert "The user starts with a space" in page
    assert TYPED not in page
    assert Connection.all_projects.get().password_secret.name == "fresh"


def test_a_refused_form_keeps_what_was_typed_but_no_value(
    visitor: Client, project: Project
) -> None:
    answer = visitor.post(address("connection-new"), typed(name="Orders Prod"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "b-1.example.test:9096" in page
    assert TYPED not in page
    assert not Secret.all_projects.exists()


def test_a_password_pasted_as_a_reference_leaves_the_rest_as_it_was(
    visitor: Client, project: Project
) -> None:
    mistaken = typed(password_from="choose", password_ref="S3cret!/hunter2")
    page = visitor.post(address("connection-new"), mistaken).content.decode()
    assert "hunter2" not in page
    assert 'name="user" value="svc-orders"' in page


def test_htmx_gets_the_form_alone_and_a_whole_page_afterwards(
    visitor: Client, project: Project
) -> None:
    htmx = {"HX-Request": "true"}
    refused = visitor.post(address("connection-new"), typed(name=""), headers=htmx)
    assert (refused.status_code, b"<html" in refused.content) == (422, False)
    saved = visitor.post(address("connection-new"), typed(), headers=htmx)
    assert saved.headers["HX-Redirect"].startswith("/p/payments/connections/")


def test_a_name_that_is_taken_is_said_at_the_name(visitor: Client, connection: Connection) -> None:
    answer = visitor.post(address("connection-new"), typed())
    assert answer.status_code == 422
    assert b"A connection named orders-prod exists already" in answer.content


def test_somebody_elses_save_is_shown_beside_ones_own(
    visitor: Client, connection: Connection, keeper: Actor
) -> None:
    connections.change(
        actor=keeper,
        connection=connection,
        expected_revision=1,
        wanted=configuration(description="by mira"),
        password=Existing(connection.password_secret, "pwd"),
    )
    mine = typed(
        revision=1,
        password_from="choose",
        password_ref="orders-kafka/pwd",
        description="by jonas",
        labels="env:prod team:orders",
        topics="orders",
    )
    answer = visitor.post(address("connection-edit", connection.id), mine)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "by mira" in page
    assert "by jonas" in page
    assert 'name="name" value="orders-prod"' in page
    assert 'name="revision" value="2"' in page
    assert reload(connection).description == "by mira"
    again = visitor.post(address("connection-edit", connection.id), mine | {"revision": 2})
    assert again.status_code == 302
    assert reload(connection).description == "by jonas"


def test_saving_after_a_failed_test_begins_the_next(
    visitor: Client, connection: Connection, editor: Actor, probe: Probe
) -> None:
    failed = finish(connection, editor, "failed", "tls.expired")
    answer = visitor.post(
        address("connection-edit", connection.id),
        typed(
            revision=1,
            servers="b-2.example.test:9096",
            password_from="choose",
            password_ref="orders-kafka/pwd",
        ),
    )
    new = TestRun.all_projects.exclude(id=failed.id).get()
    assert answer.headers["Location"] == address("run-detail", new.id)
    assert new.state == "done"
    assert probe.targets[0].servers == "b-2.example.test:9096"


def test_a_refused_delivery_is_said_and_nothing_is_saved(
    visitor: Client, connection: Connection, sign_in: SignIn, person: Person
) -> None:
    other = sign_in(person("lea", "editor"))
    stolen = typed(
        revision=1,
        servers="evil.example.test:9096",
        password_from="choose",
        password_ref="orders-kafka/pwd",
    )
    answer = other.post(address("connection-edit", connection.id), stolen)
    assert answer.status_code == 422
    assert b"has not been sent to evil.example.test before" in answer.content
    assert reload(connection).servers == ["b-1.example.test:9096"]


def test_pressing_test_queues_and_leads_to_the_run(
    visitor: Client, connection: Connection, probe: Probe
) -> None:
    answer = visitor.post(address("connection-test", connection.id))
    run = TestRun.all_projects.get()
    assert answer.headers["Location"] == address("run-detail", run.id)
    assert (run.state, len(probe.targets)) == ("done", 1)
    assert visitor.get(address("connection-test", connection.id)).status_code == 405


def test_a_queue_that_is_away_stops_the_run_and_says_so(
    visitor: Client, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_ids: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(tasks.run_test, "delay", away)
    answer = visitor.post(address("connection-test", connection.id), follow=True)
    run = TestRun.all_projects.get()
    assert (run.state, run.sentence) == ("stopped", sentence(run, Ending.QUEUE_AWAY))
    assert "queue cannot be reached" in answer.content.decode()
    monkeypatch.setattr(tasks.run_many, "delay", away)
    answer = visitor.post(address("test-all"), follow=True)
    assert "1 test waits" in answer.content.decode()


def test_many_are_tested_by_one_click(
    visitor: Client, make: Make, probe: Probe, secret: Secret
) -> None:
    for number in range(3):
        make(f"c-{number}")
    answer = visitor.post(address("test-all"), follow=True)
    assert "3 connections are being tested" in answer.content.decode()
    assert set(TestRun.all_projects.values_list("state", flat=True)) == {"done"}
    back = reverse("secrets:secret-detail", args=["payments", secret.id])
    answer = visitor.post(address("test-users-of-secret", secret.id), {"next": back})
    assert answer.headers["Location"] == back
    assert len(probe.targets) == 6
    elsewhere = visitor.post(address("test-users-of-secret", secret.id), {"next": "//evil.test/"})
    assert elsewhere.headers["Location"] == address("connection-list")


def test_stopping_a_run(
    visitor: Client, connection: Connection, editor: Actor, sign_in: SignIn, person: Person
) -> None:
    run, _ = runs.request(actor=editor, connection=connection)
    visitor.post(address("run-stop", run.id))
    assert reload(run).sentence == "Stopped by jonas."
    viewer = sign_in(person("noor", "viewer"))
    assert viewer.post(address("run-stop", run.id)).status_code == 403


def test_a_copy_is_a_form_until_it_is_saved(visitor: Client, connection: Connection) -> None:
    page = visitor.get(address("connection-copy", connection.id)).content.decode()
    assert 'value="orders-prod-copy"' in page
    assert "orders-kafka/pwd" in page
    assert Connection.all_projects.count() == 1
    copy = typed(name="orders-prod-copy", password_from="choose", password_ref="orders-kafka/pwd")
    visitor.post(address("connection-copy", connection.id), copy)
    assert Connection.all_projects.count() == 2


def test_deletion_wants_the_name(visitor: Client, connection: Connection) -> None:
    where = address("connection-delete", connection.id)
    assert visitor.get(where).status_code == 200
    refused = visitor.post(where, {"name": "orders"})
    assert (refused.status_code, Connection.all_projects.count()) == (422, 1)
    visitor.post(where, {"name": "orders-prod"})
    assert not Connection.all_projects.exists()


def test_the_default_connection(visitor: Client, connection: Connection) -> None:
    where = address("connection-default", connection.id)
    page = visitor.post(where, follow=True).content.decode()
    assert reload(connection).is_default
    assert "No longer the default" in page
    visitor.post(where, {"default": "no"})
    assert not reload(connection).is_default


def test_a_new_password_makes_the_result_old(
    visitor: Client, connection: Connection, editor: Actor, secret: Secret
) -> None:
    finish(connection, editor)
    assert "Not tested since" not in visitor.get(address("connection-list")).content.decode()
    secrets.save_version(actor=editor, secret=secret, values={"pwd": SecretValue("changed")})
    page = visitor.get(address("connection-list")).content.decode()
    assert "0 of 1 work, 1 not tested since a change." in page
    assert (
        "Not tested since a change"
        in visitor.get(address("connection-detail", connection.id)).content.decode()
    )


def test_trouble_comes_first_and_filters_stand_in_the_address(
    visitor: Client, make: Make, editor: Actor
) -> Any:
    for number, verdict in enumerate(["passed", "failed", "degraded", "warned"]):
        row = make(f"c-{number}", labels=(f"env:{verdict}", "team:all"))
        finish(row, editor, verdict, "tls.expired" if verdict == "failed" else None)
    make("c-9-new")

    def names(**query: Any) -> Any:
        rows = visitor.get(address("connection-list"), query).context["rows"]
        return [row.connection.name for row in rows]

    assert names() == ["c-1", "c-2", "c-3", "c-0", "c-9-new"]
    assert names(state="failed") == ["c-1"]
    assert names(fault="tls.expired") == ["c-1"]
    assert names(label="env:warned") == ["c-3"]
    assert names(label="env:warn") == []
    assert names(label="team:all", state="passed") == ["c-0"]
    assert names(q="SVC-ORDERS c-9") == ["c-9-new"]
    assert names(q="b-1.example.test:9096", state="unknown") == ["c-9-new"]
    assert names(q="%") == []
    assert names(state="nonsense", page="x") == []


def thousand(connection: Connection) -> None:
    rows = []
    fields = [field.attname for field in Connection._meta.fields]
    for number in range(999):
        copy = Connection(**{name: getattr(connection, name) for name in fields})
        copy.id, copy.name, copy.search_text = uuid4(), f"c-{number:04}", f"\nc-{number:04}\n"
        copy.is_default = False
        rows.append(copy)
    Connection.all_projects.bulk_create(rows)


@pytest.mark.parametrize("where", ["/p/payments/connections/", "/connections/"])
def test_a_thousand_connections_take_twelve_queries(
    visitor: Client,
    connection: Connection,
    editor: Actor,
    where: Any,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    finish(connection, editor)
    Connection.all_projects.update(recent=[["failed", 3], *[["passed", 7]] * 19])
    thousand(reload(connection))
    visitor.get(where)
    with django_assert_max_num_queries(12) as made:
        page = visitor.get(where, {"page": 3})
    assert not [q for q in made.captured_queries if '"document"' in q["sql"]]
    assert len(page.context["rows"]) == 30


def test_all_my_connections_are_mine(
    client: Client, sign_in: SignIn, person: Person, connection: Connection, project: Project
) -> None:
    other = create_project(actor=SHELL, name="search")
    lea = person("lea", "viewer", of=other)
    assert b"orders-prod" not in sign_in(lea).get("/connections/").content
    member = person("noor", "viewer")
    page = sign_in(member).get("/connections/").content.decode()
    assert "orders-prod" in page
    assert "payments" in page


def test_an_auditor_sees_the_trail_and_no_connection(
    sign_in: SignIn, person: Person, connection: Connection
) -> None:
    auditor = sign_in(person("noor", "auditor"))
    page = auditor.get("/connections/").content.decode()
    assert "orders-prod" not in page
    home = auditor.get("/", follow=True)
    assert home.status_code == 200
    assert home.redirect_chain[-1][0] == "/p/payments/audit/"


@pytest.mark.parametrize("asked", ["q", "state", "label", "fault", "project"])
def test_a_filter_with_a_nul_finds_nothing_and_breaks_nothing(
    visitor: Client, connection: Connection, asked: str
) -> None:
    assert visitor.get(f"{address('connection-list')}?{asked}=%00x").status_code == 200


@pytest.mark.parametrize(
    "name",
    ["connection-detail", "connection-edit", "connection-copy", "connection-delete", "run-list"],
)
def test_another_projects_connection_is_not_found(
    sign_in: SignIn, person: Person, connection: Connection, name: Any
) -> None:
    other = create_project(actor=SHELL, name="search")
    stranger = sign_in(person("lea", "secret_keeper", of=other))
    assert stranger.get(address(name, connection.id)).status_code == 404
    inside = reverse(f"brokers:{name}", args=["search", connection.id])
    assert stranger.get(inside).status_code == 404


def test_a_viewer_sees_no_control_that_would_be_refused(
    sign_in: SignIn, person: Person, connection: Connection
) -> None:
    viewer = sign_in(person("noor", "viewer"))
    page = viewer.get(address("connection-detail", connection.id)).content.decode()
    assert "Test connection" not in page
    assert "Edit" not in page
    assert viewer.get(address("connection-edit", connection.id)).status_code == 403
    assert viewer.post(address("connection-test", connection.id)).status_code == 403


def test_names_that_look_like_markup_stay_text(visitor: Client, make: Make) -> None:
    made = make("c-1", description="<script>alert(1)</script>", contact="<b>", user="<i>u</i>")
    page = visitor.get(address("connection-detail", made.id)).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_an_empty_project_teaches_what_a_connection_is(visitor: Client, project: Project) -> None:
    page = visitor.get(address("connection-list")).content.decode()
    assert "No connection yet." in page
    assert Project.objects.get() == project
