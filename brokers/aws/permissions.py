"""What the sign-in is allowed to do: each reading action tried once, and nothing changed by it."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from uuid import UUID

from brokers.aws import user_secret
from brokers.aws.arn import ClusterArn
from brokers.aws.call_context import Service
from brokers.aws.failures import AwsFailure

if TYPE_CHECKING:
    from brokers.aws.client import Aws

_AT_ONCE = 8
# AWS looks at permissions before it looks at what was asked for.
_ALLOWED_ALL_THE_SAME = {"not_found", "bad_request", "conflict"}
_OF_TOPICS = (
    "kafka:DescribeTopic",
    "kafka-cluster:Connect",
    "kafka-cluster:DescribeTopic",
    "kafka-cluster:DescribeTopicDynamicConfiguration",
)
_NEEDED_FOR = {
    "kafka:ListClustersV2": "finding clusters",
    "kafka:DescribeClusterV2": "all checks that read the cluster itself",
    "kafka:GetBootstrapBrokers": "filling in the bootstrap servers, and checking them",
    "kafka:ListScramSecrets": "the checks of the user and of the secret",
    "kafka:DescribeConfigurationRevision": "the check allow_everyone_off",
    "kafka:DescribeClusterOperationV2": "the check nothing_in_flight",
    **dict.fromkeys(_OF_TOPICS, "the check topics"),
    "secretsmanager:DescribeSecret": "the checks of the secret",
    "secretsmanager:GetResourcePolicy": "the check secret_policy",
    "kms:DescribeKey": "the check key_usable",
    "ec2:DescribeSubnets": "the check subnets_public",
    "ec2:DescribeRouteTables": "the check subnets_public",
    "ec2:DescribeSecurityGroups": "the check firewall",
    "ec2:DescribeNetworkAcls": "the check firewall",
}


@dataclass(frozen=True)
class ActionState:
    """Whether one IAM action is allowed, what it is needed for, and how that was seen."""

    action: str
    state: Literal["allowed", "denied", "could_not_tell"]
    needed_for: str
    sentence: str


Outcome: TypeAlias = dict[str, Any] | AwsFailure
Attempt: TypeAlias = tuple[Service, str, dict[str, Any]]


def what_can_i(
    aws: "Aws", arn: ClusterArn | None, *, user: str | None = None, topics: Sequence[str] = ()
) -> list[ActionState]:
    """The state of every action that finding and checking need, in a fixed order.

    Never raises AwsFailure: what cannot be told is a state. Reading a password is not tried, for
    it would be read.
    """
    seen = _try(aws, {"kafka:ListClustersV2": ("kafka", "list_clusters_v2", {"MaxResults": 1})})
    if arn is not None:
        seen |= _try(aws, _of_cluster(arn, topics))
        seen |= _try(aws, _of_secret(arn, user, seen) | _of_configuration(seen))
        seen |= _try(aws, _of_key(seen))
    return [
        state
        for action, needed_for in _NEEDED_FOR.items()
        if (state := _state(action, needed_for, seen, arn, topics))
    ]


def _try(aws: "Aws", attempts: Mapping[str, Attempt]) -> dict[str, Outcome]:
    """The outcome for each action, tried side by side."""

    def one(attempt: Attempt) -> Outcome:
        service, operation, params = attempt
        try:
            return aws.call(service, operation, **params)
        except AwsFailure as failure:
            return failure

    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="msk") as pool:
        return dict(zip(attempts, pool.map(one, attempts.values()), strict=True))


def _of_cluster(arn: ClusterArn, topics: Sequence[str]) -> dict[str, Attempt]:
    cluster = {"ClusterArn": str(arn)}
    none = arn.of("kafka", f"cluster-operation/{arn.name}/{arn.uuid}/{UUID(int=0)}")
    tries: dict[str, Attempt] = {
        "kafka:DescribeClusterV2": ("kafka", "describe_cluster_v2", cluster),
        "kafka:GetBootstrapBrokers": ("kafka", "get_bootstrap_brokers", cluster),
        "kafka:ListScramSecrets": ("kafka", "list_scram_secrets", cluster),
        "kafka:DescribeClusterOperationV2": (
            "kafka",
            "describe_cluster_operation_v2",
            {"ClusterOperationArn": none},
        ),
    }
    few = {"MaxResults": 5}
    for name in ("subnets", "route_tables", "security_groups", "network_acls"):
        action = f"ec2:Describe{name.title().replace('_', '')}"
        tries[action] = ("ec2", f"describe_{name}", few)
    if topics:
        topic = cluster | {"TopicName": topics[0]}
        tries["kafka:DescribeTopic"] = ("kafka", "describe_topic", topic)
    return tries


def _of_secret(
    arn: ClusterArn, user: str | None, seen: Mapping[str, Outcome]
) -> dict[str, Attempt]:
    """Of the user's secret, else of any that is associated."""
    listed = _answer(seen, "kafka:ListScramSecrets").get("SecretArnList") or []
    wanted = user_secret.of_user(user, listed) if user else next(iter(listed), None)
    secret = {"SecretId": wanted or user_secret.PREFIX + (user or arn.name)}
    return {
        "secretsmanager:DescribeSecret": ("secretsmanager", "describe_secret", secret),
        "secretsmanager:GetResourcePolicy": ("secretsmanager", "get_resource_policy", secret),
    }


