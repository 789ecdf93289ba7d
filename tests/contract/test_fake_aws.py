"""The fake AWS speaks as botocore's models say, for every call that it knows."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator

from tests.fakes.aws import Account, FakeAws, healthy_account
from tests.fakes.aws.account import KEY_ID, SECRET_KEY
from tests.fakes.aws.building import operation, serverless
from tests.fakes.aws.kafka import OPERATIONS

SESSION = boto3.Session(KEY_ID, SECRET_KEY)
ROLE = "arn:aws:iam::123456789012:role/kalixweb"


@pytest.fixture
def account() -> Account:
    made = healthy_account()
    made.roles[ROLE] = "kalixweb-1"
    serverless(made, "clicks")
    operation(made, next(iter(made.clusters)), "UPDATE_CONNECTIVITY", state="UPDATE_COMPLETE")
    return made


@pytest.fixture
def aws(account: Account, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAws]:
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    with FakeAws(account) as running:
        yield running


def call(aws: FakeAws, service: str, operation: str, **params: Any) -> dict[str, Any]:
    return getattr(client_of(aws.url, service, aws.account.region), operation)(**params)


@cache
def client_of(url: str, service: str, region: str) -> Any:
    config = Config(retries={"total_max_attempts": 1})
    return SESSION.client(service, region, endpoint_url=url, config=config)


def error_of(aws: FakeAws, service: str, operation: str, params: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(ClientError) as refused:
        call(aws, service, operation, **params)
    return refused.value.response["Error"]


def asked(account: Account) -> dict[str, tuple[str, str, dict[str, Any]]]:
    cluster = account.cluster("orders")["ClusterArn"]
    software = account.cluster("orders")["Provisioned"]["CurrentBrokerSoftwareInfo"]
    secret = account.scram[cluster][0]
    of_cluster = {"ClusterArn": cluster}
    return {
        "ListClustersV2": ("kafka", "list_clusters_v2", {"MaxResults": 100}),
        "DescribeClusterV2": ("kafka", "describe_cluster_v2", of_cluster),
        "GetBootstrapBrokers": ("kafka", "get_bootstrap_brokers", of_cluster),
        "DescribeConfigurationRevision": (
            "kafka",
            "describe_configuration_revision",
            {
                "Arn": software["ConfigurationArn"],
                "Revision": software["ConfigurationRevision"],
            },
        ),
        "ListScramSecrets": ("kafka", "list_scram_secrets", of_cluster),
        "DescribeClusterOperationV2": (
            "kafka",
            "describe_cluster_operation_v2",
            {"ClusterOperationArn": next(iter(account.operations))},
        ),
        "ListClusterOperationsV2": ("kafka", "list_cluster_operations_v2", of_cluster),
        "ListNodes": ("kafka", "list_nodes", of_cluster),
        "ListTopics": ("kafka", "list_topics", of_cluster | {"TopicNameFilter": "ord"}),
        "DescribeTopic": ("kafka", "describe_topic", of_cluster | {"TopicName": "orders"}),
        "DescribeTopicPartitions": (
            "kafka",
            "describe_topic_partitions",
            of_cluster | {"TopicName": "orders"},
        ),
        "DescribeSecret": ("secretsmanager", "describe_secret", {"SecretId": secret}),
        "GetResourcePolicy": ("secretsmanager", "get_resource_policy", {"SecretId": secret}),
        "GetSecretValue": ("secretsmanager", "get_secret_value", {"SecretId": secret}),
        "DescribeKey": ("kms", "describe_key", {"KeyId": "alias/msk"}),
        "GetCallerIdentity": ("sts", "get_caller_identity", {}),
        "AssumeRole": (
            "sts",
            "assume_role",
            {"RoleArn": ROLE, "RoleSessionName": "kalixweb", "ExternalId": "kalixweb-1"},
        ),
        "DescribeSubnets": ("ec2", "describe_subnets", {"SubnetIds": ["subnet-0a", "subnet-0b"]}),
        "DescribeRouteTables": (
            "ec2",
            "describe_route_tables",
            {"Filters": [{"Name": "vpc-id", "Values": ["vpc-0a"]}]},
        ),
        "DescribeSecurityGroups": ("ec2", "describe_security_groups", {"GroupIds": ["sg-0a"]}),
        "DescribeNetworkAcls": (
            "ec2",
            "describe_network_acls",
            {"Filters": [{"Name": "association.subnet-id", "Values": ["subnet-0a"]}]},
        ),
    }


def test_every_answer_has_the_shape_of_the_model(account: Account, aws: FakeAws) -> None:
    session = botocore.session.get_session()
    calls = asked(account)
    assert set(OPERATIONS) <= set(calls)
    for name, (service, method, params) in calls.items():
        shape = session.get_service_model(service).operation_model(name).output_shape
        answer = call(aws, service, method, **params)
        answer.pop("ResponseMetadata")
        assert answer, name
        report = ParamValidator().validate(answer, shape)
        assert not report.has_errors(), (name, report.generate_report())


def test_what_is_held_arrives_as_it_is_held(account: Account, aws: FakeAws) -> None:
    held = account.cluster("orders")
    arn = held["ClusterArn"]
    answer = call(aws, "kafka", "describe_cluster_v2", ClusterArn=arn)
    assert answer["ClusterInfo"] == held
    tables = call(aws, "ec2", "describe_route_tables")["RouteTables"]
    assert tables == account.route_tables
    assert call(aws, "ec2", "describe_security_groups")["SecurityGroups"] == account.security_groups
    assert call(aws, "ec2", "describe_network_acls")["NetworkAcls"] == account.network_acls
    service, method, params = asked(account)["DescribeConfigurationRevision"]
    revision = call(aws, service, method, **params)
    assert b"allow.everyone.if.no.acl.found=false" in revision["ServerProperties"]


def test_a_role_is_assumed_with_its_external_id_only(account: Account, aws: FakeAws) -> None:
    made = call(
        aws, "sts", "assume_role", RoleArn=ROLE, RoleSessionName="kalixweb", ExternalId="kalixweb-1"
    )
    keys = made["Credentials"]
    session = boto3.Session(
        keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], "eu-central-1"
    )
    who = session.client("sts", endpoint_url=aws.url).get_caller_identity()
    assert who["Arn"] == "arn:aws:sts::123456789012:assumed-role/kalixweb/kalixweb"
    with pytest.raises(ClientError, match="not authorized to perform: sts:AssumeRole"):
        call(aws, "sts", "assume_role", RoleArn=ROLE, RoleSessionName="kalixweb")


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        ("DescribeClusterV2", "AccessDeniedException"),
        ("DescribeSecret", "AccessDeniedException"),
        ("DescribeKey", "AccessDeniedException"),
        ("GetCallerIdentity", "AccessDenied"),
        ("DescribeSubnets", "UnauthorizedOperation"),
    ],
)
def test_a_denial_names_the_action(
    account: Account, aws: FakeAws, operation: str, code: str
) -> None:
    service, method, params = asked(account)[operation]
    account.deny(f"{service}:{operation}")
    error = error_of(aws, service, method, params)
    assert error["Code"] == code
    assert f"is not authorized to perform: {service}:{operation} " in error["Message"]


def test_topics_need_the_right_to_connect(account: Account, aws: FakeAws) -> None:
    account.deny("kafka-cluster:Connect")
    error = error_of(aws, *asked(account)["DescribeTopic"])
    assert "is not authorized to perform: kafka-cluster:Connect on" in error["Message"]


@pytest.mark.parametrize("service", ["kafka", "secretsmanager", "kms", "sts", "ec2"])
def test_each_service_has_its_own_words_for_what_went_wrong(account: Account, service: str) -> None:
    calls = asked(account)
    named = next(call for call in calls.values() if call[0] == service)
    codes = {}
    with FakeAws(account) as aws:
        account.throttle(1.0)
        codes["throttled"] = error_of(aws, *named)["Code"]
        account.throttle(0.0)
        account.refuse_keys()
        codes["refused"] = error_of(aws, *named)["Code"]
        account.expire()
        codes["expired"] = error_of(aws, *named)["Code"]
        account.access_keys.clear()
        codes["unknown"] = error_of(aws, *named)["Code"]
        account.skew(900)
        codes["skewed"] = error_of(aws, *named)["Code"]
    assert codes == WORDS[service]


WORDS = {
    "kafka": {
        "throttled": "TooManyRequestsException",
        "refused": "InvalidSignatureException",
        "expired": "ExpiredTokenException",
        "unknown": "UnrecognizedClientException",
        "skewed": "InvalidSignatureException",
    },
    "secretsmanager": {
        "throttled": "ThrottlingException",
        "refused": "InvalidSignatureException",
        "expired": "ExpiredTokenException",
        "unknown": "UnrecognizedClientException",
        "skewed": "InvalidSignatureException",
    },
    "sts": {
        "throttled": "Throttling",
        "refused": "SignatureDoesNotMatch",
        "expired": "ExpiredToken",
        "unknown": "InvalidClientTokenId",
        "skewed": "SignatureDoesNotMatch",
    },
    "ec2": {
        "throttled": "RequestLimitExceeded",
        "refused": "AuthFailure",
        "expired": "RequestExpired",
        "unknown": "AuthFailure",
        "skewed": "RequestExpired",
    },
}
WORDS["kms"] = WORDS["secretsmanager"]


def test_a_share_of_the_calls_is_throttled(account: Account, aws: FakeAws) -> None:
    account.throttle(0.3)
    refused = 0
    for _ in range(40):
        try:
            call(aws, "sts", "get_caller_identity")
        except ClientError:
            refused += 1
    assert 4 < refused < 25


def test_the_page_of_a_proxy_comes_as_it_is(account: Account, aws: FakeAws) -> None:
    account.proxy_page("kafka:ListClustersV2")
    error = error_of(aws, "kafka", "list_clusters_v2", {})
    assert error["Code"] == "403"


def test_pages_hold_what_was_asked_for(account: Account, aws: FakeAws) -> None:
    account.page_size(2)
    arn = account.cluster("orders")["ClusterArn"]
    first = call(aws, "kafka", "list_scram_secrets", ClusterArn=arn)
    second = call(aws, "kafka", "list_scram_secrets", ClusterArn=arn, NextToken=first["NextToken"])
    assert first["SecretArnList"] + second["SecretArnList"] == account.scram[arn]
    assert "NextToken" not in second
    assert [request.operation for request in account.requests] == ["ListScramSecrets"] * 2
