"""Rights on what was named: told where they can be, and left open where not."""

from typing import Any

import pytest

from brokers.engine.kafka.client import KafkaClient
from brokers.engine.target import Limits
from brokers.engine.tls.channel import ClientCertificateRequired
from brokers.engine.wait import Deadline
from tests.fakes.kafka import APACHE, Group, Topic, stays_silent
from tests.unit.brokers.engine.conftest import Probe, Start, codes, verdict

TOPICS = {
    "hidden": (Topic(error=29, operations=None, partitions=[]), ["rights.topic_hidden"]),
    "missing": (Topic(error=3, operations=None, partitions=[]), ["rights.topic_missing"]),
    "bad": (Topic(error=17, operations=None, partitions=[]), ["input.bad_topic"]),
    "readonly": (Topic(operations={3, 8}), ["rights.write_denied"]),
    "writeonly": (Topic(operations={4, 8}), ["rights.read_denied"]),
    "none": (Topic(operations={8}), ["rights.read_denied", "rights.write_denied"]),
    "unreported": (Topic(operations=None), ["rights.could_not_tell"]),
    "leaderless": (Topic(partitions=[(-1, [1], []), (1, [1], [1])]), ["rights.no_leader"]),
    "behind": (Topic(partitions=[(1, [1, 1], [])]), ["rights.under_replicated"]),
}


@pytest.mark.parametrize("name", TOPICS)
def test_topics(probe: Probe, start: Start, name: str) -> None:
    topic, expected = TOPICS[name]
    result = probe(start(topics={name: topic}), topics=(name,))
    assert codes(result) == expected
    assert result.verdict.state == ("failed" if result.rights[0].faults[0].fails else "warned")


def test_only_the_right_that_is_needed(probe: Probe, start: Start) -> None:
    broker = start(topics={"in": Topic(operations={3, 8}), "out": Topic(operations={4, 8})})
    assert probe(broker, topics=("in:read", "out:write")).verdict.state == "passed"
    result = probe(broker, topics=("in:write",))
    assert verdict(result) == "rights.write_denied"
    assert "--operation Write --topic in" in result.verdict.action


def test_old_brokers_are_not_asked_for_a_topic_that_they_would_create(
    probe: Probe, start: Start
) -> None:
    broker = start(apis={**APACHE, 3: (0, 3)})
    assert verdict(probe(broker, topics=("orders",))) == "rights.could_not_tell"


def test_groups(probe: Probe, start: Start) -> None:
    groups = {"mine": Group(), "half": Group(operations={8}), "old": Group(operations=None)}
    broker = start(groups=groups)
    result = probe(broker, groups=("mine", "half", "old", "foreign"))
    told = [(r.name, r.describe, r.read) for r in result.rights]
    assert told == [
        ("mine", True, True),
        ("half", True, False),
        ("old", True, None),
        ("foreign", False, False),
    ]
    assert codes(result) == ["rights.group_denied", "rights.could_not_tell", "rights.group_denied"]


def test_group_is_asked_at_the_broker_that_coordinates_it(probe: Probe, start: Start) -> None:
    first, second = start(groups={"svc": Group(error=16)}), start(groups={"svc": Group()})
    first.script.brokers = [(1, "127.0.0.1", first.port), (2, "127.0.0.1", second.port)]
    result = probe(first, groups=("svc",))
    assert result.rights[0].read is True
    assert result.verdict.state == "passed"
    alone = start(groups={"svc": Group(error=16)})
    result = probe(alone, groups=("svc",))
    assert (result.rights[0].describe, result.rights[0].read) == (True, None)
    assert verdict(result) == "rights.could_not_tell"


def test_transactional_ids(probe: Probe, start: Start) -> None:
    broker = start(transactions={"known": 0, "new": 105, "elsewhere": 16, "odd": 56})
    result = probe(broker, transactional_ids=("known", "new", "elsewhere", "odd", "foreign"))
    assert [r.describe for r in result.rights] == [True, True, True, None, False]
    assert [r.write for r in result.rights] == [None, None, None, None, False]
    assert codes(result) == ["rights.could_not_tell", "rights.transactional_id_denied"]
    old = start(apis={key: span for key, span in APACHE.items() if key != 65})
    assert verdict(probe(old, transactional_ids=("x",))) == "rights.could_not_tell"


def test_what_there_was_no_time_for_is_said(probe: Probe, start: Start) -> None:
    brokers = [start(instead={"DescribeGroups": stays_silent}) for _ in range(3)]
    first = brokers[0].script
    first.brokers = [(i, "127.0.0.1", broker.port) for i, broker in enumerate(brokers)]
    first.transactions = {"known": 0}
    limits = Limits(answer=0.6, run=1.5)
    result = probe(brokers[0], groups=("svc",), transactional_ids=("known",), limits=limits)
    assert [(r.kind, r.describe) for r in result.rights] == [
        ("group", None),
        ("transactional-id", True),
    ]
    assert verdict(result) == "rights.could_not_tell"
    assert "the time of the whole run was over" in result.rights[0].faults[0].sentence


def test_a_certificate_wanted_as_late_as_this_is_no_crash(
    probe: Probe, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = KafkaClient.call

    def refuses(client: KafkaClient, request: Any, deadline: Deadline, **more: Any) -> Any:
        if request.name == "DescribeGroups":
            raise ClientCertificateRequired(116, "certificate required")
        return calls(client, request, deadline, **more)

    monkeypatch.setattr(KafkaClient, "call", refuses)
    result = probe(start(groups={"svc": Group()}), groups=("svc",))
    assert verdict(result) == "rights.could_not_tell"
