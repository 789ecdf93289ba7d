"""Which of several causes is the one to mend first."""

from tests.fakes.kafka import closes
from tests.unit.probe.conftest import Probe, Start, codes, verdict


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
