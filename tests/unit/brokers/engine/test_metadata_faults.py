"""What a cluster says of itself, and what its advertised listeners are like."""

import pytest

from brokers.engine.network import resolver
from tests.fakes import pki
from tests.fakes.kafka import APACHE, Broker, Script, Topic, closes, says, stays_silent
from tests.unit.brokers.engine.conftest import House, Probe, Start, codes, verdict

ANSWERS = {
    "silent": ({"instead": {"Metadata": stays_silent}}, "metadata.silent"),
    "closed": ({"instead": {"Metadata": closes}}, "metadata.closed"),
    "no broker": ({"brokers": []}, "metadata.empty"),
    "no controller": ({"controller": -1}, "metadata.empty"),
    "error": ({"errors": {"Metadata": 56}}, "metadata.error"),
    "malformed": ({"instead": {"Metadata": says(b"\0\0\0\5\0\0\0\5\x01")}}, "kafka.malformed"),
    "huge": ({"instead": {"Metadata": says(b"\x7f\0\0\0")}}, "kafka.malformed"),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_named(probe: Probe, start: Start, case: str) -> None:
    knobs, code = ANSWERS[case]
    assert verdict(probe(start(**knobs))) == code


def test_two_clusters(probe: Probe, start: Start) -> None:
    one, two = start(), start(cluster_id="another")
    result = probe(f"{one.address},{two.address}")
    assert verdict(result) == "metadata.two_clusters"
    assert {"fake-cluster", "another"} <= set(result.verdict.sentence.replace(".", " ").split()) | {
        word.strip(",.") for word in result.verdict.sentence.split()
    }


def test_a_password_that_is_a_word_of_the_name_does_not_hide_the_broker(
    probe: Probe, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {"kafka-1.example.org": ["127.0.0.1"]}
    monkeypatch.setattr(resolver, "addresses_of", lambda host: known.get(host, []))
    identity = pki.leaf(house.root, ("kafka-1.example.org", "127.0.0.1"))
    with Broker(identity, Script(users={"alice": "kafka"}, cluster_id="kafka")) as broker:
        broker.script.brokers = [(1, "kafka-1.example.org", broker.port)]
        result = probe(broker, password="kafka")
    assert result.verdict.state == "passed"
    assert result.nodes[1].host == "kafka-1.example.org"
    assert result.cluster.id == "[removed]"


def test_one_server_written_in_two_ways_is_one_node(probe: Probe, start: Start) -> None:
    broker = start(host="::1")
    broker.script.brokers = [(1, "0:0:0:0:0:0:0:1", broker.port)]
    result = probe(f"[::1]:{broker.port}")
    assert [(node.host, node.broker_id) for node in result.nodes] == [("::1", 1)]
    assert broker.steps.count("final") == 1


def test_no_broker_may_receive_the_password(probe: Probe, start: Start) -> None:
    bootstrap, one, two = start(), start(), start()
    bootstrap.script.brokers = [(1, "localhost", one.port), (2, "localhost", two.port)]
    result = probe(bootstrap, allowed_hosts=("127.0.0.1",))
    assert (result.verdict.state, verdict(result)) == ("warned", "listener.host_not_allowed")
    assert result.verdict.sentence.startswith("The bootstrap server answers, and the login ")
    assert not {"first", "final"} & {*one.steps, *two.steps}


def test_a_broker_that_tells_no_id_is_no_second_cluster(probe: Probe, start: Start) -> None:
    old, new = start(apis={**APACHE, 3: (0, 1)}, cluster_id=None), start()
    assert probe(f"{old.address},{new.address}").verdict.state == "passed"


def test_cluster_changed_and_broker_missing_only_warn(probe: Probe, start: Start) -> None:
    topics = {"orders": Topic(partitions=[(1, [1, 7], [1])])}
    broker = start(topics=topics)
    result = probe(broker, topics=("orders",), previous_cluster_id="before")
    assert result.verdict.state == "warned"
    found = codes(result)
    assert found[:2] == ["metadata.broker_missing", "metadata.cluster_changed"]
    assert (
        "Broker 7 holds replicas of orders" in result.nodes[0].stage("metadata").faults[0].sentence
    )


def advertised(start: Start, host: str, port: int | None = None) -> Broker:
    broker = start()
    broker.script.brokers = [(4, host, port or broker.port)]
    return broker


def test_unresolvable(probe: Probe, start: Start) -> None:
    result = probe(advertised(start, "b-1.kafka.invalid"))
    assert verdict(result) == "listener.unresolvable"
    assert codes(result) == ["listener.unresolvable", "resolve.not_found"]
    assert result.verdict.node.startswith("b-1.kafka.invalid:")
    assert result.nodes[0].state == "passed"


@pytest.mark.parametrize("host", ["kafka-0.kafka.svc.cluster.local", "broker-one"])
def test_inside_name(
    probe: Probe, start: Start, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    def nowhere(name: str) -> list[str]:
        raise resolver.socket.gaierror(resolver.socket.EAI_NONAME, "no such name")

    monkeypatch.setattr(resolver, "addresses_of", nowhere)
    assert verdict(probe(advertised(start, host))) == "listener.inside_name"


def test_unreachable(probe: Probe, start: Start) -> None:
    result = probe(advertised(start, "127.0.0.1", 1))
    assert verdict(result) == "listener.unreachable"
    assert codes(result)[1] == "connect.refused"


def test_other_port_kind(probe: Probe, start: Start) -> None:
    other = start(mechanisms=("PLAIN",))
    assert verdict(probe(advertised(start, "127.0.0.1", other.port))) == "listener.other_port_kind"


def test_host_not_allowed_stops_after_tls_without_a_login(probe: Probe, start: Start) -> None:
    other = start()
    broker = start()
    broker.script.brokers = [(1, "127.0.0.1", broker.port), (2, "localhost", other.port)]
    result = probe(broker, allowed_hosts=("127.0.0.1", "*.example.org"))
    assert result.verdict.state == "warned"
    assert verdict(result) == "listener.host_not_allowed"
    assert "127.0.0.1 and *.example.org" in result.verdict.sentence
    assert other.steps == []
    assert result.nodes[1].stage("tls").state == "warned"
    assert result.nodes[1].stage("kafka").state == "skipped"


def test_same_for_all(probe: Probe, start: Start) -> None:
    broker = start()
    broker.script.brokers = [(i, "127.0.0.1", broker.port) for i in (1, 2, 3)]
    result = probe(broker)
    assert verdict(result) == "listener.same_for_all"
    assert "Brokers 1, 2 and 3" in result.nodes[0].stage("metadata").faults[0].sentence


def test_degraded_names_the_broker_and_what_it_leads(
    probe: Probe, start: Start, house: House
) -> None:
    expired = pki.leaf(house.root, valid=(-30, -3))
    with Broker(expired, Script()) as bad:
        good = start(topics={"orders": Topic(partitions=[(2, [1, 2], [1, 2])])})
        good.script.brokers = [(1, "127.0.0.1", good.port), (2, "127.0.0.1", bad.port)]
        result = probe(good, topics=("orders",))
    assert result.verdict.state == "degraded"
    assert result.verdict.sentence.startswith("1 of 2 brokers answers; the certificate of ")
    assert result.verdict.sentence.endswith(
        "; clients cannot use the partitions of orders that it leads."
    )


def test_degraded_says_when_no_named_topic_is_stopped(probe: Probe, start: Start) -> None:
    good = start(topics={"orders": Topic()})
    good.script.brokers = [(1, "127.0.0.1", good.port), (2, "127.0.0.1", 1)]
    sentence = probe(good, topics=("orders",)).verdict.sentence
    assert sentence.endswith("; of the topics that were named it leads none.")
    assert probe(good).verdict.sentence.endswith(
        "; clients cannot use the partitions that it leads."
    )


def test_a_thousand_advertised_brokers_cost_a_bounded_time_and_it_is_said(
    probe: Probe, start: Start
) -> None:
    broker = start()
    places = [(i, "127.0.0.1", 1) for i in range(2, 1000)]
    broker.script.brokers = [(1, "127.0.0.1", broker.port)] + [
        (i, f"b-{i}.invalid.invalid", 9) for i, _, _ in places
    ]
    result = probe(broker)
    assert len(result.nodes) == 64
    assert result.nodes[0].stage("metadata").facts["broker_count"] == 999
    assert result.verdict.state == "degraded"
    assert result.verdict.sentence.startswith("1 of 64 brokers that were tested, of 999, answers; ")
    broker.script.brokers = broker.script.brokers[1:]
    assert (
        "None of the 63 brokers that were tested, of 998, can be" in probe(broker).verdict.sentence
    )


@pytest.mark.parametrize("host", ["", "a\0b", "x" * 300, "bad host", "ä.invalid"])
@pytest.mark.parametrize("port", [0, -1, 99999, 9])
def test_absurd_advertised_addresses_are_faults_and_no_accidents(
    probe: Probe, start: Start, host: str, port: int
) -> None:
    broker = start()
    broker.script.brokers = [(1, host, port)]
    assert verdict(probe(broker)).startswith("listener.")


def test_echoed_password_leaves_no_trace(probe: Probe, start: Start) -> None:
    broker = start(cluster_id="id-alice-secret", brokers=[(1, "alice-secret.invalid", 9)])
    result = probe(broker)
    assert "alice-secret" not in repr(result)


@pytest.mark.parametrize(
    "inward", ["169.254.169.254", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "0.0.0.0", "::"]
)
def test_an_advertised_address_that_points_inward_is_not_connected_to(
    probe: Probe, start: Start, inward: str
) -> None:
    result = probe(advertised(start, inward, 80))
    node = result.nodes[1]
    assert node.stage("resolve").state == "failed"
    assert node.stage("connect").state == "skipped"
    assert {"resolve.refused_target", "listener.loopback"} & set(codes(result))


@pytest.mark.parametrize("spelling", ["2852039166", "0251.0376.0251.0376", "0xa9fea9fe"])
def test_another_spelling_of_an_inward_address_leads_nowhere(
    probe: Probe, start: Start, spelling: str
) -> None:
    node = probe(advertised(start, spelling, 80)).nodes[1]
    assert node.stage("connect").state == "skipped"
