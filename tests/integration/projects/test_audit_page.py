"""The audit page: sentences, filters, pages, exports, and who may read which trail."""

import json

import pytest
from django.core.cache import cache
from django.test import Client

from kalixweb.accounts.models import User
from kalixweb.audit import queries
from kalixweb.audit.events import ACTIONS
from kalixweb.audit.unit_of_work import record, unit_of_work
from kalixweb.projects.models import Project
from kalixweb.projects.sentences import sentence
from tests.factories import actor_for, make_project, make_user, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


@pytest.fixture
def mira() -> User:
    return make_user()


@pytest.fixture
def project(mira: User) -> Project:
    project = make_project(auditor=mira)
    with unit_of_work(actor_for(mira)):
        for number in range(60):
            record(
                "secret.version_saved",
                chain=project.id,
                object_kind="secret",
                object_id=str(number),
                object_label=f"secret-{number}",
                version=number + 1,
            )
    return project


@pytest.fixture
def client(mira: User) -> Client:
    return signed_in(mira)


def _labels(answer: object) -> list[str]:
    return [row.event.object_label for row in answer.context["rows"]]  # type: ignore[attr-defined]


def test_events_are_sentences_newest_first(client: Client, project: Project) -> None:
    answer = client.get("/p/payments/audit/")
    assert "saved version 60 of the secret secret-59" in answer.content.decode()
    assert _labels(answer)[:2] == ["secret-59", "secret-58"]


def test_older_pages_follow_without_gap_or_repetition(client: Client, project: Project) -> None:
    first = client.get("/p/payments/audit/")
    second = client.get(f"/p/payments/audit/?before={first.context['older']}")
    seen = _labels(first) + _labels(second)
    assert seen == [f"secret-{number}" for number in reversed(range(60))]
    assert second.context["older"] is None


def test_filters_narrow_and_stay_in_the_page(client: Client, project: Project) -> None:
    assert _labels(client.get("/p/payments/audit/?what=secret-42")) == ["secret-42"]
    assert _labels(client.get("/p/payments/audit/?action=connection")) == []
    assert len(_labels(client.get("/p/payments/audit/?action=secret&who=mira"))) == 30
    assert _labels(client.get("/p/payments/audit/?until=2001-01-01")) == []
    assert "No event fits" in client.get("/p/payments/audit/?outcome=denied").content.decode()


@pytest.mark.parametrize(
    "query", ["before=x", "before=" + "9" * 40, "since=tomorrow", "action=%27"]
)
def test_nonsense_in_the_address_does_not_break_the_page(
    client: Client, project: Project, query: str
) -> None:
    assert client.get(f"/p/payments/audit/?{query}").status_code == 200


def test_an_export_holds_the_filtered_events_and_is_an_event(
    client: Client, project: Project
) -> None:
    answer = client.post("/p/payments/audit/export/", {"format": "jsonl", "what": "secret-42"})
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert [json.loads(line)["event"]["object"]["label"] for line in lines] == ["secret-42"]
    (row,) = queries.events([project.id], action="audit.exported")
    details = queries.decode(row)["details"]
    assert details == {"format": "jsonl", "filters": {"what": "secret-42"}, "events": 1}


def test_a_csv_export_begins_with_its_columns(client: Client, project: Project) -> None:
    answer = client.post("/p/payments/audit/export/", {"format": "csv"})
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert lines[0].startswith("chain,seq,time")
    assert len(lines) == 61


def test_a_project_admin_reads_and_does_not_export(project: Project) -> None:
    from kalixweb.projects.models import Membership

    jonas = make_user("jonas")
    Membership(project=project, user=jonas, roles=["project_admin"]).save()
    client = signed_in(jonas)
    page = client.get("/p/payments/audit/")
    assert page.status_code == 200
    assert "Export" not in page.content.decode()
    assert client.post("/p/payments/audit/export/", {"format": "csv"}).status_code == 403


def test_an_editor_does_not_read_it(project: Project) -> None:
    from kalixweb.projects.models import Membership

    jonas = make_user("jonas")
    Membership(project=project, user=jonas, roles=["editor"]).save()
    assert signed_in(jonas).get("/p/payments/audit/").status_code == 403


def test_an_instance_auditor_reads_every_trail_and_nothing_else(project: Project) -> None:
    client = signed_in(make_user("anna", is_instance_auditor=True))
    assert client.get("/p/payments/audit/").status_code == 200
    assert 'href="/audit/"' in client.get("/p/").content.decode()
    assert 'href="/p/payments/audit/"' in client.get("/audit/").content.decode()
    assert client.post("/audit/export/", {"format": "csv"}).status_code == 200
    assert client.get("/p/payments/members/").status_code == 404


def test_an_administrator_reads_the_instance_and_no_project(project: Project) -> None:
    client = signed_in(make_user("root", is_administrator=True))
    page = client.get("/audit/")
    assert "signed in as root" in page.content.decode()
    assert client.get("/p/payments/audit/").status_code == 404
    assert client.post("/audit/export/", {"format": "csv"}).status_code == 403


def test_members_do_not_read_the_instance_trail(client: Client, project: Project) -> None:
    assert client.get("/audit/").status_code == 403


def test_every_action_can_be_told_whatever_its_details() -> None:
    for action in ACTIONS:
        event = {
            "action": action,
            "object": {"kind": "thing", "id": None, "label": "{evil}"},
            "details": {},
        }
        assert sentence(event)
