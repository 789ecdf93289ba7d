"""The door to AWS over real HTTP: retries, counting, pages, roles, and being stopped."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.credentials import CredentialResolver
from botocore.signers import RequestSigner

from brokers.aws import client
from brokers.aws.arn import ClusterArn
from brokers.aws.client import Aws
from brokers.aws.sign_in import AccessKey, AssumedRole, HostChain
from kalixweb.core.secret_value import SecretValue
from tests.fakes.aws import Account, FakeAws, Raw
from tests.fakes.aws.account import KEY_ID, SECRET_KEY
from tests.unit.brokers.aws.conftest import failure_of

ROLE = "arn:aws:iam::123456789012:role/kalixweb"
KEY = AccessKey(KEY_ID, SecretValue(SECRET_KEY))


def describe(aws: Aws, arn: ClusterArn) -> dict:
    return aws.call("kafka", "describe_cluster_v2", required=("ClusterInfo",), ClusterArn=str(arn))


def test_an_answer_is_what_the_account_holds(aws: Aws, arn: ClusterArn, account: Account) -> None:
    assert describe(aws, arn)["ClusterInfo"] == account.cluster("orders")
    assert aws.calls == 1 == len(account.requests)


def test_throttling_is_waited_out_and_every_request_counted(
    aws: Aws, arn: ClusterArn, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "_FIRST_WAIT", 0.001)
    account.throttle(0.3)
    for _ in range(100):
        describe(aws, arn)
    assert aws.calls == len(account.requests)
    assert aws.calls > 120


def test_throttling_without_end_is_given_up_in_time(
    aws: Aws, arn: ClusterArn, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "_SECONDS", 1.0)
    account.throttle(1.0)
    begun = time.monotonic()
    failure = failure_of(lambda: describe(aws, arn))
    assert failure.kind == "throttled"
    assert failure.missing_action is None
    assert time.monotonic() - begun < 2


def test_an_outage_is_tried_again(aws: Aws, arn: ClusterArn, account: Account) -> None:
    account.answer("kafka:DescribeClusterV2", Raw("<html>busy</html>", 503, "text/html"), times=2)
    assert describe(aws, arn)
    assert aws.calls == 3


def test_silence_is_waited_for_twice(
    aws: Aws, arn: ClusterArn, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        client, "CONFIG", client.CONFIG.merge(type(client.CONFIG)(read_timeout=0.2))
    )
    account.delay(1.0)
    failure = failure_of(lambda: describe(aws, arn))
    assert failure.kind == "timeout"
    assert aws.calls == 2


def test_what_cannot_change_is_not_asked_again(aws: Aws, arn: ClusterArn, account: Account) -> None:
    account.deny("kafka:DescribeClusterV2")
    failure_of(lambda: describe(aws, arn))
    assert aws.calls == 1


def test_pages_are_followed_to_the_last(aws: Aws, arn: ClusterArn, account: Account) -> None:
    account.page_size(1)
    pages = aws.pages("kafka", "list_scram_secrets", "SecretArnList", ClusterArn=str(arn))
    assert list(pages) == account.scram[str(arn)]
    assert aws.calls == 3


def test_pages_without_end_are_left(aws: Aws, arn: ClusterArn, account: Account) -> None:
    same = Raw('{"secretArnList": ["a"], "nextToken": "again"}')
    account.answer("kafka:ListScramSecrets", same)
    pages = aws.pages("kafka", "list_scram_secrets", "SecretArnList", ClusterArn=str(arn))
    failure = failure_of(lambda: list(pages))
    assert failure.kind == "malformed"
    assert aws.calls == 2


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{}",
        "[]",
        "nonsense",
        '{"clusterInfo": null}',
        '{"clusterInfo": "x"}',
        "[" * 100_000,
        '{"clusterInfo": {',
    ],
)
def test_a_document_of_something_else_is_malformed(
    aws: Aws, arn: ClusterArn, account: Account, body: str
) -> None:
    account.answer("kafka:DescribeClusterV2", Raw(body))
    failure = failure_of(lambda: describe(aws, arn))
    assert failure.kind == "malformed"
    assert failure.missing_action is None


def test_a_list_that_is_missing_is_not_an_empty_one(
    aws: Aws, arn: ClusterArn, account: Account
) -> None:
    account.empty("kafka:ListScramSecrets")
    pages = aws.pages("kafka", "list_scram_secrets", "SecretArnList", ClusterArn=str(arn))
    assert failure_of(lambda: list(pages)).kind == "malformed"


def test_bad_xml_is_malformed_too(aws: Aws, account: Account) -> None:
    account.answer("ec2:DescribeSubnets", Raw("<DescribeSubnets", content_type="text/xml"))
    failure = failure_of(lambda: aws.call("ec2", "describe_subnets", required=("Subnets",)))
    assert failure.kind == "malformed"


def test_a_role_is_assumed_once_for_all_threads(arn: ClusterArn, account: Account) -> None:
    account.roles[ROLE] = "kalixweb-1"
    aws = Aws(AssumedRole(ROLE, "kalixweb-1", KEY), account.region)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: describe(aws, arn), range(12)))
    assert [request.operation for request in account.requests].count("AssumeRole") == 1
    assert aws.calls == 13
    assert account.requests[-1].key_id.startswith("ASIA")


def test_a_refused_role_is_asked_for_once(arn: ClusterArn, account: Account) -> None:
    account.roles[ROLE] = "kalixweb-1"
    aws = Aws(AssumedRole(ROLE, "kalixweb-2", HostChain()), account.region)
    first, second = (failure_of(lambda: describe(aws, arn)) for _ in range(2))
    assert first.kind == second.kind == "role_refused"
    assert "external id" in first.action
    assert aws.calls == 1


def test_a_key_of_its_own_needs_nothing_of_the_host(
    arn: ClusterArn, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "of-somebody-else")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOFTHEHOST0000000")
    assert describe(Aws(KEY, account.region), arn)
    assert account.requests[-1].key_id == KEY_ID


def test_the_region_is_the_one_that_was_named(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    Aws(HostChain(), "eu-central-1").call("sts", "get_caller_identity")
    assert account.requests[-1].region == "eu-central-1"


def test_it_is_stopped_between_two_attempts(account: Account, arn: ClusterArn) -> None:
    stop = threading.Event()
    account.throttle(1.0)
    aws = Aws(HostChain(), account.region, is_cancelled=stop.is_set)
    threading.Timer(0.5, stop.set).start()
    begun = time.monotonic()
    assert failure_of(lambda: describe(aws, arn)).kind == "stopped"
    assert time.monotonic() - begun < 3


def test_settings_that_lead_one_service_elsewhere_are_honoured(
    aws: Aws, arn: ClusterArn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_KAFKA", "http://127.0.0.1:9")
    assert failure_of(lambda: describe(aws, arn)).kind == "unreachable"
    assert aws.call("sts", "get_caller_identity")["Account"] == "123456789012"


def test_a_proxy_of_the_settings_is_used(
    aws: Aws, account: Account, fake: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://aws.example.invalid")
    monkeypatch.setenv("HTTP_PROXY", fake.url)
    assert aws.call("sts", "get_caller_identity")["Account"] == "123456789012"
    assert aws.calls == len(account.requests) == 1


def test_a_host_without_credentials_is_looked_over_once(
    monkeypatch: pytest.MonkeyPatch, account: Account, arn: ClusterArn
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    looked: list[object] = []

    def look(chain: CredentialResolver) -> None:
        looked.append(chain)

    monkeypatch.setattr(CredentialResolver, "load_credentials", look)
    aws = Aws(HostChain(), account.region)
    for _ in range(3):
        assert failure_of(lambda: describe(aws, arn)).kind == "no_credentials"
    assert len(looked) == 1
    assert aws.calls == 0


@pytest.mark.parametrize("text", ["the refreshed credentials are still expired.", "no thread"])
def test_credentials_that_were_renewed_too_late(
    aws: Aws, arn: ClusterArn, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    def sign(*_: object) -> None:
        raise RuntimeError(text)

    monkeypatch.setattr(RequestSigner, "sign", sign)
    if "credentials" in text:
        assert failure_of(lambda: describe(aws, arn)).kind == "expired"
    else:
        with pytest.raises(RuntimeError, match="no thread"):
            describe(aws, arn)
