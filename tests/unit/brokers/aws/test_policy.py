"""The least policy: what is in it, what is not, and that it suffices."""

import json
from fnmatch import fnmatchcase

import pytest

from brokers.aws import permissions
from brokers.aws.arn import ClusterArn
from brokers.aws.client import Aws
from brokers.aws.policy import Statement, as_json, least_policy, trust_policy
from tests.fakes.aws import Account, Refused

CHINA = ClusterArn.parse("arn:aws-cn:kafka:cn-north-1:123456789012:cluster/orders/u-7")


def actions(statements: list[Statement]) -> set[str]:
    return {action for one in statements for action in one.actions}


def resources_of(statements: list[Statement], action: str) -> set[str]:
    return {r for one in statements if action in one.actions for r in one.resources}


def test_finding_needs_no_cluster() -> None:
    assert "kafka:ListClustersV2" in actions(least_policy(None))
    assert not any(action.startswith("ec2:") for action in actions(least_policy(None)))


def test_no_password_can_be_read_unless_it_is_asked_for(arn: ClusterArn) -> None:
    assert not {"secretsmanager:GetSecretValue", "kms:Decrypt"} & actions(least_policy(arn))
    secret = arn.of("secretsmanager", "secret:AmazonMSK_alice-a1b2c3")
    with_it = least_policy(arn, with_password=True, secret_arn=secret)
    assert resources_of(with_it, "secretsmanager:GetSecretValue") == {secret}
    (decrypting,) = [one for one in with_it if "kms:Decrypt" in one.actions]
    via = decrypting.condition["StringEquals"]["kms:ViaService"]
    assert via == "secretsmanager.eu-central-1.amazonaws.com"


def test_nothing_can_be_written(arn: ClusterArn) -> None:
    verbs = ("Describe", "List", "Get", "Connect", "Decrypt")
    for action in actions(least_policy(arn, with_password=True, topics=["t"])):
        assert action.partition(":")[2].startswith(verbs)


def test_what_has_no_resource_type_stands_on_everything(arn: ClusterArn) -> None:
    policy = least_policy(arn)
    assert resources_of(policy, "kafka:GetBootstrapBrokers") == {"*"}
    assert resources_of(policy, "ec2:DescribeSubnets") == {"*"}
    assert resources_of(policy, "kafka:DescribeClusterV2") == {str(arn)}


def test_topics_are_in_it_only_where_topics_are_named(arn: ClusterArn) -> None:
    assert "kafka-cluster:Connect" not in actions(least_policy(arn))
    named = least_policy(arn, topics=["orders"])
    assert "kafka-cluster:Connect" in actions(named)
    topic = arn.of("kafka", f"topic/orders/{arn.uuid}/orders")
    assert resources_of(named, "kafka-cluster:DescribeTopic") == {topic}


@pytest.mark.parametrize(
    ("key", "resource"),
    [
        (None, "key/*"),
        ("alias/msk", "key/*"),
        ("arn:aws-cn:kms:cn-north-1:123456789012:alias/msk", "key/*"),
        ("0a1b", "key/0a1b"),
        ("arn:aws-cn:kms:cn-north-1:123456789012:key/0a1b", "key/0a1b"),
    ],
)
def test_a_key_is_named_by_its_arn_never_by_an_alias(key: str | None, resource: str) -> None:
    policy = least_policy(CHINA, key_arn=key)
    wanted = f"arn:aws-cn:kms:cn-north-1:123456789012:{resource}"
    assert resources_of(policy, "kms:DescribeKey") == {wanted}


def test_the_partition_is_the_clusters_everywhere() -> None:
    for one in least_policy(CHINA, with_password=True, topics=["t"]):
        assert all(r == "*" or r.startswith("arn:aws-cn:") for r in one.resources)
    assert ".amazonaws.com.cn" in as_json(least_policy(CHINA, with_password=True))


def test_it_is_json_with_a_reason_for_each_statement(arn: ClusterArn) -> None:
    statements = least_policy(arn, with_password=True, topics=["orders"])
    policy = json.loads(as_json(statements))
    assert policy["Version"] == "2012-10-17"
    sids = [one["Sid"] for one in policy["Statement"]]
    assert len(set(sids)) == len(sids) == len(statements)
    assert all(sid.isalnum() for sid in sids)
    assert all(len(one.why) > 30 for one in statements)


