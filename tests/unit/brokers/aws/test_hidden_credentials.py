"""Credentials and passwords never show: not in logs at DEBUG, not in errors, not when printed."""

import json
import logging
import traceback
from collections.abc import Callable, Iterator

import boto3
import pytest

from brokers.aws import scram_secret
from brokers.aws.arn import ClusterArn
from brokers.aws.client import Aws
from brokers.aws.failures import AwsFailure
from brokers.aws.scram_secret import NotAScramSecret
from brokers.aws.sign_in import AccessKey, AssumedRole, HostChain, SignIn
from kalixweb.core.secret_value import SecretValue
from tests.fakes.aws import Account, Raw, Refused

ROLE = "arn:aws:iam::123456789012:role/kalixweb"
KEY_ID = "AKIACANARYCANARYCANA"
SECRET_KEY = "canary/SecretAccess+Key/nobodyMaySee0"
TOKEN = "FakeSessionToken0001"
PASSWORD = "canary-password-nobody-may-see"


class Seen(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def log() -> Iterator[Seen]:
    """Everything that is logged while the root logger and boto3's own are set to DEBUG."""
    seen, root = Seen(), logging.getLogger()
    before = root.level
    root.addHandler(seen)
    root.setLevel(logging.DEBUG)
    levels = {name: logging.getLogger(name).level for name in ("botocore", "boto3")}
    for name in levels:
        boto3.set_stream_logger(name, logging.DEBUG)
    yield seen
    root.removeHandler(seen)
    root.setLevel(before)
    for name, level in levels.items():
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).setLevel(level)


@pytest.fixture
def canaries(account: Account) -> list[str]:
    account.access_keys = {KEY_ID: account.identity}
    account.roles[ROLE] = "kalixweb-1"
    account.secrets["AmazonMSK_alice"].value = json.dumps(
        {"username": "alice", "password": PASSWORD}
    )
    return [KEY_ID, SECRET_KEY, PASSWORD, TOKEN, "ASIAFAKEFAKEFAKE0001", "fake/Session+Secret/0001"]


def sign_ins() -> dict[str, SignIn]:
    key = AccessKey(KEY_ID, SecretValue(SECRET_KEY))
    return {"host": HostChain(), "key": key, "role": AssumedRole(ROLE, "kalixweb-1", key)}


CALLS: list[Callable[[Aws, ClusterArn], object]] = [
    lambda aws, _: aws.call("sts", "get_caller_identity"),
    lambda aws, arn: aws.call("kafka", "describe_cluster_v2", ClusterArn=str(arn)),
    lambda aws, _: aws.call("kms", "describe_key", KeyId="alias/msk"),
    lambda aws, _: aws.call("ec2", "describe_subnets", required=("Subnets",)),
]


def work(aws: Aws, arn: ClusterArn) -> list[str]:
    """Each call once, also the one that reads a password; all that can be seen of it."""
    shown = []
    for call in CALLS:
        try:
            shown.append(str(type(call(aws, arn))))
        except AwsFailure as failure:
            shown += [json.dumps(failure.to_dict()), *everything(failure)]
    try:
        shown.append(repr(scram_secret.read_password(aws, "AmazonMSK_alice")))
    except NotAScramSecret as fact:
        shown += everything(fact)
    return [*shown, repr(aws), repr(vars(aws))]


def everything(error: Exception) -> list[str]:
    trace = "".join(traceback.format_exception(error))
    return [repr(error), str(error), repr(error.args), repr(vars(error)), trace]


@pytest.mark.parametrize("way", ["host", "key", "role"])
@pytest.mark.parametrize("trouble", ["none", "echo", "signature", "garbage", "not_scram"])
def test_nothing_of_them_shows(
    log: Seen,
    canaries: list[str],
    account: Account,
    arn: ClusterArn,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    way: str,
    trouble: str,
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    aws = Aws(sign_ins()[way], account.region)
    spoil(account, trouble, " ".join(used_by(way)))
    shown = work(aws, arn)
    assert len(shown) >= len(CALLS)
    captured = capfd.readouterr()
    for canary in canaries:
        for text in (*shown, *log.lines, captured.out, captured.err):
            assert canary not in text


def used_by(way: str) -> list[str]:
    """What the requests are signed with, as AWS might repeat it."""
    if way != "role":
        return [KEY_ID, SECRET_KEY]
    return ["ASIAFAKEFAKEFAKE0001", "fake/Session+Secret/0001/ofATestOnly0", f"{TOKEN}/+OfATest=="]


def spoil(account: Account, trouble: str, words: str) -> None:
    if trouble == "echo":
        for action in ("sts:GetCallerIdentity", "kafka:DescribeClusterV2", "kms:DescribeKey"):
            account.answer(action, Refused("NewException", f"You said {words}", 400))
    elif trouble == "signature":
        said = f"The Canonical String for this request should have been 'POST {words}'"
        account.answer("kms:DescribeKey", Refused("InvalidSignatureException", said, 400))
    elif trouble == "garbage":
        body = f"<html>{words}</html>"
        account.answer("kafka:DescribeClusterV2", Raw(body, 403, "text/html"))
        account.answer("ec2:DescribeSubnets", Raw(f"<not {words}", 200, "text/xml"))
        account.answer("kms:DescribeKey", Raw(f"[{words}]", 200))
    elif trouble == "not_scram":
        account.secrets["AmazonMSK_alice"].value = f'{{"user": "alice", "password": "{PASSWORD}"}}'


def test_sign_ins_show_no_key_when_they_are_printed() -> None:
    key = AccessKey(KEY_ID, SecretValue(SECRET_KEY), SecretValue("token-nobody-may-see"))
    for shown in (repr(key), f"{AssumedRole(ROLE, 'x', key)}"):
        for hidden in (KEY_ID, SECRET_KEY, "token-nobody-may-see"):
            assert hidden not in shown
