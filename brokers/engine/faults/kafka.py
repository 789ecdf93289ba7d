"""Faults of what answers inside TLS."""

from brokers.engine.faults.row import Row

ROWS = (
    Row(
        "kafka.https",
        "F",
        "kafka",
        "you",
        "HTTPS",
        "{name} speaks HTTPS, not Kafka (it answered “{seen}”).",
        "Use the cluster's bootstrap servers; this is the address of a web page or REST interface.",
        field="servers",
    ),
    Row(
        "kafka.not_kafka",
        "F",
        "kafka",
        "you",
        "Not Kafka",
        "{name} speaks TLS, but {what}; that is not Kafka.",
        "Compare host and port with the cluster's bootstrap servers.",
        field="servers",
    ),
    Row(
        "kafka.malformed",
        "F",
        "kafka",
        "cluster_owner",
        "Malformed",
        "{name} answers in Kafka's frames, but not as Kafka does: {detail}.",
        "Ask the cluster's owner what stands between: a proxy that changes Kafka's messages, or "
        "a broker that is not Apache Kafka.",
    ),
    Row(
        "kafka.closed",
        "F",
        "kafka",
        "cluster_owner",
        "Closed",
        "{name} closed the connection after TLS, before it answered anything.",
        "Ask the cluster's owner what listens there: a proxy without a broker behind it, a broker "
        "older than 0.10, or one that is just stopping does this.",
    ),
    Row(
        "kafka.silent",
        "F",
        "kafka",
        "cluster_owner",
        "Silent",
        "{name} completed TLS, then did not answer Kafka's first question within {seconds} s.",
        "Ask the cluster's owner whether the broker is overloaded, or a proxy before it has lost "
        "it.",
    ),
    Row(
        "kafka.controller_port",
        "F",
        "kafka",
        "you",
        "Controller",
        "{name} is the listener of a KRaft controller: it offers {count} requests, but neither "
        "reading nor writing of topics.",
        "Use the port of a broker's client listener, not the controller's.",
        field="servers",
    ),
    Row(
        "kafka.no_common_version",
        "F",
        "kafka",
        "cluster_owner",
        "Version",
        "{name} is too {broker_is}: it offers {request} {offered}, and kalixweb speaks {spoken}.",
        "Ask the cluster's owner for a broker of Kafka 1.0 or newer; if it is newer than this "
        "kalixweb, update kalixweb.",
    ),
)
