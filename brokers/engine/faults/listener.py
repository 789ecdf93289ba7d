"""Faults that only a broker's being advertised can tell."""

from brokers.engine.faults.row import Row

_CORRECT = "Ask the cluster's owner to correct advertised.listeners of broker {broker}"

ROWS = (
    Row(
        "listener.loopback",
        "F",
        "resolve",
        "cluster_owner",
        "Loopback",
        "Broker {broker} tells clients to connect to {name}, which on every other machine leads "
        "to that machine itself.",
        _CORRECT + ": it must be a name that its clients can reach.",
        explains=("resolve.refused_target",),
    ),
    Row(
        "listener.unresolvable",
        "F",
        "resolve",
        "cluster_owner",
        "No such name",
        "Broker {broker} tells clients to connect to {name}, a name that does not exist for "
        "{machine}.",
        _CORRECT + ", or to publish this name in DNS.",
        explains=("resolve.not_found",),
    ),
    Row(
        "listener.inside_name",
        "F",
        "resolve",
        "cluster_owner",
        "Inside name",
        "Broker {broker} tells clients to connect to {name}, a name that only {inside} knows.",
        "Use the cluster's bootstrap servers for clients outside, or test from inside; else "
        "advertised.listeners of broker {broker} needs a name that is known outside.",
        explains=("resolve.not_found",),
    ),
    Row(
        "listener.private",
        "F",
        "connect",
        "cluster_owner",
        "Private",
        "Broker {broker} tells clients to connect to {name}, which is the private address "
        "{address} and silent, while the bootstrap server is public.",
        _CORRECT + ": clients outside need its public address there.",
        explains=("connect.silent_private",),
    ),
    Row(
        "listener.unreachable",
        "F",
        "connect",
        "cluster_owner",
        "Unreachable",
        "Broker {broker} tells clients to connect to {name}, but {reason}, although the bootstrap "
        "server answers.",
        "Ask the cluster's owner whether broker {broker} runs and whether its advertised port is "
        "open to clients, as the bootstrap server's is.",
        explains=(
            "connect.refused",
            "connect.silent",
            "connect.silent_private",
            "connect.unreachable",
        ),
    ),
    Row(
        "listener.other_port_kind",
        "F",
        "",
        "cluster_owner",
        "Other kind",
        "Broker {broker} tells clients to connect to {name}, which is another kind of listener "
        "than the bootstrap server: {reason}.",
        _CORRECT + ": it names the port of another listener.",
        explains=(
            "tls.plaintext_kafka",
            "tls.http",
            "tls.other_protocol",
            "tls.zookeeper",
            "tls.client_certificate_required",
            "kafka.https",
            "kafka.not_kafka",
            "kafka.controller_port",
            "sasl.not_enabled",
            "sasl.mechanism_not_offered",
            "sasl.iam_only",
            "sasl.oauth_only",
        ),
    ),
    Row(
        "listener.host_not_allowed",
        "W",
        "tls",
        "you",
        "Not allowed",
        "Broker {broker} is at {host}, which is not among the hosts that may receive this "
        "password ({allowed}); no login was tried there.",
        "If this broker is yours, add its host to the allowed hosts of the secret.",
        field="servers",
        fixed_at="hosts",
    ),
    Row(
        "listener.same_for_all",
        "W",
        "metadata",
        "cluster_owner",
        "Same address",
        "Brokers {brokers} all tell clients to connect to {name}; clients reach only one of them "
        "there.",
        "Ask the cluster's owner to give each broker an advertised address of its own.",
    ),
)
