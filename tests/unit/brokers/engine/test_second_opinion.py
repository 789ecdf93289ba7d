"""A real client beside our verdict: in a child that may crash, hang, be missing or disagree."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from brokers.engine import second_opinion
from brokers.engine.results import RunResult
from brokers.engine.second_opinion import Opinion
from brokers.engine.target import Target, TargetPolicy
from kalixweb.cli.main import main
from tests.fakes import pki
from tests.fakes.kafka import Broker
from tests.unit.brokers.engine.conftest import PASSWORD, House, MakeTarget, Probe, Start

Program = Callable[[str], None]


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Program:
    """Puts other code in the place of the client."""

    def put(code: str) -> None:
        file = tmp_path / "child.py"
        file.write_text(f"import json, os, signal, sys, time\n{code}\n", encoding="utf-8")
        monkeypatch.setattr(second_opinion, "PROGRAM", file)

    return put


def final_messages(broker: Broker) -> int:
    """How many logins the broker judged."""
    return broker.steps.count("final")


def ask(target: Target, ours: RunResult) -> Opinion:
    return second_opinion.run(target, ours, lambda: None)


def test_it_agrees_that_it_works(start: Start, target: MakeTarget, probe: Probe) -> None:
    broker = start()
    opinion = ask(target(broker), probe(broker))
    assert (opinion.state, opinion.agrees) == ("connects", True)
    assert opinion.client.startswith("librdkafka 2.")
    assert opinion.text == "logs in and is told of 1 broker."


def test_it_agrees_on_a_wrong_password_after_one_login(
    start: Start, target: MakeTarget, probe: Probe
) -> None:
    broker = start()
    ours = probe(broker, password="wrong-canary")
    before = final_messages(broker)
    servers = f"{broker.address},{broker.address.replace('127.0.0.1', 'localhost')}"
    opinion = ask(target(servers, password="wrong-canary"), ours)
    assert (opinion.state, opinion.agrees) == ("fails", True)
    assert "SASL authentication error" in opinion.text
    assert "canary" not in json.dumps(opinion.document())
    assert final_messages(broker) == before + 1, "one refused login, whatever servers there are"


def test_it_agrees_on_an_unknown_ca_and_on_refusal(
    start: Start, target: MakeTarget, probe: Probe, house: House
) -> None:
    broker = start()
    other = pki.authority("Somebody Else").pem
    opinion = ask(target(broker, ca_pem=other), probe(broker, ca_pem=other))
    assert (opinion.state, opinion.agrees) == ("fails", True)
    assert "certificate verify failed" in opinion.text
    opinion = ask(target("127.0.0.1:1"), probe("127.0.0.1:1"))
    assert (opinion.state, opinion.agrees) == ("fails", True)
    assert "refused" in opinion.text


def test_a_disagreement_is_told(start: Start, target: MakeTarget, probe: Probe) -> None:
    broker = start()
    opinion = ask(target(broker), probe("127.0.0.1:1"))
    assert (opinion.state, opinion.agrees) == ("connects", False)


def test_a_crash_is_an_answer(
    program: Program, start: Start, target: MakeTarget, probe: Probe
) -> None:
    program("os.kill(os.getpid(), signal.SIGSEGV)")
    broker = start()
    opinion = ask(target(broker), probe(broker))
    assert (opinion.state, opinion.agrees) == ("crashed", False)
    assert "crashed (SIGSEGV)" in opinion.text


def test_a_client_that_hangs_is_ended(
    program: Program,
    start: Start,
    target: MakeTarget,
    probe: Probe,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program("time.sleep(60)")
    monkeypatch.setattr(second_opinion, "_GRACE_SECONDS", -5.5)
    broker = start()
    assert ask(target(broker), probe(broker)).state == "silent"


def test_the_password_travels_on_standard_input_alone(
    program: Program, start: Start, target: MakeTarget, probe: Probe
) -> None:
    program(
        "order = sys.stdin.read()\n"
        "outside = repr(sys.argv) + repr(dict(os.environ))\n"
        f"assert {PASSWORD!r} in order and {PASSWORD!r} not in outside\n"
        f"print(json.dumps({{'client': 'x', 'errors': ['echo {PASSWORD}']}}))"
    )
    broker = start()
    opinion = ask(target(broker), probe(broker))
    assert (opinion.state, opinion.text) == ("fails", "echo [removed]")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"policy": TargetPolicy()}, "may not reach"),
        ({"password": " in front"}, "would alter the password"),
        ({"user": "a\0b"}, "would alter the user"),
    ],
)
def test_what_must_not_be_tried_is_not(
    start: Start, target: MakeTarget, probe: Probe, changes: dict[str, Any], why: str
) -> None:
    broker = start()
    ours = probe(broker)
    steps = list(broker.steps)
    opinion = ask(target(broker, **changes), ours)
    assert (opinion.state, opinion.agrees) == ("not_asked", None)
    assert why in opinion.text
    assert broker.steps == steps


def test_a_refused_advertised_broker_is_not_walked_to(
    start: Start, target: MakeTarget, probe: Probe
) -> None:
    broker = start()
    refused = probe(broker, policy=TargetPolicy())
    assert ask(target(broker), refused).state == "not_asked"


@pytest.fixture
def ca(house: House, tmp_path: Path) -> str:
    file = tmp_path / "ca.pem"
    file.write_bytes(house.root.pem)
    return str(file)


def command(*words: str) -> Any:
    given = ["probe", *words, "--user", "alice", "--password-file", "-", "--second-opinion"]
    return CliRunner().invoke(main, given, input=PASSWORD)


def test_the_command_shows_both_and_says_that_it_logs_in_twice(start: Start, ca: str) -> None:
    broker = start()
    result = command(broker.address, "--ca-cert", ca)
    assert result.exit_code == 0, result.output
    assert "librdkafka logs in once more as alice" in result.stderr
    assert "Second opinion  agrees" in result.stdout
    result = command(broker.address, "--ca-cert", ca, "-o", "json")
    opinion = json.loads(result.stdout)["second_opinion"]
    assert (opinion["state"], opinion["agrees"]) == ("connects", True)
    assert set(opinion) == {"client", "state", "text", "agrees", "took_ms"}
    assert PASSWORD not in result.output


def test_without_the_client_the_command_says_what_to_install(
    start: Start, ca: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_opinion, "is_installed", lambda: False)
    broker = start()
    result = command(broker.address, "--ca-cert", ca)
    assert result.exit_code == 3
    assert 'pip install "kalixweb[second-opinion]"' in result.stderr
    assert not broker.steps, "nothing was sent"
