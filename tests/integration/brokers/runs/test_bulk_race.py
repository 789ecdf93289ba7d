"""Two ask for many tests at the same moment, and somebody for one of them."""

import pytest

from brokers.models import Connection, TestRun
from brokers.runs.services import runs
from kalixweb.core.actor import Actor
from tests.integration.brokers.conftest import Make
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_each_connection_gets_one_run_and_nobody_an_error(make: Make, editor: Actor) -> None:
    rows = [make(f"c-{number}") for number in range(20)]
    project = rows[0].project_id

    def many() -> object:
        wanted = Connection.objects.for_project(project)
        return runs.request_many(actor=editor, project=project, connections=wanted)

    def one() -> object:
        return runs.request(actor=editor, connection=rows[7])

    assert at_once(many, many, one, one) == []
    tested = TestRun.all_projects.values_list("connection_id", flat=True)
    assert sorted(tested) == sorted(row.id for row in rows)
