"""The pages of runs and the dashboard, with and without JavaScript."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from brokers.connections.services import connections
from brokers.connections.services.configuration import Configuration, New
from brokers.engine.results import Fault, Verdict
from brokers.models import Connection, TestRun
from brokers.runs.services.snapshots import snapshot_of
from kalixweb.accounts.models import User
from kalixweb.core import clock
from kalixweb.core.secret_value import SecretValue
from kalixweb.projects.models import Project
from tests.factories import actor_for, make_project, make_user, signed_in
from tests.unit.brokers.runs.documents import degraded, document, node

pytestmark = pytest.mark.django_db
CANARY = "hunter2-canary"


@pytest.fixture
def mira() -> User:
    return make_user("mira")


@pytest.fixture
def project(mira: User) -> Project:
    return make_project("payments", editor=mira)


@pytest.fixture
def visitor(mira: User, project: Project) -> Client:
    return signed_in(mira)


@pytest.fixture
def connection(mira: User, project: Project) -> Connection:
    return make_connection(mira, project, "orders-prod")


def make_connection(user: User, project: Project, name: str) -> Connection:
    return connections.create(
        actor=actor_for(user),
        project=project.id,
        wanted=Configuration(
            name=name, servers=("b-1.kafka.example:9093",), auth="scram-sha-512", user="svc-orders"
        ),
        password=New(f"{name}-kafka", "pwd", SecretValue(CANARY)),
    )


def make_run(connection: Connection, shown: dict[str, Any] | None = None, **more: Any) -> TestRun:
    """A run of the connection; a document with a verdict makes it a finished one."""
    verdict = (shown or {}).get("verdict") or {}
    state = "done" if verdict else "running"
    now = clock.now()
    values = {
        "actor_kind": "user",
        "actor_label": "mira",
        "target": snapshot_of(connection),
        "state": state,
        "queued_at": now,
        "started_at": now,
        "deadline_at": now + timedelta(seconds=30),
        "finished_at": now if verdict else None,
        "verdict": verdict.get("state", ""),
        "fault": verdict.get("fault") or "",
        "sentence": verdict.get("sentence", ""),
        "document": shown,
        "seq": 3,
        "place": {"host": "laptop", "worker": "w-1"},
    }
    run = TestRun(project_id=connection.project_id, connection=connection, **(values | more))
    run.save(force_insert=True)
    return run


def finish(connection: Connection, state: str, since: datetime, **more: Any) -> None:
    """Let the connection's columns say what its last run found."""
    found = {
        "state": state,
        "state_since": since,
        "tested_at": since,
        "tested_revision": connection.target_revision,
        "tested_password_version": 1,
        "tested_ca_version": None,
    }
    Connection.all_projects.filter(pk=connection.pk).update(**(found | more))


def page_of(run: TestRun, **query: str) -> str:
    url = reverse("brokers:run-detail", kwargs={"project": run.project.name, "run": run.pk})
    return f"{url}?{'&'.join(f'{k}={v}' for k, v in query.items())}" if query else url


def test_a_finished_run_says_verdict_cause_and_whose_job(
    visitor: Client, connection: Connection
) -> None:
    html = visitor.get(page_of(make_run(connection, degraded()))).content.decode()
    assert "<h1" in html
    assert "2 of 3 brokers answer." in html
    assert "Cluster owner" in html
    assert "Start it." in html
    assert "Refused" in html
    assert "connect.refused" in html
    assert "from laptop (w-1)" in html
    assert CANARY not in html


def test_the_last_answer_asks_no_more(visitor: Client, connection: Connection) -> None:
    html = visitor.get(page_of(make_run(connection, degraded())), headers={"HX-Request": "true"})
    text = html.content.decode()
    assert "hx-get" not in text
    assert "<html" not in text, "htmx gets the part and not the page"
    assert 'id="run"' in text


