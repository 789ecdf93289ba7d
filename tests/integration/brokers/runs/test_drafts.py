"""Testing a form that is not saved: what is typed lives for the run alone, under the same rules."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from brokers import tasks
from brokers.connections.services import limits
from brokers.connections.services.configuration import Existing, New
from brokers.connections.services.validation import NotAcceptable
from brokers.engine.results import NodeResult, RunResult
from brokers.models import Connection, TestRun
from brokers.runs.services import drafts
from kalixweb.accounts.models import User
from kalixweb.core import clock
from kalixweb.core.actor import Actor
from kalixweb.core.secret_value import SecretValue
from kalixweb.jobs.transitions import stop
from kalixweb.projects.models import Membership, Project
from kalixweb.projects.permissions import Denied
from secrets_app.models import Draft, Secret
from secrets_app.services.delivery import DeliveryRefused
from secrets_app.services.drafts import delete_expired
from tests.fakes import pki
from tests.integration.brokers.conftest import (
    PASSWORD,
    Person,
    Probe,
    configuration,
    events,
    execute,
    reload,
    result,
)
from tests.integration.brokers.connections.test_form import typed

pytestmark = pytest.mark.django_db
CANARY = "typed-canary-8c1f"


@pytest.fixture
def visitor(client: Client, editor: Actor) -> Client:
    client.force_login(User.objects.get(id=editor.id))
    return client


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[TestRun]]:
    """Runs that were handed to the queue."""
    found: list[TestRun] = []
    monkeypatch.setattr(tasks, "send", lambda run, _actor: found.append(run) or True)
    return found


def address(name: str, *args: Any) -> str:
    return reverse(f"brokers:{name}", args=["payments", *args])


def ask(actor: Actor, project: Project, **more: Any) -> TestRun:
    given: dict[str, Any] = {
        "wanted": configuration(name=""),
        "password": New("", "", SecretValue(CANARY)),
    }
    return drafts.request(actor=actor, project=project.id, **given | more)


def everything() -> str:
    """Every column of every row of every table, as text."""
    said = []
    for model in apps.get_models():
        for row in model._base_manager.all():
            for field in model._meta.concrete_fields:
                value = getattr(row, field.attname)
                raw = bytes(value) if isinstance(value, memoryview) else value
                said.append(raw.decode("latin-1") if isinstance(raw, bytes) else str(raw))
    return "\n".join(said)


def test_what_is_typed_reaches_the_probe_and_is_found_nowhere_afterwards(
    project: Project, editor: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    root = pki.authority("Drafted Root").pem
    run = ask(editor, project, ca=New("", "", SecretValue(root)))
    assert {row.field for row in Draft.all_projects.all()} == {"password", "ca"}
    probe, run = execute(run)
    (target,) = probe.targets
    assert target.password.matches(SecretValue(CANARY))
    assert target.ca_pem == root
    assert target.allowed_hosts == ("b-1.example.test",)
    assert (run.state, run.verdict, run.connection_id, run.origin) == (
        "done",
        "passed",
        None,
        "draft",
    )
    assert not Draft.all_projects.exists()
    assert not Secret.all_projects.exists()
    found = everything() + caplog.text
    assert "Drafted Root" not in found
    assert root.decode().splitlines()[1] not in found
    assert CANARY not in found


def test_a_draft_is_audited_like_any_other_run(
    project: Project, editor: Actor, secret: Secret
) -> None:
    run, _ = ask(editor, project), ask(editor, project, password=Existing(secret, "pwd"))
    first, second = (event["details"] for event in events("connection.tested"))
    assert (first["run"], first["origin"], first["password"]) == (
        str(run.id),
        "draft",
        "typed for this test",
    )
    assert (second["password"], second["password_version"]) == ("orders-kafka/pwd", 1)


def test_a_stored_password_of_a_draft_is_used_and_recorded(
    project: Project, editor: Actor, secret: Secret
) -> None:
    probe, _ = execute(ask(editor, project, password=Existing(secret, "pwd")))
    assert probe.targets[0].password.matches(SecretValue(PASSWORD))
    (used,) = events("secret.used")
    assert used["details"]["hosts"] == ["b-1.example.test:9096"]


def test_a_stored_password_goes_only_where_saving_could_send_it(
    project: Project, editor: Actor, secret: Secret
) -> None:
    elsewhere = configuration(servers=("collector.example.test:9096",))
    with pytest.raises(DeliveryRefused, match=r"has not been sent to collector\.example\.test"):
        ask(editor, project, wanted=elsewhere, password=Existing(secret, "pwd"))
    assert not TestRun.all_projects.exists()
    assert events("secret.delivery_refused")


def test_a_typed_ca_does_not_draw_a_stored_password_out(
    project: Project, editor: Actor, secret: Secret, connection: Connection
) -> None:
    mine = New("", "", SecretValue(pki.authority("Mine").pem))
    with pytest.raises(DeliveryRefused, match="Another CA decides"):
        ask(editor, project, password=Existing(secret, "pwd"), ca=mine, connection=connection)


@pytest.mark.parametrize("role", ["viewer", "tester", "auditor", "project_admin"])
def test_who_may_not_test_drafts_is_refused(project: Project, person: Person, role: str) -> None:
    with pytest.raises(Denied):
        ask(person(role.replace("_", "-"), role), project)


def test_a_right_that_was_lost_in_between_stops_the_run(project: Project, editor: Actor) -> None:
    run = ask(editor, project)
    Membership.all_projects.filter(user_id=editor.id).update(roles=["tester"])
    probe, run = execute(run)
    assert (probe.targets, run.state) == ([], "stopped")
    assert not Draft.all_projects.exists()


def test_after_two_minutes_nothing_is_opened(project: Project, editor: Actor) -> None:
    run = ask(editor, project)
    with time_machine.travel(clock.now() + timedelta(seconds=121)):
        probe, run = execute(run)
    assert (probe.targets, run.state) == ([], "stopped")
    assert "gone after 2 minutes" in run.sentence
    assert not Draft.all_projects.exists()


def test_stopping_and_the_clock_delete_what_was_typed(project: Project, editor: Actor) -> None:
    stop(ask(editor, project), actor=editor, reason="Stopped.")
    assert not Draft.all_projects.exists()
    ask(editor, project)
    with time_machine.travel(clock.now() + timedelta(seconds=121)):
        assert delete_expired() == 1
    assert not Draft.all_projects.exists()


def test_an_engine_that_breaks_leaves_nothing_typed(project: Project, editor: Actor) -> None:
    def broken(_target: Any, _cancel: Any) -> Any:
        raise ZeroDivisionError

    run = ask(editor, project)
    with pytest.raises(ZeroDivisionError):
        execute(run, broken)
    assert not Draft.all_projects.exists()


def test_a_snapshot_that_was_altered_is_not_tested(
    project: Project, editor: Actor, secret: Secret
) -> None:
    run = ask(editor, project, password=Existing(secret, "pwd"))
    run.target["servers"] = ["collector.example.test:9096"]
    run.save()
    probe, run = execute(run)
    assert (probe.targets, run.state) == ([], "stopped")


def test_the_hour_s_different_servers_are_limited(
    project: Project, editor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ENDPOINTS_AN_HOUR", 2)
    two = configuration(servers=("a.example.test:1", "b.example.test:1"))
    ask(editor, project, wanted=two)
    ask(editor, project, wanted=two)
    more = configuration(servers=("c.example.test:1",))
    for _ in range(2):
        with pytest.raises(limits.TooManyEndpoints, match=r"c\.example\.test:1 would be more"):
            ask(editor, project, wanted=more)
    with time_machine.travel(clock.now() + timedelta(hours=1)):
        cache.clear()  # the memory of tests does not follow the travelling clock
        ask(editor, project, wanted=more)


def test_what_a_drafts_cluster_advertises_counts_too(
    project: Project, editor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ENDPOINTS_AN_HOUR", 3)
    nodes = tuple(NodeResult(f"10.0.0.{n}", 22, "advertised") for n in range(1, 4))
    seen = result()
    scanned = RunResult(seen.verdict, (), seen.cluster, (*seen.nodes, *nodes))
    execute(ask(editor, project), Probe(scanned))
    with pytest.raises(limits.TooManyEndpoints):
        ask(editor, project, wanted=configuration(servers=("another.example.test:9096",)))


def test_without_scripts_the_run_has_a_page_that_leads_back_to_the_form(
    visitor: Client, project: Project, sent: list[TestRun]
) -> None:
    filled = typed(do="test", name="", description="Half done", password_value=CANARY)
    answer = visitor.post(address("connection-new"), filled, follow=True)
    (run,) = sent
    assert answer.redirect_chain[0][0] == address("run-detail", run.id)
    execute(run)
    page = visitor.get(address("run-detail", run.id)).content.decode()
    assert "Back to the form" in page
    assert "typed for this test, not stored" in page
    back = visitor.get(f"{address('connection-new')}?draft={run.id}").content.decode()
    assert 'value="Half done"' in back
    assert "b-1.example.test:9096" in back
    assert "Type the password again" in back
    assert CANARY not in page + back + everything()
    assert not Connection.all_projects.exists()


def test_with_htmx_the_run_grows_below_the_form(
    visitor: Client, project: Project, sent: list[TestRun]
) -> None:
    htmx = {"HX-Request": "true"}
    filled = typed(do="test", user="User:svc", password_value=CANARY)
    answer = visitor.post(address("connection-new"), filled, headers=htmx)
    page = answer.content.decode()
    (run,) = sent
    assert answer.status_code == 200
    assert f"{address('run-detail', run.id)}?in=form" in page
    assert 'name="user" value="User:svc"' in page
    assert CANARY not in page
    execute(run)
    ended = visitor.get(f"{address('run-detail', run.id)}?in=form", headers=htmx).content.decode()
    assert "It passed." in ended
    assert "hx-get" not in ended


def test_a_refused_test_says_so_at_its_field(
    visitor: Client, project: Project, sent: list[TestRun]
) -> None:
    answer = visitor.post(address("connection-new"), typed(do="test", servers=""))
    assert (answer.status_code, sent) == (422, [])
    assert "Not tested." in answer.content.decode()


def test_a_stored_connection_is_tested_as_its_form_stands(
    visitor: Client, connection: Connection, sent: list[TestRun]
) -> None:
    filled = typed(
        do="test",
        revision=1,
        user="svc-other",
        password_from="choose",
        password_ref="orders-kafka/pwd",
    )
    visitor.post(address("connection-edit", connection.id), filled)
    (run,) = sent
    _, run = execute(run)
    assert (run.connection_id, run.target["user"]) == (None, "svc-other")
    assert reload(connection).state == "unknown"
    back = visitor.get(f"{address('connection-edit', connection.id)}?draft={run.id}")
    assert 'value="svc-other"' in back.content.decode()


@pytest.mark.parametrize(
    ("server", "means"),
    [
        ("2852039166:9096", "a number, but not an IPv4 address"),
        ("0251.0376.0251.0376:9096", "a number, but not an IPv4 address"),
        ("169.254.169.254:80", "link-local address, where cloud metadata is served: tests may not"),
        ("[::ffff:169.254.169.254]:9096", "link-local"),
        ("[fd00:ec2::254]:9096", "cloud metadata"),
        ("0.0.0.0:9096", "unspecified"),
    ],
)
@pytest.mark.parametrize("do", ["test", "save"])
def test_a_refused_target_is_said_beside_the_servers(
    visitor: Client, project: Project, sent: list[TestRun], server: str, means: str, do: str
) -> None:
    answer = visitor.post(address("connection-new"), typed(do=do, servers=server))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert means in page
    assert sent == []


def test_the_service_refuses_such_a_target_too(project: Project, editor: Actor) -> None:
    with pytest.raises(NotAcceptable, match=r"169\.254\.169\.254"):
        ask(editor, project, wanted=configuration(servers=("169.254.169.254:80",)))
