"""What a working cluster looks like, and what the JSON of a run holds."""

import json
from datetime import UTC, datetime

from brokers.engine.runner import run
from tests.fakes.kafka import Group, Topic
from tests.unit.brokers.engine.conftest import MakeTarget, Probe, Start, codes


def test_every_stage_passes(probe: Probe, start: Start) -> None:
    broker = start()
    result = probe(broker)
    assert result.verdict.state == "passed"
    assert [s.state for s in result.nodes[0].stages] == ["passed"] * 7
    assert result.nodes[0].broker_id == 1
    assert result.cluster.id == "fake-cluster"
    assert result.verdict.sentence == f"{broker.address} answers, and the login as “alice” works."
    assert result.reach == 7


def test_all_mechanisms(probe: Probe, start: Start) -> None:
    broker = start(mechanisms=("SCRAM-SHA-256", "SCRAM-SHA-512", "PLAIN"))
    for auth in ("scram-sha-256", "scram-sha-512", "plain"):
        assert probe(broker, auth=auth).verdict.state == "passed", auth


def test_odd_characters_in_user_and_password(probe: Probe, start: Start) -> None:
    user, password = "a=b,c", "pä\u00adß ﬁ,=$'\""
    broker = start(users={user: password})
    assert probe(broker, user=user, password=password).verdict.state == "passed"


def test_an_old_broker_that_knows_only_the_first_versions(probe: Probe, start: Start) -> None:
    apis = {0: (0, 3), 3: (0, 2), 17: (0, 1), 18: (0, 0), 36: (0, 0)}
    assert probe(start(apis=apis)).verdict.state == "passed"


def test_snapshots_are_complete_and_the_last_has_the_verdict(
    start: Start, target: MakeTarget
) -> None:
    results = list(run(target(start())))
    assert all(result.verdict is None for result in results[:-1])
    assert len(results[0].nodes[0].stages) == 7
    assert any(s.state == "running" for r in results for s in r.nodes[0].stages)


def test_three_brokers_log_in_once_each(probe: Probe, start: Start) -> None:
    brokers = [start() for _ in range(3)]
    places = [(i + 1, "127.0.0.1", broker.port) for i, broker in enumerate(brokers)]
    for broker in brokers:
        broker.script.brokers = places
    result = probe(brokers[0])
    assert result.verdict.sentence == "All 3 brokers answer, and the login as “alice” works."
    assert [node.origin for node in result.nodes] == ["bootstrap", "advertised", "advertised"]
    assert [broker.steps.count("final") for broker in brokers] == [1, 1, 1]
    assert [broker.steps.count("Metadata") for broker in brokers] == [1, 0, 0]


def test_document_is_the_public_json(probe: Probe, start: Start) -> None:
    topics = {"orders": Topic()}
    broker = start(topics=topics, groups={"svc": Group()})
    result = probe(broker, topics=("orders",), groups=("svc",))
    at = datetime(2026, 11, 22, 20, 18, tzinfo=UTC)
    document = json.loads(json.dumps(result.document(at, {"host": "h", "worker": "w"})))
    assert list(document) == [
        "schema", "at", "from", "verdict", "faults", "cluster", "nodes", "rights", "took_ms",
    ]  # fmt: skip
    assert document["at"] == "2026-11-22T20:18:00Z"
    assert document["from"] == {"host": "h", "worker": "w"}
    assert document["verdict"] == {
        "state": "passed", "fault": None, "sentence": result.verdict.sentence,
        "action": None, "owner": None, "field": None, "node": None,
    }  # fmt: skip
    node = document["nodes"][0]
    assert list(node) == ["host", "port", "origin", "broker_id", "from", "stages"]
    assert node["from"] == "127.0.0.1"
    assert list(node["stages"][0]) == ["stage", "state", "ms", "faults", "facts", "raw"]
    assert document["rights"] == [
        {"kind": "topic", "name": "orders", "describe": True, "read": True, "write": True,
         "faults": []},
        {"kind": "group", "name": "svc", "describe": True, "read": True, "write": None,
         "faults": []},
    ]  # fmt: skip
    assert codes(result) == []
