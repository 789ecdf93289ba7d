"""The checks that look at the user's secret and its key."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from brokers.aws.calls import calls_of
from brokers.aws.cluster_facts import NotKnown
from tests.unit.brokers.aws.answers import ARN, Answers, failure

Change = Callable[[Answers], object]
SECRET_CHECKS = (
    "user_associated",
    "secret_prefix",
    "customer_key",
    "key_usable",
    "same_account_and_region",
    "secret_alive",
    "secret_policy",
)
MSK = {"Service": "kafka.amazonaws.com"}
READ = "secretsmanager:getSecretValue"


def secret(**fields: Any) -> Change:
    return lambda a: a["secret"].update(fields)


def key(**fields: Any) -> Change:
    return lambda a: a["key"]["KeyMetadata"].update(fields)


def policy(*statements: object) -> Change:
    text = json.dumps({"Statement": statements[0] if len(statements) == 1 else statements})
    return lambda a: a["policy"].update(ResourcePolicy=text)


def allow(principal: object = MSK, action: object = READ, **more: object) -> dict[str, object]:
    return {"Effect": "Allow", "Principal": principal, "Action": action} | more


def deny(principal: object = MSK, action: object = READ, **more: object) -> dict[str, object]:
    return allow(principal, action, **more) | {"Effect": "Deny", "Sid": "No"}


def named(name: str, suffix: str = "AbCdEf") -> str:
    return f"arn:aws:secretsmanager:eu-central-1:123456789012:secret:{name}-{suffix}"


def associated(*arns: str) -> Change:
    return lambda a: a["secrets"].update(SecretArnList=list(arns))


def gone(answers: Answers) -> None:
    answers["secret"] = failure("not_found")


def both(*changes: Change) -> Change:
    return lambda answers: [change(answers) for change in changes]


PASSES: list[tuple[str, Change]] = [
    ("user_associated", associated(named("AmazonMSK_alice"))),
    ("user_associated", associated(named("amazonmsk_alice"))),
    ("user_associated", associated(named("AMAZONMSK_bob"), named("AmazonMSK_alice"))),
    ("customer_key", secret(KmsKeyId="alias/aws/secretsmanager")),
    ("key_usable", key(KeySpec=None, CustomerMasterKeySpec="SYMMETRIC_DEFAULT")),
    ("secret_policy", policy(allow())),
    ("secret_policy", policy(allow(action="secretsmanager:*"))),
    ("secret_policy", policy(allow(action="secretsmanager:Get*"))),
    ("secret_policy", policy(allow(action="SecretsManager:GETSECRETVALUE"))),
    ("secret_policy", policy(allow(action="secretsmanager:GetSecret?alue"))),
    ("secret_policy", policy(allow(action="*"))),
    ("secret_policy", policy(allow(action=["secretsmanager:DescribeSecret", READ]))),
    ("secret_policy", policy(allow({"Service": ["lambda.amazonaws.com", *MSK.values()]}))),
    ("secret_policy", policy(allow({"Service": "KAFKA.amazonaws.com"}))),
    ("secret_policy", policy(allow("*"))),
    ("secret_policy", policy(allow({"AWS": "*"}))),
    ("secret_policy", policy(allow(Resource="*"), allow({"AWS": "arn:aws:iam::1:root"}))),
    ("secret_policy", policy(allow(), deny({"AWS": "arn:aws:iam::1:root"}))),
    ("secret_policy", policy(allow(), deny(action="secretsmanager:DeleteSecret"))),
    ("secret_policy", policy(allow(), deny("*", Condition={"Bool": {"aws:SecureTransport": 0}}))),
]

FAILS: list[tuple[str, Change, str]] = [
    ("user_associated", associated(), "No secret"),
    ("user_associated", associated(named("AmazonMSK_bob")), "AmazonMSK_alice exists"),
    ("user_associated", associated(named("AmazonMSK_Alice")), "AmazonMSK_alice exists"),
    ("user_associated", both(associated(), gone), "No secret"),
    ("secret_prefix", secret(Name="amazonmsk_alice"), "amazonmsk_alice AmazonMSK_"),
    ("secret_prefix", secret(Name="alice"), "alice AmazonMSK_"),
    ("customer_key", lambda a: a["secret"].pop("KmsKeyId"), "aws/secretsmanager"),
    ("key_usable", key(KeyManager="AWS"), "AWS"),
    ("key_usable", key(KeyState="Disabled"), "Disabled"),
    ("key_usable", key(KeyState="PendingDeletion"), "PendingDeletion"),
    ("key_usable", key(KeySpec="RSA_2048"), "RSA_2048"),
    ("key_usable", key(KeyManager="AWS", KeySpec=None), "AWS"),
    (
        "same_account_and_region",
        associated(named("AmazonMSK_alice").replace("eu-central-1", "eu-west-1")),
        "eu-west-1 eu-central-1",
    ),
    (
        "same_account_and_region",
        associated(named("AmazonMSK_alice").replace("123456789012", "210987654321")),
        "210987654321 123456789012",
    ),
    ("secret_alive", secret(DeletedDate=datetime(2026, 12, 4, tzinfo=UTC)), "2026-12-04"),
    ("secret_alive", gone, "AmazonMSK_alice associated not exist"),
    ("secret_policy", lambda a: a["policy"].pop("ResourcePolicy"), "kafka.amazonaws.com"),
    ("secret_policy", policy(allow(action="secretsmanager:[A-Z]*")), "read"),
    ("secret_policy", policy(allow(action="*?" * 60)), "read"),
    ("secret_policy", policy(allow({"Service": "lambda.amazonaws.com"})), "kafka.amazonaws.com"),
    ("secret_policy", policy(allow({"AWS": "arn:aws:iam::1:root"})), "kafka.amazonaws.com"),
    ("secret_policy", policy(allow(action="secretsmanager:DescribeSecret")), "GetSecretValue"),
    ("secret_policy", policy(allow(Resource=named("AmazonMSK_bob"))), "GetSecretValue"),
    ("secret_policy", policy({"Effect": "Allow", "Principal": MSK, "NotAction": READ}), "read"),
    ("secret_policy", policy(allow(), deny()), "denies"),
    ("secret_policy", policy(allow(), deny("*", "secretsmanager:*")), "denies"),
    (
        "secret_policy",
        policy(allow(), {"Effect": "Deny", "NotPrincipal": {"AWS": "x"}, "Action": "*"}),
        "denies",
    ),
]

UNSURE: list[tuple[str, Change, str]] = [
    (
        "user_associated",
        both(associated(named("AmazonMSK_bob"), named("AmazonMSK_carol")), gone),
        "AmazonMSK_bob AmazonMSK_carol alice values",
    ),
    ("user_associated", lambda a: a["secrets"].clear(), "ListScramSecrets SecretArnList"),
    ("secret_prefix", lambda a: a["secret"].clear(), "DescribeSecret Name"),
    ("customer_key", lambda a: a["secret"].clear(), "DescribeSecret Name"),
    ("customer_key", gone, "AmazonMSK_alice"),
    ("secret_alive", lambda a: a["secret"].clear(), "DescribeSecret Name"),
    ("secret_alive", both(associated(named("AmazonMSK_bob")), gone), "no secret AmazonMSK_alice"),
    ("key_usable", lambda a: a["key"].clear(), "DescribeKey KeyMetadata"),
    ("key_usable", key(KeyState=None), "DescribeKey KeyState"),
    ("key_usable", gone, "AmazonMSK_alice"),
    (
        "same_account_and_region",
        both(associated(), lambda a: a["secret"].pop("ARN")),
        "DescribeSecret ARN",
    ),
    ("secret_policy", lambda a: a["policy"].clear(), "GetResourcePolicy"),
    ("secret_policy", lambda a: a["policy"].update(ResourcePolicy="<xml/>"), "GetResourcePolicy"),
    ("secret_policy", gone, "AmazonMSK_alice"),
    (
        "secret_policy",
        both(secret(DeletedDate=1), lambda a: a["policy"].pop("ResourcePolicy")),
        "being deleted",
    ),
]


@pytest.mark.parametrize("check", SECRET_CHECKS)
def test_healthy(check: str) -> None:
    found = Answers().evaluate(check)
    assert (found.state, found.action) == ("pass", "")


@pytest.mark.parametrize(("check", "change"), PASSES)
def test_passes(check: str, change: Change) -> None:
    answers = Answers()
    change(answers)
    assert answers.evaluate(check).state == "pass"


@pytest.mark.parametrize(("check", "change", "words"), FAILS)
def test_fails(check: str, change: Change, words: str) -> None:
    answers = Answers()
    change(answers)
    found = answers.evaluate(check)
    assert found.state == "fail"
    assert found.action
    for word in words.split():
        assert word in found.sentence
    assert answers.fix_of(check)


@pytest.mark.parametrize(("check", "change", "words"), UNSURE)
def test_could_not_tell(check: str, change: Change, words: str) -> None:
    answers = Answers()
    change(answers)
    found = answers.evaluate(check)
    assert (found.state, found.missing_action) == ("could_not_tell", None)
    for word in words.split():
        assert word in found.sentence


@pytest.mark.parametrize("check", SECRET_CHECKS)
def test_without_a_user_nothing_fails(check: str) -> None:
    answers = Answers()
    associated()(answers)
    gone(answers)
    assert answers.evaluate(check, user=None).state == "could_not_tell"


DENIALS = [
    ("secrets", "kafka:ListScramSecrets", {"user_associated"}),
    (
        "secret",
        "secretsmanager:DescribeSecret",
        {"secret_prefix", "customer_key", "key_usable", "secret_alive"},
    ),
    ("policy", "secretsmanager:GetResourcePolicy", {"secret_policy"}),
    ("key", "kms:DescribeKey", {"key_usable"}),
]


@pytest.mark.parametrize(("fact", "action", "own"), DENIALS)
def test_a_denied_call_turns_only_its_own_checks(fact: str, action: str, own: set[str]) -> None:
    answers = Answers()
    answers[fact] = failure("denied", action)
    if fact == "secret":
        answers["key"] = answers[fact]
    for check in SECRET_CHECKS:
        found = answers.evaluate(check)
        assert found.state == ("could_not_tell" if check in own else "pass"), check
        assert found.missing_action == (action if check in own else None)
        if check in own:
            assert action in found.sentence
            assert json.loads(found.statement or "")["Action"] == action


def test_a_denied_description_leaves_it_open_whether_the_secret_exists() -> None:
    answers = Answers()
    associated(named("AmazonMSK_bob"))(answers)
    answers["secret"] = failure("denied", "secretsmanager:DescribeSecret")
    found = answers.evaluate("user_associated")
    assert (found.state, found.missing_action) == (
        "could_not_tell",
        "secretsmanager:DescribeSecret",
    )


def test_a_replica_is_named_as_one() -> None:
    answers = Answers()
    secret(PrimaryRegion="us-east-1")(answers)
    found = answers.evaluate("secret_alive")
    assert found.state == "pass"
    assert "replica" in found.sentence
    assert "us-east-1" in found.sentence
    secret(DeletedDate=datetime(2026, 12, 4, tzinfo=UTC))(answers)
    assert "replica of the secret in us-east-1" in answers.evaluate("secret_alive").sentence
    secret(PrimaryRegion="eu-central-1")(answers)
    assert "replica" not in answers.evaluate("secret_alive").sentence


@pytest.mark.parametrize(("minutes", "is_told"), [(3, True), (11, False)])
def test_a_change_of_the_last_ten_minutes_is_told(minutes: int, is_told: bool) -> None:
    answers = Answers()
    secret(LastChangedDate=datetime.now(tz=UTC) - timedelta(minutes=minutes))(answers)
    found = answers.evaluate("secret_alive")
    assert found.state == "pass"
    assert ("less than ten minutes ago" in found.sentence) == is_told


def test_a_name_that_ends_like_an_arn_is_not_cut_twice() -> None:
    answers = Answers()
    associated(named("AmazonMSK_svc-orders"))(answers)
    assert answers.evaluate("user_associated", user="svc-orders").state == "pass"
    assert answers.evaluate("user_associated", user="svc").state != "pass"


def test_the_command_fills_in_what_is_known() -> None:
    answers = Answers()
    associated(named("AmazonMSK_bob"))(answers)
    how = answers.fix_of("user_associated")
    assert how
    assert f"--cluster-arn {ARN}" in how.cli
    assert f"--secret-arn-list {answers['secret']['ARN']}" in how.cli
    assert "UnprocessedScramSecrets" in answers.evaluate("user_associated").action


def test_gathering_asks_for_nothing_without_a_user() -> None:
    facts = Answers().facts(user=None)
    for name in ("secret", "policy"):
        with pytest.raises(NotKnown):
            calls_of(facts)[name].make(None, facts)  # type: ignore[arg-type]
