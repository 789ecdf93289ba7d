"""``kalixweb msk clusters`` and ``brokers``: what they print, and how they end."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from click.testing import CliRunner, Result

from brokers.aws.arn import ClusterArn
from kalixweb.cli.main import main
from tests.fakes.aws import Account, FakeAws
from tests.fakes.aws.building import provisioned, serverless


def msk(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["msk", *arguments])


def document(*arguments: str) -> dict[str, Any]:
    result = msk(*arguments, "-o", "json")
    assert result.exit_code == 0, result.stderr
    shown: dict[str, Any] = json.loads(result.stdout)
    return shown


def test_clusters_as_a_table(account: Account, arn: ClusterArn) -> None:
    serverless(account, "clicks")
    result = msk("clusters")
    assert result.exit_code == 0
    head, first, second = result.stdout.splitlines()
    assert head.split() == [
        "NAME", "STATE", "KIND", "VERSION", "BROKERS", "ACCESS", "SIGN-IN", "ARN",
    ]  # fmt: skip
    wanted = ["orders", "ACTIVE", "provisioned", "3.8.x", "3", "public", "scram", "iam", str(arn)]
    assert first.split() == wanted
    assert second.split()[:4] == ["clicks", "ACTIVE", "serverless", "iam"]
    assert result.stderr.startswith("clicks: Serverless")


def test_clusters_for_programs(account: Account, arn: ClusterArn) -> None:
    shown = document("clusters")
    assert (shown["schema"], shown["region"], shown["complete"]) == (1, "eu-central-1", True)
    assert shown["calls"] == 1
    assert shown["clusters"] == [
        {
            "arn": str(arn),
            "name": "orders",
            "state": "ACTIVE",
            "type": "PROVISIONED",
            "version": "3.8.x",
            "brokers": 3,
            "public": True,
            "auths": ["scram", "iam"],
            "why_not": None,
        }
    ]


def test_the_region_of_the_option_comes_before_that_of_the_host(account: Account) -> None:
    result = msk("clusters", "--region", "us-east-1")
    assert result.exit_code == 0
    assert "no MSK cluster in us-east-1" in result.stderr
    assert account.requests[-1].region == "us-east-1"


def test_without_any_region(monkeypatch: pytest.MonkeyPatch, account: Account) -> None:
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    result = msk("clusters")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "Which Region? Add --region, such as --region eu-central-1.\n"
    assert not account.requests


def test_brokers_name_what_each_string_is_for(account: Account, arn: ClusterArn) -> None:
    result = msk("brokers", str(arn))
    assert result.exit_code == 0
    first = result.stdout.splitlines()[1]
    assert first.startswith("*  public, user name and password")
    assert first.endswith(account.strings[str(arn)]["BootstrapBrokerStringPublicSaslScram"])


def test_brokers_for_programs(account: Account, arn: ClusterArn) -> None:
    shown = document("brokers", str(arn))
    assert shown["schema"] == 1
    assert shown["cluster"] == {"arn": str(arn), "name": "orders"}
    assert shown["chosen"] == "BootstrapBrokerStringPublicSaslScram"
    held = account.strings[str(arn)]
    assert shown["servers"] == held[shown["chosen"]].split(",")
    assert {one["field"]: ",".join(one["servers"]) for one in shown["strings"]} == held
    assert shown["calls"] == 1


def test_the_only_cluster_need_not_be_named(arn: ClusterArn) -> None:
    assert document("brokers")["cluster"]["arn"] == str(arn)


def test_one_of_several_must_be(account: Account) -> None:
    provisioned(account, "clicks")
    result = msk("brokers")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "There are 2 clusters in eu-central-1" in result.stderr


def test_no_string_for_user_and_password_is_a_no(account: Account) -> None:
    result = msk("brokers", serverless(account, "clicks"))
    assert result.exit_code == 1
    assert "private, IAM" in result.stdout
    assert "serverless" in result.stderr


@pytest.mark.parametrize("command", ["brokers", "check"])
@pytest.mark.parametrize(
    "text", ["orders", "arn:aws:kafka:eu-central-1:123456789012:topic/o/u/t", "arn:aws:s3:::x"]
)
def test_what_is_no_cluster_is_one_sentence(account: Account, command: str, text: str) -> None:
    result = msk(command, text, "-o", "json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    assert not account.requests


@pytest.mark.parametrize("command", ["brokers", "check"])
def test_a_region_that_contradicts_the_arn_is_refused(
    account: Account, arn: ClusterArn, command: str
) -> None:
    result = msk(command, str(arn), "--region", "us-east-1")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "lies in eu-central-1, not in us-east-1" in result.stderr
    assert not account.requests
    assert msk("brokers", str(arn), "--region", "eu-central-1").exit_code == 0


def test_the_region_of_the_arn_comes_before_that_of_the_host(
    account: Account, arn: ClusterArn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    assert msk("brokers", str(arn)).exit_code == 0
    assert account.requests[-1].region == "eu-central-1"


def test_a_denial_says_what_to_allow(account: Account, arn: ClusterArn) -> None:
    account.deny("kafka:GetBootstrapBrokers")
    result = msk("brokers", str(arn), "-o", "json")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "kafka:GetBootstrapBrokers" in result.stderr
    assert 'Resource "*"' in result.stderr


def test_a_project_is_for_an_account(account: Account) -> None:
    result = msk("clusters", "--project", "first")
    assert result.exit_code == 2
    assert "--account" in result.stderr


def test_the_hosts_credentials_need_no_instance(fake: FakeAws, arn: ClusterArn) -> None:
    code = (
        "import sys\nfrom kalixweb.cli.main import main\n"
        f"main(['msk', 'brokers', '{arn}'], standalone_mode=False)\n"
        "assert 'django' not in sys.modules, 'Django was loaded'"
    )
    environment = {**os.environ, **fake.environment}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True)


@pytest.mark.parametrize(
    ("because", "is_offered"),
    [(None, True), ("with an explicit deny in a service control policy", False)],
)
def test_a_statement_is_offered_only_where_it_would_help(
    account: Account, arn: ClusterArn, because: str | None, is_offered: bool
) -> None:
    account.deny("kafka:ListScramSecrets", because=because)
    result = msk("check", str(arn), "--user", "alice", "-o", "json")
    checks = {one["id"]: one for one in json.loads(result.stdout)["checks"]}
    seen = checks["user_associated"]
    assert seen["missing_action"] == "kafka:ListScramSecrets"
    assert ('"Effect": "Allow"' in seen["action"]) == is_offered
