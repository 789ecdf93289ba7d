"""The calls to AWS by the names of the facts that they bring, and what each of them needs."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from brokers.aws import bootstrap_brokers, user_secret
from brokers.aws.call_context import Service
from brokers.aws.client import Aws
from brokers.aws.cluster_facts import Answer, Facts, NotKnown, at, lacks


@dataclass(frozen=True, slots=True)
class Call:
    """``make`` raises AwsFailure, or NotKnown where there is nothing to ask."""

    needs: tuple[str, ...]
    make: Callable[[Aws, Facts], Answer]


def calls_of(facts: Facts) -> dict[str, Call]:
    """By the name of the fact that it brings, in an order in which each comes after its needs."""
    topics = {
        name: Call((), partial(_topic, topic))
        for topic, name in zip(facts.request.topics, facts.spelled_out(["topics"]), strict=True)
    }
    return {
        "cluster": Call((), _cluster),
        "strings": Call((), _strings),
        "secrets": Call((), _secrets),
        **topics,
        "configuration": Call(("cluster",), _configuration),
        "subnets": Call(("cluster",), _subnets),
        "groups": Call(("cluster",), _groups),
        "nacls": Call(("cluster",), _nacls),
        "operation": Call(("cluster",), _operation),
        "secret": Call(("secrets",), _secret),
        "routes": Call(("subnets",), _routes),
        "key": Call(("secret",), _key),
        "policy": Call(("secret",), _policy),
    }


def _cluster(aws: Aws, facts: Facts) -> Answer:
    arn = str(facts.request.arn)
    return aws.call("kafka", "describe_cluster_v2", required=("ClusterInfo",), ClusterArn=arn)


def _strings(aws: Aws, facts: Facts) -> Answer:
    return bootstrap_brokers.answer_of(aws, facts.request.arn)


def _secrets(aws: Aws, facts: Facts) -> Answer:
    key, arn = "SecretArnList", str(facts.request.arn)
    answer = _all(aws, "kafka", "list_scram_secrets", key, ClusterArn=arn)
    if not all(isinstance(one, str) for one in answer[key]):
        raise lacks("ListScramSecrets", "the ARN of a secret")
    return answer


def _topic(topic: str, aws: Aws, facts: Facts) -> Answer:
    arn = str(facts.request.arn)
    return aws.call(
        "kafka", "describe_topic", required=("Status",), ClusterArn=arn, TopicName=topic
    )


def _configuration(aws: Aws, facts: Facts) -> Answer:
    software = facts.provisioned("CurrentBrokerSoftwareInfo")
    arn, revision = at(software, "ConfigurationArn"), at(software, "ConfigurationRevision")
    if not arn:
        raise NotKnown("The cluster has no configuration of its own.")
    if revision is None:
        raise lacks("DescribeClusterV2", "ConfigurationRevision")
    return aws.call(
        "kafka",
        "describe_configuration_revision",
        required=("ServerProperties",),
        Arn=arn,
        Revision=revision,
    )


def _operation(aws: Aws, facts: Facts) -> Answer:
    arn = at(facts.answer("cluster"), "ClusterInfo", "ActiveOperationArn")
    if not arn:
        raise NotKnown("No change of the cluster is under way.")
    return aws.call(
        "kafka",
        "describe_cluster_operation_v2",
        required=("ClusterOperationInfo",),
        ClusterOperationArn=arn,
    )


def _subnets(aws: Aws, facts: Facts) -> Answer:
    subnets = facts.need_nodes("ClientSubnets")
    return _all(aws, "ec2", "describe_subnets", "Subnets", SubnetIds=subnets)


def _routes(aws: Aws, facts: Facts) -> Answer:
    """All tables of the VPC: a subnet of no table of its own uses the main one."""
    vpcs = {at(subnet, "VpcId") for subnet in facts.need("subnets", "Subnets")} - {None}
    return _filtered(aws, "describe_route_tables", "RouteTables", "vpc-id", sorted(vpcs))


def _groups(aws: Aws, facts: Facts) -> Answer:
    groups = facts.need_nodes("SecurityGroups")
    return _all(aws, "ec2", "describe_security_groups", "SecurityGroups", GroupIds=groups)


def _nacls(aws: Aws, facts: Facts) -> Answer:
    subnets = facts.need_nodes("ClientSubnets")
    name = "association.subnet-id"
    return _filtered(aws, "describe_network_acls", "NetworkAcls", name, subnets)


def _filtered(aws: Aws, operation: str, key: str, name: str, values: list[str]) -> Answer:
    return _all(aws, "ec2", operation, key, Filters=[{"Name": name, "Values": values}])


def _all(aws: Aws, service: Service, operation: str, key: str, **params: object) -> Answer:
    return {key: list(aws.pages(service, operation, key, **params))}


def _secret(aws: Aws, facts: Facts) -> Answer:
    wanted = user_secret.wanted_secret(facts)
    return aws.call("secretsmanager", "describe_secret", required=("Name",), SecretId=wanted)


def _key(aws: Aws, facts: Facts) -> Answer:
    key = facts.answer("secret").get("KmsKeyId")
    if not key:
        raise NotKnown("The secret has no key of its own, so there is none to look at.")
    return aws.call("kms", "describe_key", required=("KeyMetadata",), KeyId=key)


def _policy(aws: Aws, facts: Facts) -> Answer:
    """Also where the secret's description is denied, as long as there is such a secret."""
    wanted = user_secret.wanted_secret(facts)
    if facts.failed_as("secret", "not_found"):
        facts.answer("secret")
    known = ("Name", "ARN", "ResourcePolicy")
    return aws.call("secretsmanager", "get_resource_policy", one_of=known, SecretId=wanted)
