"""What the worker's clock does beside runs."""

from datetime import timedelta

import pytest
import time_machine

from brokers import tasks
from kalixweb.audit.unit_of_work import record_coalesced
from kalixweb.core import clock
from kalixweb.core.actor import Actor
from tests.integration.brokers.conftest import events

pytestmark = pytest.mark.django_db


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
