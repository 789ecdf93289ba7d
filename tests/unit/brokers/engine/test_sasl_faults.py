"""Refused logins: in which round, by whom, and never twice."""

import base64

import pytest

from brokers.engine import platforms
from brokers.engine.login_gate import LoginGate
from brokers.engine.wait import Cancel, Deadline, DeadlinePassed
from tests.fakes.kafka import APACHE, Broker, Script, closes, says, stays_silent
from tests.unit.brokers.engine.conftest import PASSWORD, House, Probe, Start, codes, verdict

BOTH = ("SCRAM-SHA-512", "SCRAM-SHA-256")
OFFERS = {
    "other": (("SCRAM-SHA-256",), "sasl.mechanism_not_offered", "it offers SCRAM-SHA-256"),
    "iam": (("AWS_MSK_IAM",), "sasl.iam_only", "AWS_MSK_IAM"),
    "oauth": (("OAUTHBEARER",), "sasl.oauth_only", "OAUTHBEARER"),
    "several": (("GSSAPI", "OAUTHBEARER"), "sasl.mechanism_not_offered", "GSSAPI and OAUTHBEARER"),
}


@pytest.mark.parametrize("case", OFFERS)
def test_what_is_offered(probe: Probe, start: Start, case: str) -> None:
    mechanisms, code, words = OFFERS[case]
    result = probe(start(mechanisms=mechanisms))
    assert verdict(result) == code
    assert words in result.verdict.sentence
    assert result.nodes[0].stage("sasl-mechanism").facts["offered"] == list(mechanisms)


def test_not_enabled(probe: Probe, start: Start) -> None:
    assert verdict(probe(start(errors={"SaslHandshake": 34}))) == "sasl.not_enabled"
    without = {key: span for key, span in APACHE.items() if key not in {17, 36}}
    assert verdict(probe(start(apis=without))) == "sasl.not_enabled"


def test_unknown_user_is_asked_for_the_other_mechanism_without_a_proof(
    probe: Probe, start: Start
) -> None:
    broker = start(mechanisms=BOTH)
    result = probe(broker, user="bob")
    assert verdict(result) == "sasl.unknown_user"
    assert "nor for SCRAM-SHA-256" in result.verdict.sentence
    assert broker.steps.count("first") == 2
    assert "final" not in broker.steps
    assert broker.steps.count("ApiVersions") == 1
    assert broker.resumed == [False, True]


def test_unknown_user_is_asked_for_the_other_mechanism_without_resumption(
    probe: Probe, house: House
) -> None:
    users = {"SCRAM-SHA-256": {"bob": "x"}, "SCRAM-SHA-512": {}}
    with Broker(house.identity, Script(mechanisms=BOTH, users_of=users), tickets=False) as broker:
        assert verdict(probe(broker, user="bob")) == "sasl.user_of_other_mechanism"
    assert broker.resumed == [False, False]


def test_unknown_user_where_only_one_mechanism_is_offered(probe: Probe, start: Start) -> None:
    broker = start()
    assert verdict(probe(broker, user="bob")) == "sasl.unknown_user"
    assert broker.steps.count("first") == 1


def test_user_of_other_mechanism(probe: Probe, start: Start) -> None:
    users = {"SCRAM-SHA-256": {"bob": "x"}, "SCRAM-SHA-512": {}}
    broker = start(mechanisms=BOTH, users_of=users)
    result = probe(broker, user="bob")
    assert verdict(result) == "sasl.user_of_other_mechanism"
    assert "scram-sha-256" in result.verdict.action
    assert "final" not in broker.steps


PASSWORDS = {
    "wrong": ("nonsense", "sasl.wrong_password"),
    "line end": (PASSWORD + "\n", "sasl.wrong_password_whitespace"),
    "space before": (" " + PASSWORD, "sasl.wrong_password_whitespace"),
    "base64": (base64.b64encode(PASSWORD.encode()).decode(), "sasl.wrong_password_encoded"),
    "quoted": (f'"{PASSWORD}"', "input.value_quoted"),
    "json": ('{"username": "alice", "password": "alice-secret"}', "input.value_is_json"),
}


@pytest.mark.parametrize("case", PASSWORDS)
def test_wrong_password(probe: Probe, start: Start, case: str) -> None:
    password, code = PASSWORDS[case]
    broker = start()
    result = probe(broker, password=password)
    assert verdict(result) == code
    assert broker.steps.count("final") == 1
    assert any(c.startswith("sasl.wrong_password") for c in codes(result))
    assert password.strip() not in str(result.document)


def test_a_login_at_msk_that_is_refused_may_be_too_early(
    probe: Probe, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platforms, "is_msk", lambda _: True)
    for changes in ({"user": "bob"}, {"password": "nonsense"}):
        result = probe(start(), **changes)
        assert "less than ten minutes ago, wait and test again" in result.verdict.action


def test_server_that_does_not_tell_unknown_users_apart(probe: Probe, start: Start) -> None:
    apis = {key: span for key, span in APACHE.items() if key != 27}
    result = probe(start(apis=apis, refuses_late=True), user="bob")
    assert verdict(result) == "sasl.wrong_password"
    assert "the user or the password is wrong" in result.verdict.sentence


def test_user_with_prefix_or_white_space_becomes_the_verdict(probe: Probe, start: Start) -> None:
    result = probe(start(), user="User:alice")
    assert (verdict(result), codes(result)[-1]) == ("input.user_prefix", "sasl.unknown_user")
    assert verdict(probe(start(), user="alice ")) == "input.whitespace"
    assert verdict(probe(start(), user="älice")) == "input.user_not_ascii"


