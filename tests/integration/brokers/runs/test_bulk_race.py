"""Two ask for many tests at the same moment, and somebody for one of them."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection as database

from brokers.models import Connection, TestRun
from brokers.runs.services import runs
from kalixweb.core.actor import Actor
from tests.integration.brokers.conftest import Make

pytestmark = pytest.mark.django_db(transaction=True)


def _at_once(*calls: Callable[[], object]) -> list[BaseException]:
    failures: list[BaseException] = []
    ready = threading.Barrier(len(calls))

    def go(call: Callable[[], object]) -> None:
        ready.wait()
        try:
            call()
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            failures.append(error)
        finally:
            database.close()

    threads = [threading.Thread(target=go, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def test_each_connection_gets_one_run_and_nobody_an_error(make: Make, editor: Actor) -> None:
    rows = [make(f"c-{number}") for number in range(20)]
    project = rows[0].project_id

    def many() -> object:
        wanted = Connection.objects.for_project(project)
        return runs.request_many(actor=editor, project=project, connections=wanted)

    def one() -> object:
        return runs.request(actor=editor, connection=rows[7])

    assert _at_once(many, many, one, one) == []
    tested = TestRun.all_projects.values_list("connection_id", flat=True)
    assert sorted(tested) == sorted(row.id for row in rows)
