"""Rights that are typed for one test: asked for, said in one line, and not held against anybody."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from brokers import tasks
from brokers.engine.document import read
from brokers.engine.results import Fault, RightsResult, RunResult, Verdict
from brokers.models import Connection, TestRun
from brokers.runs.services import runs
from brokers.runs.views import evidence
from brokers.runs.views.evidence import rights_line
from kalixweb.accounts.models import User
from kalixweb.core.actor import Actor
from tests.integration.brokers.conftest import Probe, execute, reload, result

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(client: Client, editor: Actor, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(tasks, "send", lambda *_: True)
    client.force_login(User.objects.get(id=editor.id))
    return client


def ask(visitor: Client, connection: Connection, rights: str, transactional_id: str = "") -> Any:
    address = reverse("brokers:connection-test", args=["payments", connection.id])
    return visitor.post(address, {"rights": rights, "transactional_id": transactional_id})


def test_what_is_typed_is_asked_for_in_this_test_alone(
    visitor: Client, connection: Connection, editor: Actor
) -> None:
    ask(visitor, connection, "shipments:write group:svc", "svc-1")
    run, probe = TestRun.all_projects.get(), Probe()
    execute(run, probe)
    (target,) = probe.targets
    assert target.topics == ("orders", "shipments:write")
    assert (target.groups, target.transactional_ids) == (("svc",), ("svc-1",))
    assert reload(connection).topics == ["orders"]
    again, _ = runs.request(actor=editor, connection=reload(connection))
    assert again.target["topics"] == ["orders"]


def test_a_right_that_lacks_there_does_not_count_against_the_connection(
    visitor: Client, connection: Connection
) -> None:
    def tested(fault: str) -> None:
        verdict = Verdict("failed", "No.", fault, "Ask.", "cluster_owner")
        run = TestRun.all_projects.latest("queued_at")
        probe = Probe(RunResult(verdict, (), None, result().nodes))
        execute(run, probe)

    ask(visitor, connection, "shipments")
    tested("rights.write_denied")
    assert reload(connection).state == "unknown"
    ask(visitor, connection, "shipments")
    tested("tls.expired")
    assert reload(connection).state == "failed"


@pytest.mark.parametrize(
    ("rights", "transactional_id", "said"),
    [
        ("a/b", "", "a/b"),
        ("", "", "Nothing is named"),
        ("group:" + "x" * 250, "", "249 characters"),
    ],
)
def test_a_name_that_kafka_does_not_take_is_said_at_the_field(
    visitor: Client, connection: Connection, rights: str, transactional_id: str, said: str
) -> None:
    answer = ask(visitor, connection, rights, transactional_id)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not TestRun.all_projects.exists()


def line(*rights: RightsResult, topics: tuple[str, ...] = ()) -> str:
    document = {"rights": [one.document() for one in rights]}
    return rights_line(read(document), topics)


def test_rights_in_one_line() -> None:
    orders = RightsResult("topic", "orders", True, True, False)
    shipments = RightsResult("topic", "shipments", True, True, False)
    both = line(orders, shipments, topics=("orders:read", "shipments:write"))
    assert both == "may not write `shipments`, may read `orders`"
    assert line(orders) == "may not write `orders`, may read `orders`"
    assert line(RightsResult("topic", "a", True, True, True)) == "may read and write `a`"
    assert line(RightsResult("topic", "a", True, False, False)) == "may not read or write `a`"
    hidden = Fault("rights.topic_hidden", "It is so.", "Ask.", "cluster_owner")
    assert line(RightsResult("topic", "a", False, faults=(hidden,))) == "may not see `a`"
    group = RightsResult("group", "svc", True, True)
    assert line(group) == "may read the group `svc`"
    assert line(RightsResult("group", "svc", False, False)) == "may not read the group `svc`"
    assert line(RightsResult("transactional-id", "t", False, write=False)) == (
        "may not use the transactional id `t`"
    )


def test_a_right_that_is_not_needed_is_no_failure() -> None:
    document = {"rights": [RightsResult("topic", "orders", True, True, False).document()]}
    (needed,) = evidence.rights(read(document), ("orders",))
    (reads,) = evidence.rights(read(document), ("orders:read",))
    assert needed.answers[2] == ("failed", "No")
    assert reads.answers == (("passed", "Yes"), ("passed", "Yes"), ("skipped", "No, not needed"))


def test_who_does_not_know_the_group_is_shown_the_prefix_acl(
    visitor: Client, connection: Connection
) -> None:
    page = visitor.get(reverse("brokers:connection-detail", args=["payments", connection.id]))
    assert "--resource-pattern-type prefixed" in page.content.decode()
    assert "User:svc-orders" in page.content.decode()
