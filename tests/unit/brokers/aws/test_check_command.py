"""``kalixweb msk check``: what it prints, and how it ends."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner, Result

from brokers.aws.checks import CHECKS
from kalixweb.cli.main import main
from tests.fakes.aws import Account, FakeAws, Raw, healthy_account
from tests.fakes.aws.account import KEY_ID, SECRET_KEY
from tests.fakes.aws.building import serverless
from tests.unit.brokers.aws.test_readiness import CALLS, IDS


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    account = healthy_account()
    with FakeAws(account) as aws:
        for name, value in aws.environment.items():
            monkeypatch.setenv(name, value)
        yield account


def command(account: Account, *words: str, arn: str | None = None) -> Result:
    arn = arn or next(iter(account.clusters))
    return CliRunner().invoke(main, ["msk", "check", arn, *words])


def answer(account: Account, *words: str, arn: str | None = None) -> tuple[int, dict[str, Any]]:
    result = command(account, "--user", "alice", *words, "-o", "json", arn=arn)
    document = json.loads(result.stdout)
    assert [row["id"] for row in document["checks"]] == IDS
    return result.exit_code, document


def test_a_healthy_cluster(account: Account) -> None:
    public = account.strings[next(iter(account.clusters))]["BootstrapBrokerStringPublicSaslScram"]
    status, document = answer(account, "--topic", "orders", "--bootstrap", f" {public},")
    assert status == 0
    assert list(document) == ["schema", "cluster", "checks", "calls", "took_ms"]
    assert document["calls"] <= 12
    assert {row["state"] for row in document["checks"] if row["id"] != "acls"} == {"pass"}


def test_a_failed_check(account: Account) -> None:
    status, document = answer(account, "--topic", "shipments")
    assert status == 1
    failed = [row for row in document["checks"] if row["state"] == "fail"]
    assert [row["id"] for row in failed] == ["topics"]
    assert "shipments" in failed[0]["sentence"]


def test_a_topic_as_a_connection_holds_it(account: Account) -> None:
    status, document = answer(account, "--topic", "orders:read", "--topic", "orders")
    assert status == 0
    told = next(row for row in document["checks"] if row["id"] == "topics")
    assert (told["state"], told["sentence"]) == ("pass", "All topics are ACTIVE: orders.")


@pytest.mark.parametrize("words", [("--topic", ""), ("--topic", " "), ("--region", "")])
def test_an_option_that_names_nothing(account: Account, words: tuple[str, str]) -> None:
    result = command(account, *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"{words[0]} names no ")
    assert not account.requests


def test_a_serverless_cluster_fails(account: Account) -> None:
    assert answer(account, arn=serverless(account, "events"))[0] == 1


def test_nothing_could_be_read(account: Account) -> None:
    account.deny(*CALLS)
    status, document = answer(account)
    assert status == 3
    assert document["cluster"]["state"] is None


def test_documents_without_a_field_are_no_answer(account: Account) -> None:
    account.empty(*CALLS)
    status, document = answer(account, "--topic", "orders")
    assert status == 3
    assert not any(row["missing_action"] for row in document["checks"])
    brokers = CliRunner().invoke(main, ["msk", "brokers", next(iter(account.clusters))])
    assert (brokers.exit_code, brokers.stdout) == (3, "")


def test_a_list_of_secrets_that_holds_no_names(account: Account) -> None:
    account.answer("kafka:ListScramSecrets", Raw('{"secretArnList": [null, 5]}'))
    status, document = answer(account)
    assert status == 0
    told = next(row for row in document["checks"] if row["id"] == "user_associated")
    assert told["state"] == "could_not_tell"
    assert "ListScramSecrets" in told["sentence"]


def test_words_that_no_terminal_takes_are_shown_all_the_same(account: Account) -> None:
    arn, strange = next(iter(account.clusters)), "\\u001b[31m\\ud800"
    info = f'{{"clusterArn": "{arn}", "clusterName": "{strange}", "state": "{strange}"}}'
    account.answer("kafka:DescribeClusterV2", Raw(f'{{"clusterInfo": {info}}}'))
    account.answer("kafka:ListClustersV2", Raw(f'{{"clusterInfoList": [{info}]}}'))
    strings = f'{{"bootstrapBrokerStringSaslScram": "b-1{strange}:9096"}}'
    account.answer("kafka:GetBootstrapBrokers", Raw(strings))
    names = answer(account)[1]["cluster"]
    assert names["name"] == names["state"] == "\ufffd[31m\ufffd"
    assert names["type"] is None
    for words in (["clusters"], ["brokers", arn]):
        for style in ("table", "json"):
            result = CliRunner().invoke(main, ["msk", *words, "-o", style])
            assert result.exit_code == 0
            assert "\ufffd[31m\ufffd" in result.stdout


def test_an_unknown_cluster_is_not_told_by_what_belongs_to_no_cluster(account: Account) -> None:
    arn = next(iter(account.clusters)).replace("/orders/", "/others/")
    assert answer(account, "--topic", "orders", arn=arn)[0] == 3


def test_one_denied_call_is_no_failure(account: Account) -> None:
    account.deny("kafka:DescribeClusterV2")
    assert answer(account)[0] == 0


@pytest.mark.parametrize(
    "arn", ["orders", "arn:aws:s3:::x", "arn:aws:kafka:eu-central-1:1:topic/x"]
)
def test_an_arn_that_is_no_clusters(account: Account, arn: str) -> None:
    result = command(account, "-o", "json", arn=arn)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    assert account.requests == []


def test_the_region_is_the_arns(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    assert answer(account)[0] == 0
    assert {request.region for request in account.requests} == {account.region}
    assert command(account, "--region", account.region, "--user", "alice").exit_code == 0
    refused = command(account, "--region", "us-east-1")
    assert (refused.exit_code, refused.stdout) == (2, "")


def test_an_address_that_the_firewall_must_let_in(account: Account) -> None:
    account.security_groups[0]["IpPermissions"][0]["IpRanges"] = [{"CidrIp": "203.0.113.0/24"}]
    assert answer(account)[0] == 0
    assert answer(account, "--from", "203.0.113.20")[0] == 0
    assert answer(account, "--from", "198.51.100.1")[0] == 1
    assert command(account, "--from", "nowhere").exit_code == 2


def test_the_table_tells_the_order_of_mending(account: Account) -> None:
    account.security_groups[0]["IpPermissions"] = []
    result = command(account, "--user", "alice", "--topic", "orders")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0] == "orders  PROVISIONED  ACTIVE  Kafka 3.8.x"
    assert "✗ 18  Firewall lets port 9196 in: fail" in lines
    assert "  1. Open port 9196. Ready now. At once." in lines
    assert "aws ec2 authorize-security-group-ingress \\" in lines
    assert any(line.startswith(f"{len(CHECKS) - 2} of {len(CHECKS)} are met.") for line in lines)


def test_one_denial_of_many_checks_is_told_once(account: Account) -> None:
    account.deny("kafka:DescribeClusterV2")
    result = command(account, "--user", "alice")
    assert result.stdout.count("AWS does not allow kafka:DescribeClusterV2") == 1
    assert "As check 1." in result.stdout


def test_credentials_are_never_printed(account: Account) -> None:
    account.refuse_keys()
    words = answer(account)[1]
    assert KEY_ID not in str(words)
    assert SECRET_KEY not in str(words)
