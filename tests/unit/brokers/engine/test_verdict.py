"""Which of several causes is the one to mend first."""

from tests.fakes.kafka import Topic, closes
from tests.unit.brokers.engine.conftest import Probe, Start, codes, verdict


def test_the_node_that_came_furthest_shows_what_stops_a_client(probe: Probe, start: Start) -> None:
    broker = start()
    result = probe(f"127.0.0.1:1,b-1.kafka.invalid:9096,{broker.address}", password="wrong")
    assert verdict(result) == "sasl.wrong_password"
    assert result.verdict.node == broker.address
    assert result.verdict.sentence.startswith("None of the 3 bootstrap servers can be used; ")
    assert codes(result) == ["connect.refused", "resolve.not_found", "sasl.wrong_password"]


def test_one_dead_bootstrap_server_degrades(probe: Probe, start: Start) -> None:
    broker = start()
    result = probe(f"127.0.0.1:1,{broker.address}")
    assert result.verdict.state == "degraded"
    assert result.verdict.sentence.startswith("1 of 2 bootstrap servers answers; 127.0.0.1:1 ")


def test_no_reachable_broker_is_a_failure_though_the_bootstrap_answers(
    probe: Probe, start: Start
) -> None:
    broker = start(brokers=[(1, "127.0.0.1", 1), (2, "127.0.0.1", 2)])
    result = probe(broker)
    assert result.verdict.state == "failed"
    assert result.verdict.sentence.startswith("None of the 2 brokers can be used; broker ")


def test_a_warning_of_the_input_alone_only_warns(probe: Probe, start: Start) -> None:
    broker = start(users={"alice": " alice-secret"})
    result = probe(broker, password=" alice-secret")
    assert result.verdict.state == "warned"
    assert verdict(result) == "input.whitespace"
    assert result.verdict.sentence.endswith("works; but the password starts with a space.")


def test_reach_is_what_the_worst_node_passed(probe: Probe, start: Start) -> None:
    assert probe(start(instead={"Metadata": closes})).reach == 6
    assert probe("127.0.0.1:1").reach == 1
    assert probe("https://x:1").reach == 0


def test_a_dead_broker_is_not_blamed_on_a_dead_bootstrap_server(probe: Probe, start: Start) -> None:
    one, two = start(), start()
    places = [(1, one.port), (2, two.port), (3, 2)]
    one.script.brokers = [(broker, "127.0.0.1", port) for broker, port in places]
    result = probe(f"127.0.0.1:1,{one.address}")
    assert (result.verdict.state, result.verdict.node) == ("degraded", "127.0.0.1:2")
    assert result.verdict.sentence.startswith("2 of 3 brokers answer; broker 3 tells clients ")


def test_a_right_that_is_missing_weighs_more_than_a_part_that_is(
    probe: Probe, start: Start
) -> None:
    broker = start(topics={"orders": Topic(operations={4, 8})})
    result = probe(f"127.0.0.1:1,{broker.address}", topics=("orders",))
    assert (result.verdict.state, verdict(result)) == ("failed", "rights.read_denied")
    assert "connect.refused" in codes(result)
