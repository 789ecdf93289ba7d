"""Topics and rights, made by a real client. Run as a program in a child process:

librdkafka can end the process that it lives in, and its threads must not live in ours.
Standard input: {"bootstrap": HOST:PORT of a listener without login, "replicas": 1}. Idempotent.
"""

import json
import sys

from confluent_kafka import KafkaException
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # it has no __all__
    AclBinding,
    AclOperation,
    AclPermissionType,
    AdminClient,
    NewTopic,
    ResourcePatternType,
    ResourceType,
)

# Seconds; a broker that has just started on a busy machine is slow.
_PATIENCE = 30

TOPICS = ("orders", "shipments", "payments")
RIGHTS = (
    ("alice", ResourceType.TOPIC, "orders", AclOperation.READ),
    ("alice", ResourceType.TOPIC, "orders", AclOperation.WRITE),
    ("alice", ResourceType.TOPIC, "shipments", AclOperation.READ),
    ("alice", ResourceType.GROUP, "orders-svc", AclOperation.READ),
    ("reader", ResourceType.TOPIC, "shipments", AclOperation.READ),
    ("bob", ResourceType.TOPIC, "orders", AclOperation.READ),
    ("plain-user", ResourceType.TOPIC, "orders", AclOperation.READ),
    ("plain-user", ResourceType.TOPIC, "orders", AclOperation.WRITE),
)


def main() -> None:
    """Make what is missing; an error ends the program with its text on standard error."""
    order = json.load(sys.stdin)
    client = AdminClient({"bootstrap.servers": order["bootstrap"], "enable.metrics.push": False})
    replicas = order["replicas"]
    topics = [NewTopic(name, num_partitions=3, replication_factor=replicas) for name in TOPICS]
    # Rights on groups can be asked only where this internal topic exists. A first use of a group
    # would make it too, but librdkafka then may wait for its coordinator without end.
    compact = {"cleanup.policy": "compact"}
    topics.append(NewTopic("__consumer_offsets", 1, replication_factor=replicas, config=compact))
    for name, made in client.create_topics(topics).items():
        try:
            made.result(timeout=_PATIENCE)
        except KafkaException as why:
            if why.args[0].name() != "TOPIC_ALREADY_EXISTS":
                sys.exit(f"topic {name}: {why.args[0].str()}")
    literal, allow = ResourcePatternType.LITERAL, AclPermissionType.ALLOW
    bindings = [
        AclBinding(kind, name, literal, f"User:{user}", "*", operation, allow)
        for user, kind, name, operation in RIGHTS
    ]
    for given in client.create_acls(bindings).values():
        given.result(timeout=_PATIENCE)


if __name__ == "__main__":
    main()
