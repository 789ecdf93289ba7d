"""Servers that mean harm, and stopping: bounded time, bounded memory, one named fault."""

import random
import socket
import threading
import time
import tracemalloc

import pytest

from brokers.engine.runner import run
from brokers.engine.target import Limits
from brokers.engine.wait import Cancel
from tests.fakes.kafka import Act, drips, says, stays_silent
from tests.unit.brokers.engine.conftest import MakeTarget, Probe, Start, codes, verdict

STEPS = {
    "ApiVersions": "kafka.silent",
    "SaslHandshake": "sasl.silent",
    "first": "sasl.silent",
    "final": "sasl.silent",
    "Metadata": "metadata.silent",
}


@pytest.mark.parametrize("step", STEPS)
def test_dripping_bytes_end_at_the_limit_of_the_answer(
    probe: Probe, start: Start, step: str
) -> None:
    started = time.monotonic()
    result = probe(start(instead={step: drips}))
    assert time.monotonic() - started < 4
    found = verdict(result)
    assert found in {STEPS[step], "kafka.not_kafka"}


def endless_headers(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n")
    while True:
        connection.sendall(b"X-More: " + b"x" * 8000 + b"\r\n")


def huge_frame(connection: socket.socket) -> None:
    """As large as an answer may be, and more than was asked for."""
    connection.sendall((4 * 1024 * 1024).to_bytes(4, "big"))
    while True:
        connection.sendall(bytes(65536))


@pytest.mark.parametrize(
    ("floods", "step", "codes_"),
    [
        (endless_headers, "ApiVersions", {"kafka.https"}),
        (huge_frame, "ApiVersions", {"kafka.malformed", "kafka.not_kafka", "kafka.silent"}),
        (huge_frame, "first", {"kafka.malformed", "sasl.silent"}),
        (huge_frame, "Metadata", {"kafka.malformed", "metadata.silent"}),
    ],
)
def test_a_flood_costs_a_bounded_time_and_memory(
    probe: Probe, start: Start, floods: Act, step: str, codes_: set[str]
) -> None:
    broker = start(instead={step: floods})
    probe(broker)  # what a process does for the first time
    tracemalloc.start()
    started = time.monotonic()
    result = probe(broker)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert verdict(result) in codes_, verdict(result)
    assert time.monotonic() - started < 6
    assert most < 32_000_000


def test_node_and_run_limits_say_where_the_node_stood(probe: Probe, start: Start) -> None:
    broker = start(instead={"first": stays_silent})
    node = Limits(answer=5, node=0.6, run=5)
    result = probe(broker, limits=node)
    assert verdict(result) == "run.deadline"
    assert "stood at sasl-login" in result.verdict.sentence
    run_ = Limits(answer=5, node=5, run=0.6)
    result = probe(broker, limits=run_)
    assert verdict(result) == "run.deadline"
    assert "The run's 0.6 s" in result.verdict.sentence


def test_stopping_takes_less_than_half_a_second(start: Start, target: MakeTarget) -> None:
    broker = start(instead={"Metadata": stays_silent})
    limits = Limits(answer=20, node=20, run=20)
    with Cancel() as cancel:
        timer = threading.Timer(0.5, cancel.set)
        started = time.monotonic()
        timer.start()
        *_, last = run(target(broker, limits=limits), cancel)
        took = time.monotonic() - started
    assert took < 1.0
    assert last.stopped
    assert verdict(last) == "run.stopped"
    assert last.nodes[0].stage("sasl-login").state == "passed"


def test_a_run_that_is_left_early_leaves_no_thread(start: Start, target: MakeTarget) -> None:
    broker = start(instead={"ApiVersions": stays_silent})
    results = run(target(broker, limits=Limits(answer=20, node=20)))
    for result in results:
        if result.nodes[0].stage("kafka").state == "running":
            break
    results.close()
    assert not [t for t in threading.enumerate() if t.name == "probe-node"]


@pytest.mark.parametrize("step", STEPS)
def test_random_answers_are_named(probe: Probe, start: Start, step: str) -> None:
    noise = random.Random(step)
    for size in (0, 1, 3, 4, 5, 8, 11, 40):
        body = noise.randbytes(size)
        framed = len(body).to_bytes(4, "big") + body
        for data in (body, framed):
            result = probe(start(instead={step: says(data)}))
            assert verdict(result), (step, data)
            assert result.nodes[0].state == "failed"


def test_bugs_are_raised_to_the_caller(
    start: Start, target: MakeTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("brokers.engine.stages.kafka.run", breaks)
    with pytest.raises(ZeroDivisionError):
        list(run(target(start())))


def test_an_echo_of_every_login_message_is_removed(probe: Probe, start: Start) -> None:
    secret = "correct horse"
    broker = start(mechanisms=("PLAIN",), users={"alice": secret}, cluster_id="correct%20horse")
    result = probe(broker, auth="plain", password=secret)
    assert result.cluster.id == "[removed]"
    assert codes(result) == []