def test_an_open_run_asks_for_what_is_new_and_204_says_nothing_is(
    visitor: Client, connection: Connection
) -> None:
    run = make_run(connection, document(node("b-1.kafka.example", "ppr----")))
    first = visitor.get(page_of(run)).content.decode()
    assert "hx-get" in first
    seen = first.split("?seen=")[1].split('"')[0]
    htmx = {"HX-Request": "true"}
    assert visitor.get(page_of(run, seen=seen), headers=htmx).status_code == 204
    TestRun.all_projects.filter(pk=run.pk).update(seq=4)
    assert visitor.get(page_of(run, seen=seen), headers=htmx).status_code == 200


def test_without_javascript_the_page_loads_itself_again_and_says_so(
    visitor: Client, connection: Connection
) -> None:
    html = visitor.get(page_of(make_run(connection, document()))).content.decode()
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in html
    assert "loads itself again" in html
    done = visitor.get(page_of(make_run(connection, degraded(), id=uuid4()))).content.decode()
    assert "http-equiv" not in done


def test_a_running_row_past_its_deadline_is_shown_as_stopped(
    visitor: Client, connection: Connection
) -> None:
    run = make_run(
        connection,
        document(node("b-1.kafka.example", "ppr----")),
        deadline_at=clock.now() - timedelta(seconds=1),
    )
    html = visitor.get(page_of(run)).content.decode()
    assert "Stopped" in html
    assert "hx-get" not in html
    assert "Not known" in html


