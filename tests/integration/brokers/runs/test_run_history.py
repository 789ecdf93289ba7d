"""What a run leaves to hand on, and what the runs of a connection tell together."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from brokers.engine.results import Cluster, Verdict
from brokers.models import Connection, TestRun
from brokers.runs.services.state_changes import set_state
from kalixweb.accounts.models import User
from kalixweb.core import clock
from kalixweb.projects.models import Project
from tests.factories import make_project, make_user, signed_in
from tests.integration.brokers.runs.test_run_pages import (
    CANARY,
    make_connection,
    make_run,
    page_of,
)
from tests.unit.brokers.runs.documents import degraded, document, node

pytestmark = pytest.mark.django_db
NAMES = {
    "txt": "brokers:run-report-text",
    "md": "brokers:run-report-markdown",
    "json": "brokers:run-report-json",
}
GOOD = Verdict("passed", "Everything answers.")


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


def earlier(minutes: float) -> dict[str, object]:
    return {"queued_at": clock.now() - timedelta(minutes=minutes)}


def good(connection: Connection, minutes: float, cluster: str = "abc") -> TestRun:
    whole = document(
        node("b-1.kafka.example", "ppppppp"), verdict=GOOD, cluster=Cluster(cluster, 1)
    )
    return make_run(connection, whole, took_ms=31.0, **earlier(minutes))


def ended(run: TestRun) -> TestRun:
    """Lets the run say how its connection is, as its end does."""
    row = Connection.all_projects.get(pk=run.connection_id)
    set_state(row, state=run.verdict, fault=run.fault, run=run.pk, at=run.queued_at)
    row.save()
    return run


def report(run: TestRun, ending: str, query: str = "") -> str:
    kwargs = {"project": run.project.name, "run": run.pk}
    address = reverse(NAMES[ending], kwargs=kwargs)
    assert address.endswith(f"/runs/{run.pk}/report.{ending}")
    return address + query


@pytest.mark.parametrize("ending", NAMES)
def test_a_report_holds_the_verdict_and_no_secret(
    visitor: Client, connection: Connection, ending: str
) -> None:
    run = make_run(connection, degraded())
    for query in ("", "?hosts=no", "?raw=yes"):
        answer = visitor.get(report(run, ending, query))
        text = answer.content.decode()
        assert "2 of 3 brokers answer." in text
        assert CANARY not in text
        assert ("kafka.example" in text) is (query != "?hosts=no")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_text_is_shown_or_saved_and_json_saved(visitor: Client, connection: Connection) -> None:
    run = make_run(connection, degraded())
    assert "Content-Disposition" not in visitor.get(report(run, "md"))
    saved = visitor.get(report(run, "txt", "?download=yes"))["Content-Disposition"]
    assert saved == f'attachment; filename="orders-prod-{run.queued_at:%Y%m%d-%H%M%S}.txt"'
    answer = visitor.get(report(run, "json"))
    assert answer.json()["verdict"]["fault"] == "connect.refused"
    assert "attachment" in answer["Content-Disposition"]


def test_what_a_server_said_is_not_served_as_html(visitor: Client, connection: Connection) -> None:
    shown = degraded()
    shown["verdict"]["sentence"] = "<script>alert(1)</script>"
    run = make_run(connection, shown)
    for ending in ("txt", "md"):
        assert visitor.get(report(run, ending))["Content-Type"] == "text/plain; charset=utf-8"


def test_nobody_of_another_project_gets_a_report(visitor: Client, connection: Connection) -> None:
    stranger = make_user("stranger")
    make_project("search", editor=stranger)
    run = make_run(connection, degraded())
    for ending in NAMES:
        theirs = report(run, ending).replace("/payments/", "/search/")
        assert signed_in(stranger).get(report(run, ending)).status_code == 404
        assert signed_in(stranger).get(theirs).status_code == 404


def test_the_page_offers_the_report_without_a_script(
    visitor: Client, connection: Connection
) -> None:
    run = make_run(connection, degraded())
    html = visitor.get(page_of(run)).content.decode()
    assert f'<form method="get" action="{report(run, "txt")}">' in html
    assert f'formaction="{report(run, "json")}"' in html
    assert 'name="hosts" value="no"' in html


def test_a_failed_run_says_what_changed_since_the_last_good_one(
    visitor: Client, connection: Connection, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    good(connection, 20, cluster="older")
    last = good(connection, 10, cluster="xyz")
    make_run(connection, degraded(), **earlier(5))
    run = make_run(connection, degraded())
    visitor.get(page_of(run))
    with django_assert_max_num_queries(12):
        html = visitor.get(page_of(run)).content.decode()
    assert "Since the last good run" in html
    assert page_of(last) in html
    assert "Another cluster answers: its id was xyz and is abc." in html


def test_a_failed_run_to_which_nothing_changed_says_so(
    visitor: Client, connection: Connection
) -> None:
    good(connection, 10)
    html = visitor.get(page_of(make_run(connection, degraded()))).content.decode()
    assert "Nothing that both runs got to see has changed" in html


def test_a_good_run_compares_only_what_differs(visitor: Client, connection: Connection) -> None:
    good(connection, 10)
    same = visitor.get(page_of(good(connection, 5))).content.decode()
    assert "Since the last good run" not in same
    other = visitor.get(page_of(good(connection, 0, cluster="new"))).content.decode()
    assert "its id was abc and is new." in other


def test_the_list_shows_changes_times_and_reads_documents_of_its_page_only(
    visitor: Client, connection: Connection, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for minute in reversed(range(59)):
        ended(make_run(connection, degraded(), took_ms=31.0, **earlier(minute + 1)))
    ended(good(connection, 0))
    url = reverse("brokers:run-list", kwargs={"project": "payments", "connection": connection.pk})
    visitor.get("/p/payments/")  # the first visit remembers the project in the session
    with django_assert_max_num_queries(12) as queries:
        html = visitor.get(url).content.decode()
    assert "60 runs of orders-prod" in html
    assert "Page 1 of 2" in html
    assert "changed 1 time in these 30 runs" in html
    assert html.count("was: ") == 1
    assert "Verdict: median 31 ms" in html
    assert 'aria-label="Connect: median 3 ms, longest 3 ms"' in html
    reads = [q["sql"] for q in queries if '"test_run"."document"' in q["sql"]]
    assert len(reads) == 1
    assert '"test_run"."id" IN (' in reads[0]


def test_a_change_shows_at_the_end_of_a_page_too(visitor: Client, connection: Connection) -> None:
    ended(good(connection, 60))
    for minute in reversed(range(30)):
        ended(make_run(connection, degraded(), **earlier(minute)))
    url = reverse("brokers:run-list", kwargs={"project": "payments", "connection": connection.pk})
    assert visitor.get(url).content.decode().count("was: Works") == 1


def test_a_change_outlives_the_run_before_it(visitor: Client, connection: Connection) -> None:
    ended(good(connection, 60)).delete()
    ended(make_run(connection, degraded(), **earlier(0)))
    url = reverse("brokers:run-list", kwargs={"project": "payments", "connection": connection.pk})
    html = visitor.get(url).content.decode()
    assert "1 run of" in html
    assert html.count("was: Works") == 1