def test_a_role_trusts_one_external_id_only() -> None:
    trust = json.loads(trust_policy("arn:aws:iam::1:user/k", "kalixweb-1"))
    (statement,) = trust["Statement"]
    assert statement["Condition"] == {"StringEquals": {"sts:ExternalId": "kalixweb-1"}}


def test_all_that_is_granted_is_looked_at(aws: Aws, arn: ClusterArn) -> None:
    granted = actions(least_policy(arn, topics=["orders"]))
    seen = permissions.what_can_i(aws, arn, user="alice", topics=["orders"])
    assert {one.action for one in seen} == granted


def test_a_denial_of_a_topic_that_names_no_action_leaves_each_open(
    aws: Aws, arn: ClusterArn, account: Account
) -> None:
    account.answer("kafka:DescribeTopic", Refused("ForbiddenException", "No access", 403))
    seen = {one.action: one for one in permissions.what_can_i(aws, arn, topics=["orders"])}
    of_topics = [one for action, one in seen.items() if "Topic" in action or "Connect" in action]
    assert [one.state for one in of_topics] == ["could_not_tell"] * 4
    assert seen["kafka:DescribeClusterV2"].state == "allowed"


def test_the_secret_that_is_looked_at_is_the_users_own(
    aws: Aws, arn: ClusterArn, account: Account
) -> None:
    stem = "arn:aws:secretsmanager:eu-central-1:123456789012:secret"
    account.scram[str(arn)] = [f"{stem}:AmazonMSK_al-ice-a1b2c3", f"{stem}:amazonmsk_al-d4e5f6"]
    permissions.what_can_i(aws, arn, user="al")
    asked = [one.params for one in account.requests if one.operation == "DescribeSecret"]
    assert "amazonmsk_al-d4e5f6" in str(asked)
    assert "al-ice" not in str(asked)


def test_it_grants_all_that_a_look_at_permissions_tries(
    aws: Aws, arn: ClusterArn, account: Account
) -> None:
    granted = actions(least_policy(arn, topics=["orders"]))
    seen = permissions.what_can_i(aws, arn, user="alice", topics=["orders"])
    assert {one.action for one in seen} <= granted
    tried = {request.action for request in account.requests}
    assert all(any(fnmatchcase(one, action) for action in granted) for one in tried)


def test_what_is_allowed_is_told_without_changing_or_reading_anything(
    aws: Aws, arn: ClusterArn, account: Account
) -> None:
    seen = permissions.what_can_i(aws, arn, user="alice", topics=["orders"])
    assert {one.state for one in seen} == {"allowed"}
    assert "GetSecretValue" not in {request.operation for request in account.requests}
    assert all(one.needed_for and one.sentence for one in seen)
    assert len(account.requests) == len({request.operation for request in account.requests})


def test_each_missing_action_is_named(aws: Aws, arn: ClusterArn, account: Account) -> None:
    denied = {"kafka:GetBootstrapBrokers", "kms:DescribeKey", "ec2:DescribeNetworkAcls"}
    account.deny(*denied, "kafka-cluster:Connect")
    seen = {one.action: one for one in permissions.what_can_i(aws, arn, topics=["orders"])}
    assert {a for a, one in seen.items() if one.state == "denied"} == denied | {
        "kafka-cluster:Connect"
    }
    assert seen["kafka:DescribeTopic"].state == "could_not_tell"
    assert "kms:DescribeKey" in seen["kms:DescribeKey"].sentence


def test_what_is_not_there_was_allowed_to_be_looked_for(
    aws: Aws, arn: ClusterArn, account: Account
) -> None:
    account.secrets.clear()
    account.scram.clear()
    account.topics.clear()
    seen = {one.action: one.state for one in permissions.what_can_i(aws, arn, topics=["orders"])}
    assert seen["secretsmanager:DescribeSecret"] == "allowed"
    assert seen["kafka:DescribeTopic"] == "allowed"
    assert seen["kms:DescribeKey"] == "could_not_tell"


def test_refused_credentials_deny_nothing(aws: Aws, arn: ClusterArn, account: Account) -> None:
    account.refuse_keys()
    seen = permissions.what_can_i(aws, arn, topics=["orders"])
    assert {one.state for one in seen} == {"could_not_tell"}


def test_before_a_cluster_is_chosen_only_finding_is_tried(aws: Aws, account: Account) -> None:
    (one,) = permissions.what_can_i(aws, None)
    assert one.action == "kafka:ListClustersV2"
    assert len(account.requests) == 1