def test_a_run_that_nobody_took_says_so_and_is_sent_again(
    visitor: Client, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = []
    monkeypatch.setattr("brokers.tasks.send", lambda run, actor: sent.append(run.pk))
    long_ago = clock.now() - timedelta(seconds=6)
    waiting = make_run(connection, None, state="queued", queued_at=long_ago, sent_at=long_ago)
    html = visitor.get(page_of(waiting)).content.decode()
    assert "no worker took it" in html
    assert sent == [waiting.pk]


def test_a_test_after_a_change_shows_both_verdicts(visitor: Client, connection: Connection) -> None:
    before = make_run(connection, degraded(), queued_at=clock.now() - timedelta(minutes=5))
    TestRun.all_projects.filter(pk=before.pk).update(
        target=before.target | {"revision": 0}, sentence="The password was wrong."
    )
    html = visitor.get(page_of(make_run(connection, degraded()))).content.decode()
    assert "Before and after the change" in html
    assert "The password was wrong." in html


def test_a_second_test_of_the_same_compares_nothing(
    visitor: Client, connection: Connection
) -> None:
    make_run(connection, degraded(), queued_at=clock.now() - timedelta(minutes=5))
    html = visitor.get(page_of(make_run(connection, degraded()))).content.decode()
    assert "Before and after" not in html
    assert "Last 2 runs" in html


def test_what_a_server_said_is_escaped(visitor: Client, connection: Connection) -> None:
    shown = degraded()
    shown["nodes"][1]["stages"][1]["raw"] = "<script>alert(1)</script>"
    shown["verdict"]["sentence"] = "<img src=x>"
    html = visitor.get(page_of(make_run(connection, shown))).content.decode()
    assert "<script>alert" not in html
    assert "<img src=x>" not in html
    assert "&lt;script&gt;alert" in html


def test_nobody_of_another_project_sees_a_run(
    visitor: Client, connection: Connection, project: Project
) -> None:
    stranger = make_user("stranger")
    make_project("search", editor=stranger)
    run = make_run(connection, degraded())
    outside = signed_in(stranger)
    assert outside.get(page_of(run)).status_code == 404
    theirs = reverse("brokers:run-detail", kwargs={"project": "search", "run": run.pk})
    missing = reverse("brokers:run-detail", kwargs={"project": "search", "run": uuid4()})
    there, nowhere = outside.get(theirs), outside.get(missing)
    assert there.status_code == nowhere.status_code == 404
    assert there.content == nowhere.content


def test_an_empty_project_leads_to_the_first_test(visitor: Client, project: Project) -> None:
    html = visitor.get("/p/payments/").content.decode()
    assert "Three steps to the first green test." in html
    assert reverse("brokers:connection-new", kwargs={"project": "payments"}) in html


def test_silence_shows_the_command_for_the_network_that_matters(
    visitor: Client, mira: User, connection: Connection
) -> None:
    action = "Have it opened, or run `kalixweb probe` on a machine inside the cluster's network."
    silent = Fault("connect.silent", "b-1 is silent.", action, "network")
    verdict = Verdict("failed", silent.sentence, silent.code, action, "network")
    broken = document(node("b-1.x", "pfsssss", silent), verdict=verdict)
    html = visitor.get(page_of(make_run(connection, broken))).content.decode()
    assert '<pre id="inside">kalixweb probe ' in html
    assert "--password-file FILE" in html
    other = visitor.get(page_of(make_run(connection, degraded())))
    assert 'id="inside"' not in other.content.decode()


def test_the_dashboard_says_what_works_and_what_does_not(
    visitor: Client, mira: User, project: Project
) -> None:
    tuesday = clock.now() - timedelta(days=5)
    good, bad, changed, new = (
        make_connection(mira, project, name) for name in ("good", "bad", "changed", "new")
    )
    run = make_run(bad, degraded())
    finish(good, "passed", tuesday)
    finish(bad, "failed", tuesday, last_run=run, last_fault="connect.refused")
    finish(changed, "failed", tuesday, tested_revision=0)
    assert new.state == "unknown"
    html = visitor.get("/p/payments/").content.decode()
    assert "1 of 4 connections works." in html
    assert f"1 has failed since {tuesday:%A}" in html
    assert "1 was not tested since a change, 1 was never tested." in html
    assert "2 of 3 brokers answer." in html
    assert "1 connection<" in html, "a result from before a change needs no attention"


def test_the_dashboard_tells_administrators_alone_of_keys_without_backup(
    visitor: Client, mira: User, connection: Connection
) -> None:
    assert "never backed up" not in visitor.get("/p/payments/").content.decode()
    User.objects.filter(pk=mira.pk).update(is_administrator=True)
    assert "never backed up" in visitor.get("/p/payments/").content.decode()


def test_certificates_that_end_soon_are_named(visitor: Client, connection: Connection) -> None:
    finish(
        connection,
        "passed",
        clock.now(),
        certificate_ends_at=clock.now() + timedelta(days=19, hours=1),
    )
    html = visitor.get("/p/payments/").content.decode()
    assert "in 19 days" in html
    Connection.all_projects.update(certificate_ends_at=clock.now() + timedelta(days=90))
    assert "None that a test has seen" in visitor.get("/p/payments/").content.decode()


def test_a_thousand_connections_cost_twelve_queries_and_no_document(
    visitor: Client,
    mira: User,
    connection: Connection,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    User.objects.filter(pk=mira.pk).update(is_administrator=True)
    run = make_run(connection, degraded())
    finish(connection, "failed", clock.now(), last_run=run, last_fault="connect.refused")
    row = Connection.all_projects.get(pk=connection.pk)
    copies = []
    for number in range(999):
        row.pk, row.name = uuid4(), f"c-{number}"
        copies.append(Connection(**{f.attname: getattr(row, f.attname) for f in row._meta.fields}))
    Connection.all_projects.bulk_create(copies)
    visitor.get("/p/payments/")  # the first visit remembers the project in the session
    with django_assert_max_num_queries(12) as queries:
        html = visitor.get("/p/payments/").content.decode()
    assert "0 of 1000 connections work." in html
    assert "1000 connections" in html
    assert not [q["sql"] for q in queries if '"test_run"."document"' in q["sql"]]


def test_the_theme_is_remembered_and_leads_back(visitor: Client) -> None:
    answer = visitor.post("/theme/", {"theme": "dark", "next": "/p/payments/"})
    assert answer["Location"] == "/p/payments/"
    assert 'data-theme="dark"' in visitor.get("/p/payments/").content.decode()
    away = visitor.post("/theme/", {"theme": "system", "next": "https://elsewhere.invalid/"})
    assert away["Location"] == "/"
    assert "data-theme" not in visitor.get("/p/payments/").content.decode()
