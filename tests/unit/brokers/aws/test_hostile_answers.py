"""Answers with anything missing, emptied or replaced: a check may be unsure, and never breaks."""

import random
from typing import Any

import pytest

from brokers.aws import evaluation, policy_statements
from brokers.aws.checks import CHECKS
from tests.unit.brokers.aws.answers import Answers, failure

STRANGE = ["", "x", "\x00\u202e", "0", "*", "[" * 40, "a:b", "-1", "0.0.0.0/99"]


def places(part: Any) -> list[tuple[Any, Any]]:
    """Every value in an answer, by what holds it and under which key."""
    items = part.items() if isinstance(part, dict) else enumerate(part)
    found = []
    for key, value in list(items):
        found.append((part, key))
        if isinstance(value, dict | list):
            found += places(value)
    return found


def damage(chance: random.Random, answers: Answers) -> None:
    """As botocore may give it back: of the right kind, or not there."""
    holder, key = chance.choice(
        places({k: v for k, v in answers.answers.items() if v.__class__ is dict})
    )
    value = holder[key]
    if chance.random() < 0.3 and isinstance(key, str) and key in holder:
        if len(holder) != len(answers.answers):
            del holder[key]
    elif isinstance(value, dict | list):
        value.clear()
    elif isinstance(value, bool):
        holder[key] = not value
    elif isinstance(value, str):
        holder[key] = chance.choice(STRANGE)
    elif isinstance(value, bytes):
        holder[key] = chance.choice([b"", b"\xff\xfe", b"\\u12", b"=\n:\n\\"])
    elif isinstance(value, int):
        holder[key] = chance.choice([0, -1, 99999])


@pytest.mark.parametrize("seed", range(20))
def test_a_check_never_breaks(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(15):
        answers = Answers()
        for _ in range(chance.randint(1, 4)):
            damage(chance, answers)
        facts = answers.facts()
        for check in CHECKS.values():
            found = evaluation.evaluate(check, facts)
            evaluation.fix_of(check, found, facts)
            assert found.state in {"pass", "fail", "could_not_tell", "skipped"}
            assert found.sentence


def test_a_key_that_is_no_text_breaks_no_denial() -> None:
    answers = Answers()
    answers["secret"]["KmsKeyId"] = 5
    answers["topic orders"] = failure("denied", "kafka:DescribeTopic")
    answers["strings"] = failure("denied", "kafka:GetBootstrapBrokers")
    for check in CHECKS.values():
        found = evaluation.evaluate(check, answers.facts())
        assert found.sentence
    assert answers.evaluate("topics").missing_action == "kafka:DescribeTopic"


def test_a_fault_in_what_lifts_a_denial_stays_in_its_check(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object) -> str:
        raise TypeError

    monkeypatch.setattr(policy_statements, "allowing", broken)
    answers = Answers()
    answers["strings"] = failure("denied", "kafka:GetBootstrapBrokers")
    assert answers.evaluate("bootstrap_servers").state == "could_not_tell"
