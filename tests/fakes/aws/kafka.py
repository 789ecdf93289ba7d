"""The calls of Amazon MSK."""

from typing import Any

from tests.fakes.aws.account import Account, Record
from tests.fakes.aws.refusals import Refused

# Needs of the topic API besides its own action.
CONNECTING = ("ListTopics", "DescribeTopic", "DescribeTopicPartitions")


def answer(account: Account, region: str, operation: str, params: Record) -> Record:
    """What MSK answers in that Region; raises Refused."""
    return OPERATIONS[operation](account, region, params)


def _list_clusters(account: Account, region: str, params: Record) -> Record:
    rows = [c for arn, c in account.clusters.items() if arn.split(":")[3] == region]
    rows = [c for c in rows if c["ClusterName"].startswith(params.get("ClusterNameFilter", ""))]
    kind = params.get("ClusterTypeFilter")
    rows = [c for c in rows if kind in {None, "ALL", c["ClusterType"]}]
    return page(account, rows, "ClusterInfoList", params)


def _describe_cluster(account: Account, region: str, params: Record) -> Record:
    return {"ClusterInfo": _cluster(account, region, params)}


def _bootstrap(account: Account, region: str, params: Record) -> Record:
    try:
        cluster = _cluster(account, region, params)
    except Refused:
        raise Refused(
            "BadRequestException", "One or more of the parameters are not valid."
        ) from None
    if cluster["State"] == "CREATING":
        raise Refused("ConflictException", "Cluster is not in a state to be asked.", 409)
    return dict(account.strings.get(params["ClusterArn"], {}))


def _revision(account: Account, region: str, params: Record) -> Record:
    arn, revision = params["Arn"], int(params["Revision"])
    if (arn, revision) not in account.configurations:
        raise Refused("NotFoundException", "The configuration revision does not exist.", 404)
    text = account.configurations[arn, revision]
    return {
        "Arn": arn,
        "Revision": revision,
        "CreationTime": account.now,
        "ServerProperties": text.encode(),
    }


def _scram(account: Account, region: str, params: Record) -> Record:
    cluster = _provisioned(account, region, params)
    rows = account.scram.get(cluster["ClusterArn"], [])
    return page(account, rows, "SecretArnList", params)


def _operation(account: Account, region: str, params: Record) -> Record:
    arn = params["ClusterOperationArn"]
    if arn not in account.operations:
        raise Refused("NotFoundException", "The operation does not exist.", 404)
    return {"ClusterOperationInfo": account.operations[arn]}


def _operations(account: Account, region: str, params: Record) -> Record:
    cluster = _cluster(account, region, params)
    known = ("ClusterArn", "ClusterType", "StartTime", "EndTime", "OperationArn")
    known += ("OperationState", "OperationType")
    rows = [
        {key: row[key] for key in known if key in row}
        for row in account.operations.values()
        if row.get("ClusterArn") == cluster["ClusterArn"]
    ]
    return page(account, rows, "ClusterOperationInfoList", params)


def _nodes(account: Account, region: str, params: Record) -> Record:
    cluster = _provisioned(account, region, params)
    rows = account.nodes.get(cluster["ClusterArn"], [])
    return page(account, rows, "NodeInfoList", params)


def _topics(account: Account, region: str, params: Record) -> Record:
    prefix = params.get("TopicNameFilter", "")
    fields = ("TopicArn", "TopicName", "ReplicationFactor", "PartitionCount")
    rows = [
        {**{f: topic[f] for f in fields}, "OutOfSyncReplicaCount": 0}
        for name, topic in _topics_of(account, region, params).items()
        if name.startswith(prefix)
    ]
    return page(account, rows, "Topics", params)


def _topic(account: Account, region: str, params: Record) -> Record:
    return _one_topic(account, region, params)


def _partitions(account: Account, region: str, params: Record) -> Record:
    topic = _one_topic(account, region, params)
    rows = [
        {"Partition": number, "Leader": 1, "Replicas": [1, 2, 3], "Isr": [1, 2, 3]}
        for number in range(topic["PartitionCount"])
    ]
    return page(account, rows, "Partitions", params)


def _one_topic(account: Account, region: str, params: Record) -> Record:
    found = _topics_of(account, region, params).get(params["TopicName"])
    if found is None:
        raise Refused("NotFoundException", "The topic does not exist.", 404)
    return found


def _topics_of(account: Account, region: str, params: Record) -> dict[str, Record]:
    """Only a provisioned, active cluster of Kafka 3.6 or newer has a topic API."""
    cluster = _provisioned(account, region, params)
    version = cluster["Provisioned"]["CurrentBrokerSoftwareInfo"]["KafkaVersion"]
    if tuple(int(part) for part in version.split(".")[:2]) < (3, 6):
        message = "The topic APIs need a cluster of Apache Kafka version 3.6.0 or higher."
        raise Refused("BadRequestException", message)
    if cluster["State"] != "ACTIVE":
        raise Refused("BadRequestException", "The cluster is not in ACTIVE state.")
    return account.topics.get(cluster["ClusterArn"], {})


def _provisioned(account: Account, region: str, params: Record) -> Record:
    cluster = _cluster(account, region, params)
    if cluster["ClusterType"] != "PROVISIONED":
        message = "This operation cannot be performed on serverless clusters."
        raise Refused("BadRequestException", message)
    return cluster


def _cluster(account: Account, region: str, params: Record) -> Record:
    arn = params["ClusterArn"]
    if arn not in account.clusters or arn.split(":")[3] != region:
        raise Refused("NotFoundException", "The cluster does not exist.", 404)
    return account.clusters[arn]


def page(account: Account, rows: list[Any], key: str, params: Record) -> Record:
    """One page of rows; the token is the number of the next row."""
    start = int(params.get("NextToken", 0))
    most = min(int(params.get("MaxResults", 100)), account.per_page or 100)
    answered: Record = {key: rows[start : start + most]}
    if start + most < len(rows):
        answered["NextToken"] = str(start + most)
    return answered


OPERATIONS = {
    "ListClustersV2": _list_clusters,
    "DescribeClusterV2": _describe_cluster,
    "GetBootstrapBrokers": _bootstrap,
    "DescribeConfigurationRevision": _revision,
    "ListScramSecrets": _scram,
    "DescribeClusterOperationV2": _operation,
    "ListClusterOperationsV2": _operations,
    "ListNodes": _nodes,
    "ListTopics": _topics,
    "DescribeTopic": _topic,
    "DescribeTopicPartitions": _partitions,
}