def _of_configuration(seen: Mapping[str, Outcome]) -> dict[str, Attempt]:
    info = _answer(seen, "kafka:DescribeClusterV2").get("ClusterInfo") or {}
    software = (info.get("Provisioned") or {}).get("CurrentBrokerSoftwareInfo") or {}
    arn, revision = software.get("ConfigurationArn"), software.get("ConfigurationRevision")
    if not arn or revision is None:
        return {}
    params = {"Arn": arn, "Revision": revision}
    operation = "describe_configuration_revision"
    return {"kafka:DescribeConfigurationRevision": ("kafka", operation, params)}


def _of_key(seen: Mapping[str, Outcome]) -> dict[str, Attempt]:
    key = _answer(seen, "secretsmanager:DescribeSecret").get("KmsKeyId")
    return {"kms:DescribeKey": ("kms", "describe_key", {"KeyId": key})} if key else {}


def _answer(seen: Mapping[str, Outcome], action: str) -> dict[str, Any]:
    outcome = seen.get(action)
    return outcome if isinstance(outcome, dict) else {}


def _state(
    action: str,
    needed_for: str,
    seen: Mapping[str, Outcome],
    arn: ClusterArn | None,
    topics: Sequence[str],
) -> ActionState | None:
    """None for an action that is not needed as long as no cluster, or no topic, is named."""
    is_of_topics = action in _OF_TOPICS
    if (arn is None and action not in seen) or (is_of_topics and not topics):
        return None
    outcome = seen.get("kafka:DescribeTopic" if is_of_topics else action)
    if outcome is None:
        return ActionState(action, "could_not_tell", needed_for, _UNTRIED[action])
    if isinstance(outcome, dict):
        return ActionState(action, "allowed", needed_for, "AWS answered.")
    if outcome.kind in _ALLOWED_ALL_THE_SAME:
        return ActionState(action, "allowed", needed_for, "AWS looked, and found nothing to tell.")
    # One call needs all three of a topic's actions: where AWS names none, it may be any.
    unnamed = "" if is_of_topics else None
    is_denied = outcome.kind == "denied" and outcome.missing_action in {action, unnamed}
    return ActionState(
        action, "denied" if is_denied else "could_not_tell", needed_for, outcome.sentence
    )


_UNTRIED = {
    "kafka:DescribeConfigurationRevision": "There is no configuration to try it on.",
    "kms:DescribeKey": "There is no key to try it on: a secret that names one was not seen.",
}
