"""The answers of AWS for a healthy cluster, to be changed, and what a check makes of them."""

from typing import Any

from brokers.aws import evaluation
from brokers.aws.arn import ClusterArn
from brokers.aws.check import Finding, Fix
from brokers.aws.check_request import AclEvidence, CheckRequest
from brokers.aws.checks import CHECKS
from brokers.aws.cluster_facts import Facts, NotKnown
from brokers.aws.failures import AwsFailure
from tests.fakes.aws import healthy_account

ACCOUNT = healthy_account()
ARN = next(iter(ACCOUNT.clusters))
SEEN = AclEvidence("seen", "9 ACLs for 4 users were seen.")
ASKED = {"user": "alice", "topics": ("orders",), "acls": SEEN}


class Answers:
    """``answers`` by the names of facts; an exception in the place of one is why there is none."""

    def __init__(self) -> None:
        account = healthy_account()
        cluster = account.clusters[ARN]
        secret = account.secrets["AmazonMSK_alice"]
        text = next(iter(account.configurations.values()))
        self.answers: dict[str, Any] = {
            "cluster": {"ClusterInfo": cluster},
            "strings": account.strings[ARN],
            "configuration": {"ServerProperties": text.encode()},
            "secrets": {"SecretArnList": account.scram[ARN]},
            "secret": secret.described,
            "policy": {"Name": "AmazonMSK_alice", "ResourcePolicy": secret.policy},
            "key": {"KeyMetadata": next(iter(account.keys.values()))},
            "subnets": {"Subnets": account.subnets},
            "routes": {"RouteTables": account.route_tables},
            "groups": {"SecurityGroups": account.security_groups},
            "nacls": {"NetworkAcls": account.network_acls},
            "operation": NotKnown("none"),
            "topic orders": account.topics[ARN]["orders"],
        }

    def __getitem__(self, name: str) -> Any:
        return self.answers[name]

    def __setitem__(self, name: str, answer: Any) -> None:
        self.answers[name] = answer

    @property
    def info(self) -> dict[str, Any]:
        return self["cluster"]["ClusterInfo"]

    @property
    def provisioned(self) -> dict[str, Any]:
        return self.info["Provisioned"]

    @property
    def nodes(self) -> dict[str, Any]:
        return self.provisioned["BrokerNodeGroupInfo"]

    @property
    def alice(self) -> str:
        return self["secrets"]["SecretArnList"][0]

    def facts(self, **asked: Any) -> Facts:
        facts = Facts(CheckRequest(ClusterArn.parse(ARN), **{**ASKED, **asked}))
        for name, answer in self.answers.items():
            facts.note(name, answer)
        for name in facts.spelled_out(["topics"]):
            if name not in self.answers:
                facts.note(name, failure("not_found"))
        return facts

    def evaluate(self, check: str, **asked: Any) -> Finding:
        return evaluation.evaluate(CHECKS[check], self.facts(**asked))

    def fix_of(self, check: str, **asked: Any) -> Fix | None:
        facts = self.facts(**asked)
        return evaluation.fix_of(CHECKS[check], evaluation.evaluate(CHECKS[check], facts), facts)


def failure(kind: Any, missing_action: str | None = None) -> AwsFailure:
    words = f"AWS does not allow {missing_action}." if missing_action else f"It is {kind}."
    return AwsFailure(
        kind,
        words,
        "Mend it.",
        missing_action=missing_action,
        is_lifted_by_allow=missing_action is not None,
    )
