"""Runs: asked for once, claimed once, checked again in the worker, ended whatever happens."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from brokers.connections.services import connections, limits
from brokers.connections.services.configuration import Existing
from brokers.connections.services.limits import TooManyTests
from brokers.engine.results import RunResult
from brokers.models import Connection, ConnectionStateChange, PeriodicTask, TestRun
from brokers.runs.services import runs, snapshots
from kalixweb.accounts.models import User
from kalixweb.core import clock
from kalixweb.core.actor import Actor
from kalixweb.core.secret_value import SecretValue
from kalixweb.jobs import bulk, context, maintenance, periodic, shutdown, transitions
from kalixweb.jobs import execution as jobs
from kalixweb.jobs.kinds import Ending, kind_of, sentence
from kalixweb.keys.envelope import BlobRefused
from kalixweb.projects.models import Membership, Project
from kalixweb.projects.permissions import Denied
from secrets_app.models import Secret, SecretEntry
from secrets_app.services import secrets
from secrets_app.services.row_macs import RowAltered
from tests.fakes import pki
from tests.integration.brokers.conftest import (
    PASSWORD,
    Make,
    Person,
    Probe,
    configuration,
    events,
    execute,
    reload,
    result,
)

pytestmark = pytest.mark.django_db
RUNS: Any = kind_of(TestRun)


def ask(connection: Connection, actor: Any) -> Any:
    run, is_new = runs.request(actor=actor, connection=reload(connection))
    assert is_new
    return run


def test_a_run_ends_with_its_verdict_on_the_connection(
    connection: Connection, editor: Actor
) -> None:
    probe, run = execute(ask(connection, editor))
    assert (run.state, run.verdict, run.reach, run.took_ms) == ("done", "passed", 7, 12.5)
    assert run.document["verdict"]["sentence"] == "It passed."
    row = reload(connection)
    assert (row.state, row.last_run_id, row.recent, row.cluster_id) == (
        "passed",
        run.id,
        [["passed", 7]],
        "cluster-1",
    )
    (target,) = probe.targets
    assert target.password.matches(SecretValue(PASSWORD))
    assert target.allowed_hosts[:2] == ("b-1.example.test", "b-2.example.test")


def test_use_is_recorded_before_the_value_is_opened(
    connection: Connection, editor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: Any, **_more: Any) -> None:
        assert len(events("secret.used")) == 1
        raise BlobRefused

    monkeypatch.setattr("secrets_app.services.values.sealed.open_entry", refuse)
    _, run = execute(ask(connection, editor))
    assert (run.state, run.fault) == ("stopped", "run.stopped")
    assert run.sentence


def test_the_row_of_a_run_holds_no_value(connection: Connection, editor: Actor) -> None:
    run = ask(connection, editor)
    _, run = execute(run)
    assert PASSWORD not in str(run.target) + str(run.document)


def test_each_test_and_each_stop_is_recorded(connection: Connection, editor: Actor) -> None:
    run = ask(connection, editor)
    (tested,) = events("connection.tested")
    assert (tested["details"]["run"], tested["details"]["password_version"]) == (str(run.id), 1)
    assert transitions.stop(run, actor=editor, reason="Stopped by jonas.")
    assert not transitions.stop(run, actor=editor, reason="again")
    assert [e["details"]["reason"] for e in events("run.stopped")] == ["Stopped by jonas."]


def test_a_second_click_gets_the_first_run(
    connection: Connection, editor: Actor, keeper: Actor
) -> None:
    first = ask(connection, editor)
    second, is_new = runs.request(actor=keeper, connection=connection)
    assert (second.id, is_new) == (first.id, False)
    assert TestRun.all_projects.count() == 1


def test_two_clicks_at_one_moment_make_one_run(
    connection: Connection, editor: Actor, keeper: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ask(connection, editor)
    answers = iter([None, first])
    monkeypatch.setattr(runs, "_open_run", lambda _connection: next(answers))
    second, is_new = runs.request(actor=keeper, connection=connection)
    assert (second.id, is_new, TestRun.all_projects.count()) == (first.id, False, 1)


def test_only_one_worker_gets_a_run(connection: Connection, editor: Actor) -> None:
    run = ask(connection, editor)
    late = TestRun.all_projects.get(id=run.id)
    probe, _ = execute(run)
    assert not transitions.claim(late)
    again, after = execute(run)
    assert (len(probe.targets), again.targets, after.seq) == (1, [], reload(run).seq)


def test_a_change_of_state_or_its_cause_is_written_down_once(
    connection: Connection, editor: Actor
) -> None:
    expired = Probe(result("failed", "tls.expired", "tls"))
    refused = Probe(result("failed", "sasl.wrong_password", "sasl-login"))
    ended = [execute(ask(connection, editor), probe)[1] for probe in (
        Probe(), Probe(), expired, refused, refused, Probe()
    )]  # fmt: skip
    rows = ConnectionStateChange.objects.for_project(connection.project_id).order_by("at")
    columns = ("from_state", "from_fault", "to_state", "fault", "run")
    assert list(rows.values_list(*columns)) == [
        ("unknown", "", "passed", "", ended[0].id),
        ("passed", "", "failed", "tls.expired", ended[2].id),
        ("failed", "tls.expired", "failed", "sasl.wrong_password", ended[3].id),
        ("failed", "sasl.wrong_password", "passed", "", ended[5].id),
    ]
    assert reload(connection).state_since == rows.last().at
    TestRun.all_projects.filter(connection=connection).delete()
    assert rows.count() == 4
    connection.delete()
    assert not rows.exists()


def test_state_since_moves_only_when_the_state_does(connection: Connection, editor: Actor) -> None:
    execute(ask(connection, editor))
    since = reload(connection).state_since
    execute(ask(connection, editor))
    assert reload(connection).state_since == since
    failed = Probe(result("failed", "sasl.wrong_password", "sasl-login"))
    _, run = execute(ask(connection, editor), failed)
    row = reload(connection)
    assert row.state_since > since
    assert (row.last_fault, run.reach, row.recent[-1]) == (
        "sasl.wrong_password",
        5,
        ["failed", 5],
    )


@pytest.mark.parametrize("role", ["viewer", "auditor", "project_admin"])
def test_who_may_not_test(connection: Connection, person: Person, role: Any) -> None:
    with pytest.raises(Denied):
        runs.request(actor=person("noor", role), connection=connection)


def test_a_right_that_was_lost_in_the_queue_stops_the_run(
    connection: Connection, editor: Actor
) -> None:
    run = ask(connection, editor)
    Membership.all_projects.filter(user_id=editor.id).update(roles=["viewer"])
    probe, run = execute(run)
    assert (run.state, probe.targets) == ("stopped", [])
    assert events("access.denied")[0]["outcome"] == "denied"


def test_a_user_who_is_not_active_any_more_tests_nothing(
    connection: Connection, editor: Actor
) -> None:
    run = ask(connection, editor)
    User.objects.filter(id=editor.id).update(is_active=False)
    probe, run = execute(run)
    assert (run.state, probe.targets) == ("stopped", [])
    assert "jonas" in run.sentence


def test_a_connection_that_was_redirected_in_the_database_is_not_tested(
    connection: Connection, editor: Actor
) -> None:
    Connection.all_projects.update(servers=["evil.example.test:9096"])
    with pytest.raises(RowAltered):
        runs.request(actor=editor, connection=reload(connection))


def test_a_snapshot_that_was_redirected_in_the_database_is_not_used(
    connection: Connection, editor: Actor
) -> None:
    run = ask(connection, editor)
    TestRun.all_projects.update(target=run.target | {"servers": ["evil.example.test:9096"]})
    probe, run = execute(run)
    assert (run.state, probe.targets) == ("stopped", [])
    assert "outside kalixweb" in run.sentence


def test_a_secret_whose_row_was_altered_is_not_sent(connection: Connection, editor: Actor) -> None:
    Secret.all_projects.update(allowed_hosts=["*.evil.test"])
    probe, run = execute(ask(connection, editor))
    assert (run.state, probe.targets) == ("stopped", [])


@pytest.mark.parametrize(("lost", "field"), [("pwd", "password_from"), ("ca.crt", "ca_from")])
def test_a_reference_that_leads_nowhere_is_the_verdict(
    project: Project, keeper: Actor, secret: Secret, client: Client, lost: str, field: str
) -> None:
    ca = secrets.create(
        actor=keeper,
        project=project.id,
        name="kafka-ca",
        type="tls-ca",
        entries={"ca.crt": SecretValue(pki.authority("Root").pem)},
    )
    made = connections.create(
        actor=keeper,
        project=project.id,
        wanted=configuration(),
        password=Existing(secret, "pwd"),
        ca=Existing(ca, "ca.crt"),
    )
    asked = ask(made, keeper)
    SecretEntry.all_projects.filter(name=lost).delete()
    probe, run = execute(asked)
    assert (run.state, run.verdict, run.fault) == ("done", "failed", "input.reference_missing")
    assert f"/{lost}” names no entry" in run.sentence
    assert not probe.targets
    assert reload(made).last_fault == "input.reference_missing"
    client.force_login(User.objects.get(id=keeper.id))
    page = client.get(reverse("brokers:run-detail", args=["payments", run.id])).content.decode()
    assert f"#id_{field}" in page


def test_the_run_tests_what_was_asked_for_and_not_what_was_saved_since(
    connection: Connection, editor: Actor
) -> None:
    run = ask(connection, editor)
    saved = connections.change(
        actor=editor,
        connection=reload(connection),
        expected_revision=1,
        wanted=configuration(servers=("b-2.example.test:9096",)),
        password=Existing(connection.password_secret, "pwd"),
    )
    probe, _ = execute(run)
    assert probe.targets[0].servers == "b-1.example.test:9096"
    assert reload(connection).tested_revision != saved.target_revision


def test_a_run_that_was_stopped_meanwhile_cancels_its_probe(
    connection: Connection, editor: Actor, monkeypatch: pytest.MonkeyPatch
) -> Any:
    monkeypatch.setattr(context, "WRITE_EVERY_SECONDS", 0.0)
    run = ask(connection, editor)
    seen = []

    def probe(_target: Any, cancel: Any) -> Any:
        transitions.stop(run, actor=editor, reason="Stopped by jonas.")
        yield RunResult()
        seen.append(cancel.is_set)
        yield result()

    _, run = execute(run, probe)
    assert (seen, run.state, run.sentence) == ([True], "stopped", "Stopped by jonas.")
    assert reload(connection).state == "unknown"


def test_a_worker_that_ends_takes_its_runs_along(connection: Connection, editor: Actor) -> Any:
    def probe(_target: Any, cancel: Any) -> Any:
        shutdown.close()
        assert cancel.is_set
        yield RunResult(stopped=True)

    _, run = execute(ask(connection, editor), probe)
    assert (run.state, run.sentence) == ("stopped", sentence(run, Ending.WORKER_STOPPED))
    other = ask(connection, editor)
    assert execute(other)[1].state == "queued"


def test_a_failure_of_our_own_stops_the_run_and_is_raised(
    connection: Connection, editor: Actor
) -> Any:
    def probe(_target: Any, _cancel: Any) -> Any:
        yield RunResult()
        raise ZeroDivisionError

    run = ask(connection, editor)
    with pytest.raises(ZeroDivisionError):
        execute(run, probe)
    assert reload(run).state == "stopped"


def test_snapshots_are_written_at_most_five_times_a_second(
    connection: Connection, editor: Actor
) -> None:
    run = ask(connection, editor)
    _, run = execute(run, Probe(*[RunResult()] * 200, result()))
    assert run.seq <= 4


def test_a_run_past_its_deadline_is_written_down_as_stopped(
    connection: Connection, editor: Actor
) -> None:
    run = ask(connection, editor)
    past = clock.now() - timedelta(seconds=1)
    TestRun.all_projects.update(state="running", started_at=past, deadline_at=past)
    assert maintenance.end_dead(RUNS) == 1
    assert reload(run).sentence == sentence(run, Ending.WORKER_LOST)
    assert ask(connection, editor).id != run.id


def test_a_run_that_nobody_took_is_sent_again_once(connection: Connection, editor: Actor) -> None:
    run = ask(connection, editor)
    assert maintenance.lost_in_queue(RUNS) == []
    TestRun.all_projects.update(sent_at=clock.now() - timedelta(seconds=6))
    stale_copy = reload(run)
    assert [one.id for one in maintenance.lost_in_queue(RUNS)] == [run.id]
    assert maintenance.lost_in_queue(RUNS) == []
    assert not transitions.take_resend(stale_copy)


def test_a_run_that_no_worker_ever_took_ends(connection: Connection, editor: Actor) -> None:
    run = ask(connection, editor)
    TestRun.all_projects.update(queued_at=clock.now() - timedelta(minutes=16))
    maintenance.end_dead(RUNS)
    assert reload(run).sentence == sentence(run, Ending.NOT_TAKEN)


def test_old_runs_go_and_the_last_one_stays(
    connection: Connection, editor: Actor, settings: Settings
) -> None:
    settings.KALIXWEB_RUN_HISTORY_DAYS = 30
    old = [execute(ask(connection, editor))[1] for _ in range(3)]
    TestRun.all_projects.update(queued_at=clock.now() - timedelta(days=31))
    assert maintenance.forget_old(RUNS) == 2
    assert [row.id for row in TestRun.all_projects.all()] == [old[-1].id]


def test_one_worker_does_a_periodic_task() -> None:
    assert periodic.take(PeriodicTask, "runs", timedelta(seconds=5))
    assert not periodic.take(PeriodicTask, "runs", timedelta(seconds=5))
    PeriodicTask.objects.update(due_at=clock.now() - timedelta(seconds=1))
    assert [periodic.take(PeriodicTask, "runs", timedelta(seconds=5)) for _ in range(2)] == [
        True,
        False,
    ]


def test_thirty_tests_a_minute_and_user(
    make: Make, editor: Actor, keeper: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "A_MINUTE_EACH_USER", 2)
    rows = [make(f"c-{number}") for number in range(4)]
    for row in rows[:2]:
        ask(row, editor)
    with pytest.raises(TooManyTests, match="2 tests"):
        ask(rows[2], editor)
    runs.request(actor=editor, connection=rows[0])  # an open run is shown, not made
    ask(rows[2], keeper)
    monkeypatch.setattr(limits, "A_MINUTE_EACH_PROJECT", 3)
    with pytest.raises(TooManyTests, match="this project"):
        ask(rows[3], keeper)


def test_many_at_once_count_as_one_and_leave_out_what_runs(
    make: Make, project: Project, editor: Actor, monkeypatch: pytest.MonkeyPatch, probe: Probe
) -> None:
    monkeypatch.setattr(limits, "A_MINUTE_EACH_USER", 2)
    rows = [make(f"c-{number}") for number in range(5)]
    ask(rows[0], editor)
    everything = Connection.objects.for_project(project)
    assert runs.request_many(actor=editor, project=project.id, connections=everything) == 4
    while bulk.execute_next(RUNS, RUNS.bulk):
        pass
    assert len(probe.targets) == 4
    assert set(TestRun.all_projects.filter(origin="bulk").values_list("state", flat=True)) == {
        "done"
    }
    assert len(events("connection.tested")) == 5


def test_every_run_of_many_is_looked_at_once(project: Project) -> None:
    now = clock.now()
    # Several begin at the very moment at which one look ends and the next one goes on.
    times = [now + timedelta(seconds=number // 3) for number in range(140)]
    common = {"project": project, "origin": "bulk", "actor_kind": "user", "target": {}}
    TestRun.all_projects.bulk_create(TestRun(queued_at=time, **common) for time in times)
    found = list(bulk.waiting(RUNS, RUNS.bulk))
    assert [run.queued_at for run in found] == times
    assert len({run.id for run in found}) == len(times)


def test_while_every_broker_is_busy_nobody_looks_again_and_again(
    make: Make, project: Project, editor: Actor, monkeypatch: pytest.MonkeyPatch, probe: Probe
) -> None:
    rows = [make(f"c-{number}") for number in range(3)]
    held = [f"place:{rows[0].servers[0]}:{n}" for n in range(limits.BULK_AT_ONE_BROKER)]
    for key in held:
        cache.add(key, "somebody")
    everything = Connection.objects.for_project(project)
    runs.request_many(actor=editor, project=project.id, connections=everything)
    assert not bulk.execute_next(RUNS, RUNS.bulk)
    cache.delete_many(held)
    with CaptureQueriesContext(database) as asked:
        assert not bulk.execute_next(RUNS, RUNS.bulk)
    assert len(asked) == 0
    monkeypatch.setattr(bulk, "LOOK_AGAIN_SECONDS", 0.0)
    while bulk.execute_next(RUNS, RUNS.bulk):
        pass
    assert len(probe.targets) == 3


def test_runs_of_many_that_wait_for_the_others_are_not_called_lost(project: Project) -> None:
    old = clock.now() - timedelta(hours=1)
    common = {"project": project, "origin": "bulk", "actor_kind": "user", "target": {}}
    later = {"state": "running", "deadline_at": clock.now() + timedelta(minutes=1)}
    waits = TestRun.all_projects.create(queued_at=old, **common)
    runs_now = TestRun.all_projects.create(queued_at=old, **later, **common)
    assert maintenance.end_dead(RUNS) == 0
    TestRun.all_projects.filter(id=runs_now.id).delete()
    assert maintenance.end_dead(RUNS) == 1
    waits.refresh_from_db()
    assert waits.state == "stopped"


def test_everything_that_uses_a_secret(
    make: Make, project: Project, editor: Actor, secret: Secret
) -> None:
    made = make("uses-it")
    other = secrets.create(
        actor=editor,
        project=project.id,
        name="another",
        type="generic",
        entries={"pwd": SecretValue("x")},
        allowed_hosts=["b-1.example.test"],
    )
    connections.create(
        actor=editor,
        project=project.id,
        wanted=configuration(name="uses-another"),
        password=Existing(other, "pwd"),
    )
    assert list(runs.users_of_secret(project.id, secret.id)) == [made]


def test_places_at_one_broker_are_few_and_a_click_finds_one(
    connection: Connection, editor: Actor
) -> None:
    server = "b-1.example.test:9096"
    held = [f"place:{server}:{number}" for number in range(limits.BULK_AT_ONE_BROKER)]
    for key in held:
        cache.add(key, "somebody")
    with limits.places(connection.id, [server], bulk=True) as free:
        assert not free
    _, run = execute(ask(connection, editor))
    assert run.state == "done"
    with limits.places(connection.id, [server], bulk=False) as free:
        assert free  # the run gave its place back


def test_a_run_that_finds_no_place_says_so(
    connection: Connection, editor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "WAIT_FOR_PLACE_SECONDS", 0.0)
    for number in range(limits.AT_ONE_BROKER):
        cache.add(f"place:b-1.example.test:9096:{number}", "somebody")
    probe, run = execute(ask(connection, editor))
    assert (run.state, probe.targets) == ("stopped", [])
    assert "8 other tests" in run.sentence


@pytest.mark.django_db(transaction=True)
def test_of_twenty_threads_one_claims_the_run(
    connection: Connection, editor: Actor, probe: Probe
) -> None:
    run = ask(connection, editor)
    threads = [threading.Thread(target=_execute_closing, args=(run,)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(probe.targets) == 1
    assert reload(run).state == "done"


def _execute_closing(run: TestRun) -> None:
    from django.db import connection as database

    try:
        jobs.execute(reload(run))
    finally:
        database.close()


def test_the_snapshot_names_versions(connection: Connection) -> None:
    password, ca = snapshots.pins_of(snapshots.snapshot_of(connection))
    assert (password.version, password.entry, ca) == (1, "pwd", None)
