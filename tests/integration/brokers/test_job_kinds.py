"""What holds for every kind of job alike: a tiny one, test runs and AWS queries."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from celery import current_app
from kombu.exceptions import OperationalError
from pytest_django import Settings

from brokers import tasks  # noqa: F401 - registers them with Celery
from brokers.models import AwsQuery, Connection, TestRun
from brokers.msk.aws_queries import answers, requests
from brokers.runs.services import execution, runs
from kalixweb.accounts.models import User
from kalixweb.core import clock
from kalixweb.core.actor import Actor
from kalixweb.jobs import kinds, maintenance, queue, shutdown, transitions
from kalixweb.jobs.execution import execute
from kalixweb.jobs.kinds import Ending, Kind, kind_of, sentence
from kalixweb.jobs.models import Job
from kalixweb.projects.jobs import ProjectKind
from kalixweb.projects.models import Membership, Project
from tests.integration.brokers.conftest import Probe, events
from tests.integration.brokers.msk.aws import make_account
from tests.integration.jobs.fixtures import tiny  # noqa: F401 - a fixture
from tests.integration.jobs.tiny import Tiny, TinyKind, ask

pytestmark = pytest.mark.django_db


@dataclass
class Case:
    """A queued job of the kind, and what a test may do to it."""

    kind: Kind[Any]
    job: Any
    right: str
    lose_right: Callable[[], object]
    break_it: Callable[[], object]
    done: Callable[[], int]
    """How often the work was done."""


def _divide(*_args: Any) -> Any:
    raise ZeroDivisionError


@pytest.fixture
def of_tiny(tiny: TinyKind) -> Case:  # noqa: F811
    return Case(
        tiny,
        ask(),
        "tiny.do",
        lambda: setattr(tiny, "may", False),
        lambda: setattr(tiny, "work", _divide),
        lambda: len(tiny.done),
    )


def _lose_right(actor: Actor) -> None:
    Membership.all_projects.filter(user_id=actor.id).update(roles=["viewer"])


@pytest.fixture
def of_runs(
    connection: Connection, editor: Actor, probe: Probe, monkeypatch: pytest.MonkeyPatch
) -> Case:
    run, _ = runs.request(actor=editor, connection=connection)
    return Case(
        kind_of(TestRun),
        run,
        "connection.test",
        lambda: _lose_right(editor),
        lambda: monkeypatch.setattr(execution, "engine", _divide),
        lambda: len(probe.targets),
    )


@pytest.fixture
def of_queries(
    project: Project, person: Callable[..., Actor], monkeypatch: pytest.MonkeyPatch
) -> Case:
    admin = person("ada", "project_admin", "secret_keeper")
    asked: list[UUID] = []

    def answer(_aws: Any, query: AwsQuery) -> Any:
        asked.append(query.id)
        return {"clusters": []}, "No cluster."

    monkeypatch.setitem(answers.ANSWERS, "clusters", answer)
    account = make_account(admin, project)
    query, _ = requests.request(actor=admin, account=account, kind="clusters")
    return Case(
        kind_of(AwsQuery),
        query,
        "msk.read",
        lambda: _lose_right(admin),
        lambda: monkeypatch.setitem(answers.ANSWERS, "clusters", _divide),
        lambda: len(asked),
    )


@pytest.fixture(params=["of_tiny", "of_runs", "of_queries"])
def case(request: pytest.FixtureRequest) -> Case:
    made: Case = request.getfixturevalue(request.param)
    return made


def again(job: Job) -> Any:
    return kind_of(type(job)).rows().get(id=job.id)


def set_columns(job: Job, **columns: Any) -> None:
    kind_of(type(job)).rows().filter(id=job.id).update(**columns)


def test_every_kind_that_is_registered_is_tried_here() -> None:
    assert {model for model in kinds._paths if model is not Tiny} == {TestRun, AwsQuery}


def test_one_worker_gets_it_and_it_is_done_once(case: Case) -> None:
    late = again(case.job)
    assert execute(again(case.job))
    row = again(case.job)
    assert (row.state, row.started_at < row.finished_at < row.deadline_at) == ("done", True)
    assert row.sentence
    assert not transitions.claim(late)
    assert not execute(late)
    assert (case.done(), again(case.job).seq) == (1, row.seq)


def test_while_one_worker_has_it_no_other_gets_it(case: Case) -> None:
    late = again(case.job)
    assert transitions.claim(case.job)
    assert not transitions.claim(late)
    assert not execute(late)
    assert case.done() == 0


def test_a_message_names_it_by_ids_alone(case: Case) -> None:
    message = case.kind.message(case.job)
    assert {str(UUID(value)) for value in message.values()} == set(message.values())
    assert case.kind.find(message | {"of_a_later_version": "x"}) == case.job
    assert case.kind.find({name: str(uuid4()) for name in message}) is None
    if isinstance(case.kind, ProjectKind):
        assert case.kind.find(message | {"project_id": str(uuid4())}) is None
    current_app.tasks[case.kind.task].delay(**message, of_a_later_version="x")
    assert again(case.job).state == "done"


def test_a_stopped_one_keeps_no_result_and_is_recorded_once(case: Case) -> None:
    assert transitions.claim(case.job)
    assert transitions.stop(case.job, actor=transitions.worker(), reason="No more.")
    assert not transitions.stop(case.job, actor=transitions.worker(), reason="Again.")
    assert not transitions.keep(case.job, document={"late": True})
    assert not transitions.beat(case.job)
    assert not transitions.finish(case.job, document={"late": True})
    row = again(case.job)
    assert (row.state, row.sentence, row.document) == ("stopped", "No more.", None)
    (event,) = events(case.kind.stopped_action)
    assert event["details"]["reason"] == "No more."


def test_one_whose_worker_was_lost_is_ended(case: Case) -> None:
    assert transitions.claim(case.job)
    assert maintenance.end_dead(case.kind) == 0
    past = clock.now() - timedelta(seconds=1)
    set_columns(case.job, deadline_at=past)
    assert again(case.job).state_at(clock.now()) == "stopped"
    assert maintenance.end_dead(case.kind) == 1
    row = again(case.job)
    assert (row.state, row.sentence) == ("stopped", sentence(row, Ending.WORKER_LOST))
    assert case.done() == 0


def test_one_that_nobody_takes_is_sent_again_and_at_last_ended(case: Case) -> None:
    assert maintenance.lost_in_queue(case.kind) == []
    set_columns(case.job, sent_at=clock.now() - timedelta(seconds=6))
    stale = again(case.job)
    assert maintenance.lost_in_queue(case.kind) == [case.job]
    assert maintenance.lost_in_queue(case.kind) == []
    assert not transitions.take_resend(stale)
    set_columns(case.job, queued_at=clock.now() - timedelta(minutes=16))
    assert again(case.job).is_late(clock.now())
    assert maintenance.end_dead(case.kind) == 1
    assert again(case.job).sentence == sentence(case.job, Ending.NOT_TAKEN)


def test_the_clock_has_a_lost_one_carried_out(case: Case) -> None:
    set_columns(case.job, sent_at=clock.now() - timedelta(seconds=6))
    queue.look_after_jobs()
    assert (again(case.job).state, case.done()) == ("done", 1)


def test_an_ended_one_is_kept_for_so_many_days(case: Case, settings: Settings) -> None:
    settings.KALIXWEB_RUN_HISTORY_DAYS = 30
    set_columns(case.job, queued_at=clock.now() - timedelta(days=31))
    assert maintenance.forget_old(case.kind) == 0  # it is open
    transitions.stop(case.job, actor=transitions.worker(), reason="No more.")
    set_columns(case.job, queued_at=clock.now() - timedelta(days=29))
    assert maintenance.forget_old(case.kind) == 0
    set_columns(case.job, queued_at=clock.now() - timedelta(days=31))
    assert maintenance.forget_old(case.kind) == 1
    assert not case.kind.rows().exists()


def test_a_right_that_was_lost_in_the_queue_is_a_denial(case: Case) -> None:
    case.lose_right()
    execute(again(case.job))
    row = again(case.job)
    assert (row.state, row.sentence) == ("stopped", sentence(row, Ending.NOT_ALLOWED))
    (event,) = events("access.denied")
    assert (event["outcome"], event["details"]["right"]) == ("denied", case.right)
    assert event["actor"]["label"] == row.actor_label
    assert case.done() == 0


def test_whoever_is_not_active_any_more_has_nothing_done(case: Case) -> None:
    User.objects.filter(id=case.job.actor_id).update(is_active=False)
    execute(again(case.job))
    row = again(case.job)
    assert (row.state, row.sentence) == ("stopped", sentence(row, Ending.NOT_ACTIVE))
    assert row.actor_label in row.sentence
    assert case.done() == 0


def test_a_failure_of_our_own_ends_it_and_is_raised(case: Case) -> None:
    case.break_it()
    with pytest.raises(ZeroDivisionError):
        execute(again(case.job))
    row = again(case.job)
    assert (row.state, row.sentence) == ("stopped", sentence(row, Ending.FAILED))


def test_a_worker_that_ends_begins_none(case: Case) -> None:
    shutdown.close()
    assert not execute(again(case.job))
    assert again(case.job).state == "queued"


def test_a_queue_that_is_away_stops_it(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(**_message: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(current_app.tasks[case.kind.task], "delay", away)
    assert not queue.send(case.job, transitions.worker())
    row = again(case.job)
    assert (row.state, row.sentence) == ("stopped", sentence(row, Ending.QUEUE_AWAY))
