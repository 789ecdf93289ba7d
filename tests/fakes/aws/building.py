"""Parts to make an account of: clusters, secrets, keys and networks."""

import json
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from tests.fakes.aws.account import Account, Held, Record

MADE = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
PORTS = {
    "BootstrapBrokerStringTls": (9094, ""),
    "BootstrapBrokerStringSaslScram": (9096, ""),
    "BootstrapBrokerStringSaslIam": (9098, ""),
    "BootstrapBrokerStringPublicTls": (9194, "-public"),
    "BootstrapBrokerStringPublicSaslScram": (9196, "-public"),
    "BootstrapBrokerStringPublicSaslIam": (9198, "-public"),
}


def provisioned(
    account: Account, name: str, *, state: str = "ACTIVE", version: str = "3.8.x", brokers: int = 3
) -> str:
    """A provisioned cluster as the guide wants it, without networks and secrets; its ARN."""
    arn = account.arn("kafka", f"cluster/{name}/{uuid5(NAMESPACE_URL, name)}-7")
    account.clusters[arn] = {
        "ClusterArn": arn,
        "ClusterName": name,
        "ClusterType": "PROVISIONED",
        "CreationTime": MADE,
        "CurrentVersion": "K3P5ROKL5A1OLE",
        "State": state,
        "Provisioned": {
            "BrokerNodeGroupInfo": {
                "ClientSubnets": [],
                "InstanceType": "kafka.m5.large",
                "SecurityGroups": [],
                "ConnectivityInfo": {"PublicAccess": {"Type": "SERVICE_PROVIDED_EIPS"}},
            },
            "CurrentBrokerSoftwareInfo": {"KafkaVersion": version},
            "ClientAuthentication": {
                "Sasl": {"Scram": {"Enabled": True}, "Iam": {"Enabled": True}},
                "Unauthenticated": {"Enabled": False},
            },
            "EncryptionInfo": {"EncryptionInTransit": {"ClientBroker": "TLS", "InCluster": True}},
            "NumberOfBrokerNodes": brokers,
            "CustomerActionStatus": "NONE",
        },
    }
    wanted = [field for field in PORTS if "Scram" in field or "Iam" in field]
    account.strings[arn] = strings(account, name, brokers, *wanted)
    return arn


def strings(account: Account, name: str, brokers: int, *fields: str) -> dict[str, str]:
    """Bootstrap broker strings as MSK spells them."""
    tail = f"{name}.a1b2c3.c4.kafka.{account.region}.amazonaws.com"
    return {
        field: ",".join(
            f"b-{n}{PORTS[field][1]}.{tail}:{PORTS[field][0]}" for n in range(1, brokers + 1)
        )
        for field in fields
    }


def serverless(account: Account, name: str, *, state: str = "ACTIVE") -> str:
    """A serverless cluster; its ARN."""
    arn = account.arn("kafka", f"cluster/{name}/{uuid5(NAMESPACE_URL, name)}-s1")
    account.clusters[arn] = {
        "ClusterArn": arn,
        "ClusterName": name,
        "ClusterType": "SERVERLESS",
        "CreationTime": MADE,
        "State": state,
        "Serverless": {
            "VpcConfigs": [{"SubnetIds": ["subnet-0a"], "SecurityGroupIds": ["sg-0a"]}],
            "ClientAuthentication": {"Sasl": {"Iam": {"Enabled": True}}},
        },
    }
    host = f"boot-a1b2c3.c4.kafka-serverless.{account.region}.amazonaws.com:9098"
    account.strings[arn] = {"BootstrapBrokerStringSaslIam": host}
    return arn


def configuration(account: Account, cluster: str, text: str, revision: int = 1) -> str:
    """A configuration of a cluster; its ARN."""
    arn = account.arn("kafka", f"configuration/kalixweb/{uuid5(NAMESPACE_URL, 'conf')}-7")
    account.configurations[arn, revision] = text
    software = account.clusters[cluster]["Provisioned"]["CurrentBrokerSoftwareInfo"]
    software |= {"ConfigurationArn": arn, "ConfigurationRevision": revision}
    return arn


def key(account: Account, name: str = "msk", **changed: object) -> str:
    """A customer managed symmetric key with an alias; its ARN."""
    key_id = str(uuid5(NAMESPACE_URL, f"key {name}"))
    arn = account.arn("kms", f"key/{key_id}")
    account.keys[key_id] = {
        "AWSAccountId": account.number,
        "KeyId": key_id,
        "Arn": arn,
        "CreationDate": MADE,
        "Enabled": True,
        "KeyUsage": "ENCRYPT_DECRYPT",
        "KeyState": "Enabled",
        "Origin": "AWS_KMS",
        "KeyManager": "CUSTOMER",
        "KeySpec": "SYMMETRIC_DEFAULT",
        **changed,
    }
    account.aliases[f"alias/{name}"] = arn
    return arn


def secret(
    account: Account,
    user: str,
    *,
    name: str | None = None,
    key_arn: str | None = None,
    cluster: str | None = None,
    password: str = "alice-secret",
) -> str:
    """A SCRAM secret, associated with ``cluster`` if one is named; its ARN."""
    name = name or f"AmazonMSK_{user}"
    arn = account.arn("secretsmanager", f"secret:{name}-{uuid5(NAMESPACE_URL, name).hex[:6]}")
    described: Record = {
        "ARN": arn,
        "Name": name,
        "CreatedDate": MADE,
        "LastChangedDate": MADE + timedelta(days=1),
    }
    if key_arn:
        described["KmsKeyId"] = key_arn
    held = Held(described, value=json.dumps({"username": user, "password": password}))
    if cluster:
        held.policy = msk_policy(arn)
        account.scram.setdefault(cluster, []).append(arn)
    account.secrets[name] = held
    return arn


def msk_policy(secret_arn: str) -> str:
    """The resource policy that MSK attaches when a secret is associated."""
    statement = {
        "Sid": "AWSKafkaResourcePolicy",
        "Effect": "Allow",
        "Principal": {"Service": "kafka.amazonaws.com"},
        "Action": "secretsmanager:getSecretValue",
        "Resource": secret_arn,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def topic(account: Account, cluster: str, name: str, *, status: str = "ACTIVE") -> None:
    """A topic of three partitions."""
    arn = cluster.replace(":cluster/", ":topic/") + f"/{name}"
    account.topics.setdefault(cluster, {})[name] = {
        "TopicArn": arn,
        "TopicName": name,
        "ReplicationFactor": 3,
        "PartitionCount": 3,
        "Status": status,
    }


def operation(
    account: Account, cluster: str, kind: str, *, state: str = "UPDATE_IN_PROGRESS"
) -> str:
    """An operation on a cluster, in flight unless ``state`` says otherwise; its ARN."""
    rest = cluster.partition(":cluster/")[2]
    made = uuid5(NAMESPACE_URL, kind)
    arn = account.arn("kafka", f"cluster-operation/{rest}/{made}")
    account.operations[arn] = {
        "ClusterArn": cluster,
        "ClusterType": account.clusters[cluster]["ClusterType"],
        "StartTime": MADE,
        "OperationArn": arn,
        "OperationState": state,
        "OperationType": kind,
    }
    if state in {"PENDING", "UPDATE_IN_PROGRESS"}:
        account.clusters[cluster] |= {"ActiveOperationArn": arn, "State": "UPDATING"}
    return arn
