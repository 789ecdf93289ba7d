"""Each check over real HTTP: once green, once red, once not to be told."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from brokers.aws.arn import ClusterArn
from brokers.aws.check_request import AclEvidence
from brokers.aws.checks import CHECKS
from brokers.aws.client import Aws
from brokers.aws.readiness import CheckRequest, run
from brokers.aws.sign_in import HostChain
from tests.fakes.aws import Account, FakeAws, healthy_account
from tests.fakes.aws.building import operation
from tests.fakes.aws.networks import route

Change = Callable[[Account], object]


def info(account: Account) -> dict[str, Any]:
    return account.cluster("orders")


def provisioned(account: Account) -> dict[str, Any]:
    return info(account)["Provisioned"]


def cluster(**fields: Any) -> Change:
    return lambda account: info(account).update(fields)


def inside(*path: str, value: object) -> Change:
    def change(account: Account) -> None:
        part = provisioned(account)
        for name in path[:-1]:
            part = part[name]
        part[path[-1]] = value

    return change


def secret(account: Account) -> dict[str, Any]:
    return account.secrets["AmazonMSK_alice"].described


def not_public(account: Account) -> None:
    inside("BrokerNodeGroupInfo", "ConnectivityInfo", value={})(account)
    del account.strings[info(account)["ClusterArn"]]["BootstrapBrokerStringPublicSaslScram"]


def properties(account: Account) -> None:
    for name in account.configurations:
        account.configurations[name] = "allow.everyone.if.no.acl.found=true"


def moved(account: Account) -> None:
    """The associated secret is another account's."""
    arn = secret(account)["ARN"].replace(account.number, "210987654321")
    secret(account)["ARN"] = account.scram[info(account)["ClusterArn"]][0] = arn


def renamed(account: Account) -> None:
    arn = secret(account)["ARN"].replace("AmazonMSK_", "amazonmsk_")
    secret(account).update(ARN=arn, Name="amazonmsk_alice")
    account.scram[info(account)["ClusterArn"]][0] = arn


TRANSIT = ("EncryptionInfo", "EncryptionInTransit")
FAILS: dict[str, Change] = {
    "provisioned": cluster(ClusterType="SERVERLESS"),
    "active": cluster(State="MAINTENANCE"),
    "scram_on": inside("ClientAuthentication", "Sasl", "Scram", "Enabled", value=False),
    "unauthenticated_off": inside("ClientAuthentication", "Unauthenticated", "Enabled", value=True),
    "tls_only": inside(*TRANSIT, "ClientBroker", value="TLS_PLAINTEXT"),
    "tls_in_cluster": inside(*TRANSIT, "InCluster", value=False),
    "public_access": not_public,
    "bootstrap_servers": not_public,
    "allow_everyone_off": properties,
    "user_associated": lambda account: account.scram.clear(),
    "secret_prefix": renamed,
    "customer_key": lambda account: secret(account).pop("KmsKeyId"),
    "key_usable": lambda account: [
        key.update(KeyState="Disabled") for key in account.keys.values()
    ],
    "same_account_and_region": moved,
    "secret_alive": lambda account: account.secrets.pop("AmazonMSK_alice"),
    "secret_policy": lambda account: setattr(account.secrets["AmazonMSK_alice"], "policy", None),
    "subnets_public": lambda account: account.route_tables[0].update(Routes=[route("nat-0a")]),
    "firewall": lambda account: account.security_groups[0].update(IpPermissions=[]),
    "topics": lambda account: account.topics.clear(),
    "nothing_in_flight": lambda account: operation(
        account, info(account)["ClusterArn"], "UPDATE_SECURITY"
    ),
    "version": inside("CurrentBrokerSoftwareInfo", "KafkaVersion", value="2.4.1"),
    "health": inside("CustomerActionStatus", value="ACTION_RECOMMENDED"),
}
ASKS: dict[str, str] = {
    "bootstrap_servers": "kafka:GetBootstrapBrokers",
    "allow_everyone_off": "kafka:DescribeConfigurationRevision",
    "user_associated": "kafka:ListScramSecrets",
    "secret_prefix": "secretsmanager:DescribeSecret",
    "customer_key": "secretsmanager:DescribeSecret",
    "key_usable": "kms:DescribeKey",
    "secret_alive": "secretsmanager:DescribeSecret",
    "secret_policy": "secretsmanager:GetResourcePolicy",
    "subnets_public": "ec2:DescribeRouteTables",
    "firewall": "ec2:DescribeSecurityGroups",
    "topics": "kafka-cluster:Connect",
}


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    account = healthy_account()
    with FakeAws(account) as aws:
        for name, value in aws.environment.items():
            monkeypatch.setenv(name, value)
        yield account


def row(account: Account, check: str, acls: AclEvidence | None = None) -> dict[str, Any]:
    arn = ClusterArn.parse(info(account)["ClusterArn"])
    asked = CheckRequest(arn, user="alice", topics=("orders",), acls=acls, only=check)
    (found,) = list(run(Aws(HostChain(), arn.region), asked))[-1]["checks"]
    return found


@pytest.mark.parametrize("check", CHECKS)
def test_green(account: Account, check: str) -> None:
    found = row(account, check, AclEvidence("seen", "9 ACLs for 4 users were seen."))
    assert (found["state"], found["action"], found["how"]) == ("pass", "", None)


@pytest.mark.parametrize("check", CHECKS)
def test_red(account: Account, check: str) -> None:
    FAILS.get(check, lambda _: None)(account)
    found = row(account, check, AclEvidence("none", "No ACL was seen."))
    assert found["state"] == "fail"
    assert found["sentence"]
    assert found["action"]
    assert found["missing_action"] is None
    assert found["how"] or check == "allow_everyone_off"


@pytest.mark.parametrize("check", CHECKS)
def test_not_to_be_told(account: Account, check: str) -> None:
    """What needs no other call than the cluster's and the list of secrets goes by those."""
    action = ASKS.get(check, "kafka:DescribeClusterV2")
    account.deny(action)
    if check == "same_account_and_region":
        action = "secretsmanager:DescribeSecret"
        account.scram.clear()
        account.deny(action)
    found = row(account, check)
    assert found["state"] == "could_not_tell"
    assert found["missing_action"] == (None if check == "acls" else action)
    assert check == "acls" or action in found["sentence"]


def test_a_date_of_deletion_is_red(account: Account) -> None:
    secret(account)["DeletedDate"] = datetime(2026, 12, 4, tzinfo=UTC)
    assert "2026-12-04" in row(account, "secret_alive")["sentence"]
    assert row(account, "secret_policy")["state"] != "fail"
