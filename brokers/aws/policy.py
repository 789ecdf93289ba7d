"""The least IAM policy for what a project uses, each statement with its reason."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from brokers.aws.arn import ClusterArn, parts

_ANY = "*"


@dataclass(frozen=True)
class Statement:
    """One statement; ``why`` is a sentence for whoever is asked to grant it."""

    sid: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    why: str
    condition: Mapping[str, Any] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """As it stands in a policy."""
        printable: dict[str, Any] = {
            "Sid": self.sid,
            "Effect": "Allow",
            "Action": list(self.actions),
            "Resource": self.resources[0] if len(self.resources) == 1 else list(self.resources),
        }
        return printable | ({"Condition": dict(self.condition)} if self.condition else {})


def least_policy(
    arn: ClusterArn | None,
    *,
    key_arn: str | None = None,
    secret_arn: str | None = None,
    with_password: bool = False,
    topics: Sequence[str] = (),
) -> list[Statement]:
    """What finding, checking and, if asked for, reading one password need.

    Without a cluster nothing but finding one. ``secret_arn`` is the one secret whose password is
    read; ``key_arn`` the key of the secrets.
    """
    statements = [_finding()]
    if arn is None:
        return statements
    statements += [_cluster(arn), _configuration(arn)]
    statements += _topics(arn, topics) if topics else []
    statements += [_secrets(arn), _key(arn, key_arn), _NETWORK]
    if with_password:
        statements += _password(arn, secret_arn, key_arn)
    return statements


def as_json(statements: Sequence[Statement]) -> str:
    """The policy, ready to be pasted."""
    document = {"Version": "2012-10-17", "Statement": [one.document() for one in statements]}
    return json.dumps(document, indent=2)


def trust_policy(who: str, external_id: str) -> str:
    """The trust policy of a role that ``who`` assumes for one project only, as JSON."""
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": who},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": external_id}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=2)


def _finding() -> Statement:
    return Statement(
        "FindClusters",
        ("kafka:ListClustersV2", "kafka:GetBootstrapBrokers", "kafka:DescribeClusterOperationV2"),
        (_ANY,),
        'Lists clusters, their bootstrap servers and what is being changed on them. Resource "*" '
        "is a must: a policy that names the cluster's ARN does not grant these.",
    )


def _cluster(arn: ClusterArn) -> Statement:
    return Statement(
        "ReadCluster",
        ("kafka:DescribeClusterV2", "kafka:ListScramSecrets"),
        (str(arn),),
        "Reads how the cluster is set up and which secrets are associated with it.",
    )


def _configuration(arn: ClusterArn) -> Statement:
    return Statement(
        "ReadConfiguration",
        ("kafka:DescribeConfigurationRevision",),
        (arn.of("kafka", "configuration/*/*"),),
        "Reads allow.everyone.if.no.acl.found in the configuration of the cluster.",
    )


def _topics(arn: ClusterArn, topics: Sequence[str]) -> list[Statement]:
    stem = f"topic/{arn.name}/{arn.uuid}"
    named = tuple(arn.of("kafka", f"{stem}/{topic}") for topic in topics)
    return [
        Statement(
            "ReadTopics",
            ("kafka:DescribeTopic",),
            (str(arn), *named),
            "Asks whether the topics exist, by MSK and not by Kafka.",
        ),
        Statement(
            "ConnectForTopics",
            ("kafka-cluster:Connect",),
            (str(arn),),
            "MSK looks a topic up as a Kafka client and needs the rights of one.",
        ),
        Statement(
            "DescribeTopics",
            ("kafka-cluster:DescribeTopic", "kafka-cluster:DescribeTopicDynamicConfiguration"),
            named,
            "The same, for each topic. No message can be read with it.",
        ),
    ]


def _secrets(arn: ClusterArn) -> Statement:
    return Statement(
        "ReadSecretsMetadata",
        ("secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy"),
        (arn.of("secretsmanager", "secret:AmazonMSK_*"),),
        "Reads name, key and resource policy of SCRAM secrets. This cannot read a password.",
    )


def _key(arn: ClusterArn, key_arn: str | None) -> Statement:
    return Statement(
        "ReadKeyMetadata",
        ("kms:DescribeKey",),
        (_key_resource(arn, key_arn),),
        "Reads whether the key of a secret is a customer's, enabled and symmetric. It cannot "
        "decrypt.",
    )


_NETWORK = Statement(
    "ReadNetwork",
    (
        "ec2:DescribeSubnets",
        "ec2:DescribeRouteTables",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeNetworkAcls",
    ),
    (_ANY,),
    'Reads whether the brokers can be reached on port 9196. EC2 grants these for "*" only.',
)


def _password(arn: ClusterArn, secret_arn: str | None, key_arn: str | None) -> list[Statement]:
    secret = secret_arn or arn.of("secretsmanager", "secret:AmazonMSK_USER-??????")
    return [
        Statement(
            "ReadOnePassword",
            ("secretsmanager:GetSecretValue",),
            (secret,),
            "Reads the password in this one secret. Leave it out if somebody types the password.",
        ),
        Statement(
            "DecryptOnePassword",
            ("kms:Decrypt",),
            (_key_resource(arn, key_arn),),
            "Decrypts that secret, and only on behalf of Secrets Manager.",
            {
                "StringEquals": {"kms:ViaService": f"secretsmanager.{arn.region}.{_suffix(arn)}"},
                "StringLike": {"kms:EncryptionContext:SecretARN": secret},
            },
        ),
    ]


def _suffix(arn: ClusterArn) -> str:
    return "amazonaws.com.cn" if arn.partition == "aws-cn" else "amazonaws.com"


def _key_resource(arn: ClusterArn, key: str | None) -> str:
    """A policy takes the ARN of a key; an alias in it grants nothing."""
    found = parts(key) if key else None
    if found and found.resource.startswith("key/"):
        return key or ""
    if key and not found and "/" not in key:
        return arn.of("kms", f"key/{key}")
    return arn.of("kms", "key/*")