def test_plain_rejected_says_so_of_both(probe: Probe, start: Start) -> None:
    broker = start(mechanisms=("PLAIN",))
    assert verdict(probe(broker, auth="plain", password="wrong")) == "sasl.plain_rejected"
    result = probe(broker, auth="plain", password=PASSWORD + " ")
    assert "ends with a space" in result.verdict.sentence


def test_broker_that_cannot_prove_itself(probe: Probe, start: Start) -> None:
    result = probe(start(forged_signature=True))
    assert verdict(result) == "sasl.broker_cannot_prove_itself"
    assert result.nodes[0].stage("metadata").state == "skipped"


@pytest.mark.parametrize("iterations", [1, 4095, 1_000_001, 20_000_000])
def test_unacceptable_iterations_send_no_proof(probe: Probe, start: Start, iterations: int) -> None:
    broker = start(iterations=iterations)
    result = probe(broker)
    assert verdict(result) == "sasl.unacceptable_iterations"
    assert f"{iterations:,}" in result.verdict.sentence
    assert "final" not in broker.steps


SAYS = {
    "closed first": ({"instead": {"first": closes}}, "sasl.closed"),
    "closed final": ({"instead": {"final": closes}}, "sasl.closed"),
    "closed handshake": ({"instead": {"SaslHandshake": closes}}, "sasl.closed"),
    "silent first": ({"instead": {"first": stays_silent}}, "sasl.silent"),
    "silent handshake": ({"instead": {"SaslHandshake": stays_silent}}, "sasl.silent"),
    "error": ({"errors": {"final": 56}}, "sasl.broken"),
    "handshake error": ({"errors": {"SaslHandshake": 7}}, "sasl.broken"),
    "malformed": (
        {"instead": {"final": says(b"\0\0\0\5\0\0\0\4\xff", hold=True)}},
        "kafka.malformed",
    ),
}


@pytest.mark.parametrize("case", SAYS)
def test_broken_logins(probe: Probe, start: Start, case: str) -> None:
    knobs, code = SAYS[case]
    assert verdict(probe(start(**knobs))) == code


def test_one_refused_login_a_run(probe: Probe, start: Start) -> None:
    brokers = [start() for _ in range(4)]
    result = probe(",".join(b.address for b in brokers), password="wrong")
    assert verdict(result) == "sasl.wrong_password"
    assert sum(b.steps.count("final") for b in brokers) == 1
    assert sum(b.steps.count("first") for b in brokers) == 1
    states = sorted(node.stage("sasl-login").state for node in result.nodes)
    assert states == ["failed", "skipped", "skipped", "skipped"]


def test_one_refused_login_though_another_node_accepted_it(probe: Probe, start: Start) -> None:
    good = start()
    others = [start(users={"alice": "of another cluster"}) for _ in range(4)]
    good.script.brokers = [(i, "127.0.0.1", b.port) for i, b in enumerate((good, *others))]
    sentence = probe(good).verdict.sentence
    assert sentence.startswith("1 of 5 brokers answers, and 3 were not tried any more; ")
    assert sum(b.steps.count("final") for b in others) == 1


def test_several_bootstrap_servers_log_in_one_after_the_other() -> None:
    gate, deadline = LoginGate(), Deadline.after(5, "run")
    with Cancel() as cancel:
        assert gate.enter(deadline, cancel)
        gate.leave(accepted=True, spent=False)
        assert gate.enter(deadline, cancel)
        for shared in (False, True):
            with pytest.raises(DeadlinePassed):
                gate.enter(Deadline.after(0.05, "run"), cancel, shared=shared)
        gate.leave(accepted=False, spent=True)
        assert not gate.enter(deadline, cancel)


def test_brokers_of_one_cluster_log_in_at_once_until_one_refuses() -> None:
    gate, deadline = LoginGate(), Deadline.after(5, "run")
    with Cancel() as cancel:
        assert gate.enter(deadline, cancel, shared=True)
        gate.leave(accepted=True, spent=False, shared=True)
        assert all(gate.enter(deadline, cancel, shared=True) for _ in range(3))
        with pytest.raises(DeadlinePassed):
            gate.enter(Deadline.after(0.05, "run"), cancel)
        gate.leave(accepted=False, spent=True, shared=True)
        gate.leave(accepted=True, spent=False, shared=True)
        assert not gate.enter(deadline, cancel, shared=True)


def test_a_login_that_was_not_refused_lets_the_next_node_try(probe: Probe, start: Start) -> None:
    silent, good = start(instead={"first": closes}), start()
    good.script.brokers = [(1, "127.0.0.1", good.port), (2, "127.0.0.1", silent.port)]
    result = probe(f"{silent.address},{good.address}")
    assert result.verdict.state == "degraded"
    assert result.verdict.sentence.startswith("1 of 2 brokers answers; ")


def test_refusal_that_echoes_the_login_is_cleaned(probe: Probe, start: Start) -> None:
    secret = "correct-horse"
    broker = start(mechanisms=("PLAIN",), message=f"alice/{secret}: \x1b[31mno\u202e")
    result = probe(broker, auth="plain", password=secret)
    raw = result.nodes[0].stage("sasl-login").raw
    assert raw == "alice/[removed]: \ufffd[31mno\ufffd"
