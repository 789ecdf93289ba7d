"""Every call with the parameters that are sent and an answer of AWS's own shape.

botocore's Stubber holds both to the model of the service, also for calls that no other fake knows.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.stub import Stubber

from brokers.aws import bootstrap_brokers, clusters, identity, scram_secret
from brokers.aws.arn import ClusterArn
from brokers.aws.client import Aws
from tests.fakes.aws import Account
from tests.unit.brokers.aws.conftest import failure_of

NOW = datetime(2026, 11, 28, tzinfo=UTC)
ARN = ClusterArn.parse("arn:aws:kafka:eu-central-1:123456789012:cluster/orders/u-7")
CLUSTER = {"ClusterArn": str(ARN)}
SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:AmazonMSK_alice-a1b2c3"
KEY = "arn:aws:kms:eu-central-1:123456789012:key/0a1b2c3d"
CONFIGURATION = "arn:aws:kafka:eu-central-1:123456789012:configuration/c/u-7"
OPERATION = "arn:aws:kafka:eu-central-1:123456789012:cluster-operation/orders/u-7/o"
INFO = {
    "ClusterArn": str(ARN),
    "ClusterName": "orders",
    "ClusterType": "PROVISIONED",
    "State": "UPDATING",
    "StateInfo": {"Code": "x", "Message": "y"},
    "ActiveOperationArn": OPERATION,
    "Provisioned": {
        "BrokerNodeGroupInfo": {
            "ClientSubnets": ["subnet-1"],
            "InstanceType": "express.m7g.large",
            "SecurityGroups": ["sg-1"],
            "ConnectivityInfo": {"PublicAccess": {"Type": "DISABLED"}, "NetworkType": "DUAL"},
        },
        "CurrentBrokerSoftwareInfo": {
            "ConfigurationArn": CONFIGURATION,
            "ConfigurationRevision": 3,
            "KafkaVersion": "3.9.x.kraft",
        },
        "ClientAuthentication": {"Sasl": {"Scram": {"Enabled": True}}},
        "EncryptionInfo": {"EncryptionInTransit": {"ClientBroker": "TLS", "InCluster": True}},
        "NumberOfBrokerNodes": 3,
        "CustomerActionStatus": "ACTION_RECOMMENDED",
    },
}
TOPIC = {
    "TopicArn": "arn:aws:kafka:eu-central-1:123456789012:topic/orders/u-7/orders",
    "TopicName": "orders",
    "ReplicationFactor": 3,
    "PartitionCount": 6,
}
# Service, method of boto3, what is sent, what comes back.
CALLS: list[tuple[Any, str, dict[str, Any], dict[str, Any]]] = [
    ("kafka", "list_clusters_v2", {"MaxResults": 100, "NextToken": "t"},
     {"ClusterInfoList": [INFO], "NextToken": "u"}),
    ("kafka", "describe_cluster_v2", CLUSTER, {"ClusterInfo": INFO}),
    ("kafka", "get_bootstrap_brokers", CLUSTER,
     {bootstrap_brokers.PUBLIC_SCRAM: "b-1-public.x:9196"}),
    ("kafka", "describe_configuration_revision", {"Arn": CONFIGURATION, "Revision": 3},
     {"Arn": CONFIGURATION, "Revision": 3, "CreationTime": NOW,
      "ServerProperties": b"allow.everyone.if.no.acl.found=false"}),
    ("kafka", "list_scram_secrets", {**CLUSTER, "NextToken": "t"}, {"SecretArnList": [SECRET]}),
    ("kafka", "describe_cluster_operation_v2", {"ClusterOperationArn": OPERATION},
     {"ClusterOperationInfo": {"OperationArn": OPERATION, "OperationType": "UPDATE_CONNECTIVITY",
                               "OperationState": "UPDATE_FAILED", "StartTime": NOW,
                               "ErrorInfo": {"ErrorCode": "x", "ErrorString": "y"}}}),
    ("kafka", "describe_topic", {**CLUSTER, "TopicName": "orders"},
     {**TOPIC, "Status": "ACTIVE", "Configs": "e30="}),
    ("secretsmanager", "describe_secret", {"SecretId": SECRET},
     {"ARN": SECRET, "Name": "AmazonMSK_alice", "KmsKeyId": KEY, "DeletedDate": NOW,
      "PrimaryRegion": "eu-west-1", "OwningService": "x", "LastChangedDate": NOW}),
    ("secretsmanager", "get_resource_policy", {"SecretId": SECRET},
     {"ARN": SECRET, "Name": "AmazonMSK_alice", "ResourcePolicy": "{}"}),
    ("secretsmanager", "get_secret_value", {"SecretId": SECRET}, {"SecretString": "{}"}),
    ("kms", "describe_key", {"KeyId": "alias/msk"},
     {"KeyMetadata": {"KeyId": "0a1b2c3d", "Arn": KEY, "KeyManager": "CUSTOMER",
                      "KeyState": "PendingDeletion", "KeySpec": "SYMMETRIC_DEFAULT"}}),
    ("sts", "get_caller_identity", {}, {"Account": "123456789012", "Arn": "a" * 20}),
    ("sts", "assume_role",
     {"RoleArn": "arn:aws:iam::123456789012:role/k", "RoleSessionName": "kalixweb",
      "ExternalId": "kalixweb-1"},
     {"Credentials": {"AccessKeyId": "A" * 16, "SecretAccessKey": "s", "SessionToken": "t",
                      "Expiration": NOW}}),
    ("ec2", "describe_subnets", {"SubnetIds": ["subnet-1"]},
     {"Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1"}]}),
    ("ec2", "describe_route_tables", {"Filters": [{"Name": "vpc-id", "Values": ["vpc-1"]}]},
     {"RouteTables": [{"RouteTableId": "rtb-1", "Associations": [{"Main": True}], "Routes": [
         {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"}]}]}),
    ("ec2", "describe_security_groups", {"GroupIds": ["sg-1"]},
     {"SecurityGroups": [{"GroupId": "sg-1", "IpPermissions": [
         {"IpProtocol": "tcp", "FromPort": 9196, "ToPort": 9196,
          "PrefixListIds": [{"PrefixListId": "pl-1"}]}]}]}),
    ("ec2", "describe_network_acls",
     {"Filters": [{"Name": "association.subnet-id", "Values": ["subnet-1"]}]},
     {"NetworkAcls": [{"NetworkAclId": "acl-1", "Entries": [
         {"RuleNumber": 100, "Egress": True, "Protocol": "-1", "RuleAction": "allow"}]}]}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("service", "operation", "params", "answer"), CALLS, ids=[call[1] for call in CALLS]
)
def test_what_is_sent_and_what_comes_back(
    aws: Aws, service: Any, operation: str, params: dict[str, Any], answer: dict[str, Any]
) -> None:
    with Stubber(aws.client(service)) as stubber:
        stubber.add_response(operation, answer, params)
        got = aws.call(service, operation, required=tuple(answer)[:1], **params)
        assert {key: got[key] for key in answer} == answer
        stubber.add_client_error(operation, "AccessDeniedException", "", 403)
        assert failure_of(lambda: aws.call(service, operation, **params)).code


@pytest.mark.parametrize(
    ("service", "operation", "answer", "ask"),
    [
        ("kafka", "list_clusters_v2", {"ClusterInfoList": [INFO]}, clusters.list_clusters),
        (
            "kafka",
            "get_bootstrap_brokers",
            {bootstrap_brokers.PRIVATE_SCRAM: "b-1:9096"},
            lambda aws: bootstrap_brokers.fetch(aws, ARN),
        ),
        ("sts", "get_caller_identity", {"Account": "1", "Arn": "a" * 20}, identity.who_am_i),
        (
            "secretsmanager",
            "get_secret_value",
            {"SecretString": '{"username": "a", "password": "b"}'},
            lambda aws: scram_secret.read_password(aws, SECRET),
        ),
    ],
)
def test_what_is_asked_for_by_name_is_what_the_model_knows(
    aws: Aws, service: Any, operation: str, answer: Any, ask: Callable[[Aws], object]
) -> None:
    with Stubber(aws.client(service)) as stubber:
        stubber.add_response(operation, answer)
        assert ask(aws)
        stubber.assert_no_pending_responses()


def test_every_action_of_the_policy_is_an_operation_of_its_service(
    aws: Aws, account: Account
) -> None:
    from brokers.aws.policy import least_policy

    for statement in least_policy(ARN, with_password=True, topics=["orders"]):
        for action in statement.actions:
            service, _, operation = action.partition(":")
            if service != "kafka-cluster" and action != "kms:Decrypt":
                known = aws.client(service).meta.method_to_api_mapping.values()  # type: ignore[arg-type]
                assert operation in known
