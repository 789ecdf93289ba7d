"""The statement of an IAM policy that allows one action, and no more than it."""

import json

from brokers.msk import user_secret
from brokers.msk.facts import Facts


def allowing(action: str, facts: Facts) -> str:
    """In JSON on one line, with the resources of this cluster and this user."""
    statement = {"Effect": "Allow", "Action": action, "Resource": _resource(action, facts)}
    return json.dumps(statement)


def _resource(action: str, facts: Facts) -> str | list[str]:
    """``*`` also for actions that know no resources: naming one would grant nothing."""
    service, _, operation = action.partition(":")
    cluster, topics = str(facts.asked.arn), facts.asked.arn.of("kafka", _topics(facts))
    if operation == "DescribeConfigurationRevision":
        return str(_configuration(facts) or facts.asked.arn.of("kafka", "configuration/*/*"))
    if operation in {"DescribeClusterV2", "ListScramSecrets", "Connect"}:
        return cluster
    if operation == "DescribeTopic":
        return topics if service == "kafka-cluster" else [cluster, topics]
    if service == "kafka-cluster":
        return topics
    if service == "secretsmanager":
        return _secret(facts)
    if service == "kms":
        return str(facts.maybe("secret").get("KmsKeyId") or "*")
    return "*"


def _topics(facts: Facts) -> str:
    return f"topic/{facts.asked.arn.name}/{facts.asked.arn.uuid}/*"


def _configuration(facts: Facts) -> object:
    return facts.maybe_provisioned("CurrentBrokerSoftwareInfo", "ConfigurationArn")


def _secret(facts: Facts) -> str:
    """A secret's ARN ends in six characters that only AWS knows."""
    found = facts.maybe("secret").get("ARN") or user_secret.associated(facts)
    return str(found or facts.asked.arn.of("secretsmanager", f"secret:{user_secret.name(facts)}-*"))
