"""What the worker does by the clock beside jobs, and how messages are spelled."""

from datetime import timedelta

import pytest
import time_machine
from celery import current_app

from brokers import tasks
from brokers.models import AwsQuery, Connection, TestRun
from brokers.runs.services import runs
from kalixweb.audit.unit_of_work import record_coalesced
from kalixweb.core import clock
from kalixweb.core.actor import Actor
from kalixweb.jobs.kinds import kind_of
from tests.integration.brokers.conftest import events

pytestmark = pytest.mark.django_db


# Messages of an older version may wait in the queue, and those of this one for an older worker.
MESSAGES = {
    "brokers.run_test": {"project_id", "run_id"},
    "brokers.run_many": set(),
    "brokers.run_inquiry": {"project_id", "inquiry_id"},
    "brokers.sweep": set(),
}


def test_messages_are_spelled_as_ever(connection: Connection, editor: Actor) -> None:
    run, _ = runs.request(actor=editor, connection=connection)
    assert {task for task in current_app.tasks if task.startswith("brokers.")} == set(MESSAGES)
    assert set(kind_of(TestRun).message(run)) == MESSAGES["brokers.run_test"]
    query = AwsQuery(project_id=connection.project_id)
    assert set(kind_of(AwsQuery).message(query)) == MESSAGES["brokers.run_inquiry"]


def test_a_periodic_task_writes_how_often_an_event_was_repeated() -> None:
    flooding = Actor("anonymous", None, "", address="192.0.2.7")
    with time_machine.travel(clock.now(), tick=False) as travel:
        for _ in range(3):
            record_coalesced(
                flooding,
                "access.denied",
                chain=None,
                object_kind="page",
                object_id=None,
                object_label="",
                right="secret.read",
            )
        travel.shift(timedelta(seconds=61))
        tasks.run_periodic_tasks()
    assert [event["details"].get("count") for event in events("access.denied")] == [None, 2]
