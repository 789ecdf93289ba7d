"""Two who read the same connection save it at the same moment: one wins, the other one is told."""

from dataclasses import replace

import pytest

from brokers.connections.services import connections, limits, storage
from brokers.connections.services.configuration import configuration_of, reference_of
from brokers.models import Connection
from kalixweb.core.actor import Actor
from tests.integration.brokers.conftest import Make, events, reload
from tests.racing import at_once, linger_after, meet_before

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_of_two_savers_wins_and_leaves_one_event(
    make: Make, keeper: Actor, editor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = make()
    # Both pass what is asked before the lock; who has the row keeps the other one waiting.
    meet_before(monkeypatch, limits, "count_endpoints", 2)
    linger_after(monkeypatch, storage, "locked")

    def save(actor: Actor, description: str) -> None:
        mine = Connection.objects.for_project(row.project_id).get(id=row.id)
        connections.change(
            actor=actor,
            connection=mine,
            expected_revision=row.revision,
            wanted=replace(configuration_of(mine), description=description),
            password=reference_of(mine),
        )

    failures = at_once(lambda: save(keeper, "of mira"), lambda: save(editor, "of jonas"))
    now = reload(row)
    assert [str(failure) for failure in failures] == [
        f"{now.changed_by} saved orders-prod meanwhile."
    ]
    assert type(failures[0]).__name__ == "ChangedMeanwhile"
    assert now.revision == row.revision + 1
    assert now.description == f"of {now.changed_by}"
    (event,) = events("connection.changed")
    assert event["actor"]["label"] == now.changed_by
    assert event["details"]["revision"] == now.revision


def test_one_of_two_who_take_the_same_name_wins(make: Make, editor: Actor) -> None:
    make("first")  # the secret and its keys are there
    failures = at_once(lambda: make("taken"), lambda: make("taken"))
    assert [type(failure).__name__ for failure in failures] == ["NameTaken"]
    assert Connection.all_projects.filter(name="taken").count() == 1
    assert len(events("connection.created")) == 2


def test_one_of_two_defaults_stays(
    make: Make, editor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [make("a"), make("b")]
    linger_after(monkeypatch, storage, "locked")
    calls = [lambda row=row: connections.set_default(actor=editor, connection=row) for row in rows]
    assert at_once(*calls) == []
    assert Connection.all_projects.filter(is_default=True).count() == 1
    before, after = events("connection.default_set")
    assert before["details"]["before"] is None
    assert after["details"]["before"] == before["details"]["after"]


def test_who_deletes_meanwhile_is_not_undone(
    make: Make, editor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = make()
    linger_after(monkeypatch, storage, "locked")

    def save() -> None:
        mine = Connection.objects.for_project(row.project_id).get(id=row.id)
        connections.change(
            actor=editor,
            connection=mine,
            expected_revision=row.revision,
            wanted=replace(configuration_of(mine), description="late"),
            password=reference_of(mine),
        )

    failures = at_once(save, lambda: connections.delete(actor=editor, connection=row))
    assert {type(failure).__name__ for failure in failures} <= {"ConnectionGone", "DoesNotExist"}
    assert not Connection.all_projects.exists()
    assert len(events("connection.deleted")) == 1
    assert len(events("connection.changed")) + len(failures) == 1
