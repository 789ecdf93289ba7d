"""Taking a password over from Secrets Manager."""

import pytest

from brokers.aws.client import Aws
from brokers.aws.scram_secret import NotAScramSecret, read_password
from tests.fakes.aws import Account, Raw
from tests.fakes.aws.account import Held
from tests.unit.brokers.aws.conftest import failure_of

NAME = "AmazonMSK_alice"


def held(account: Account, value: str) -> Held:
    account.secrets[NAME].value = value
    return account.secrets[NAME]


def test_user_and_password(aws: Aws, account: Account) -> None:
    held(account, '{"password": "pa ss,=\\u00e4 ", "username": "alice"}')
    taken = read_password(aws, NAME)
    assert taken.user == "alice"
    assert taken.value.text() == "pa ss,=ä "
    assert "pa ss" not in repr(taken)


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("hidden", "not a JSON object"),
        ('["hidden"]', "not a JSON object"),
        ('"hidden"', "not a JSON object"),
        ("{}", "no password and no username"),
        ('{"username": "alice"}', "no password"),
        ('{"Username": "alice", "Password": "hidden"}', "letter case counts"),
        ('{"username": "alice", "password": "hidden", "engine": "x"}', "other keys"),
        ('{"username": "alice", "password": 12345}', "must be texts"),
        ('{"username": "", "password": "hidden"}', "not empty"),
        ('{"username": "alice", "password": "hidden\\ud800"}', "is no text"),
        ('{"username": "ali\\ud800ce", "password": "hidden"}', "is no text"),
        ("[" * 100_000, "not a JSON object"),
    ],
)
def test_what_else_a_value_may_be(aws: Aws, account: Account, value: str, word: str) -> None:
    held(account, value)
    with pytest.raises(NotAScramSecret) as refused:
        read_password(aws, NAME)
    assert word in str(refused.value)
    told: BaseException | None = refused.value
    while told:
        assert "hidden" not in repr(told)
        told = told.__context__


def test_a_value_that_is_a_number(aws: Aws, account: Account) -> None:
    account.answer("secretsmanager:GetSecretValue", Raw('{"SecretString": 5}'))
    with pytest.raises(NotAScramSecret, match="not a JSON object"):
        read_password(aws, NAME)


def test_an_answer_without_any_value(aws: Aws, account: Account) -> None:
    account.answer("secretsmanager:GetSecretValue", Raw("{}"))
    assert failure_of(lambda: read_password(aws, NAME)).kind == "malformed"


def test_a_secret_in_deletion_is_not_read(aws: Aws, account: Account) -> None:
    account.secrets[NAME].described["DeletedDate"] = account.now
    failure = failure_of(lambda: read_password(aws, NAME))
    assert failure.kind == "bad_request"
    assert "deletion" in failure.sentence


def test_a_key_that_may_not_be_used(aws: Aws, account: Account) -> None:
    account.deny("kms:Decrypt")
    failure = failure_of(lambda: read_password(aws, NAME))
    assert failure.kind == "denied"
    assert "kms:Decrypt" in failure.sentence
