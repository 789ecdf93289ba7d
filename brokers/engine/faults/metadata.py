"""Faults of the cluster's description of itself."""

from brokers.engine.faults.row import Row

ROWS = (
    Row(
        "metadata.silent",
        "F",
        "metadata",
        "cluster_owner",
        "Silent",
        "{name} accepted the login, then did not say within {seconds} s which brokers there are.",
        "Ask the cluster's owner whether this broker has lost its controller.",
    ),
    Row(
        "metadata.closed",
        "F",
        "metadata",
        "cluster_owner",
        "Closed",
        "{name} accepted the login, then closed the connection instead of naming its brokers.",
        "Ask the cluster's owner what the broker's log says, and what stands before it.",
    ),
    Row(
        "metadata.empty",
        "F",
        "metadata",
        "cluster_owner",
        "No brokers",
        "{name} accepted the login, but names {what}: the cluster is probably still starting.",
        "Test again in a minute; if it stays so, ask the cluster's owner for the state of its "
        "controllers.",
    ),
    Row(
        "metadata.two_clusters",
        "F",
        "metadata",
        "you",
        "Two clusters",
        "The bootstrap servers belong to different clusters: {detail}.",
        "Keep only the bootstrap servers of the cluster that is meant.",
        field="servers",
    ),
    Row(
        "metadata.cluster_changed",
        "W",
        "metadata",
        "you",
        "New cluster",
        "{name} belongs to cluster {now}; at the last passed test it was {before}.",
        "Make sure that the cluster was replaced on purpose: its topics and offsets are others.",
        field="servers",
    ),
    Row(
        "metadata.broker_missing",
        "W",
        "metadata",
        "cluster_owner",
        "Broker down",
        "Broker {brokers} holds replicas of {topics}, but is not among the brokers that the "
        "cluster names: it is down.",
        "Ask the cluster's owner to bring it back; until then these partitions have fewer copies.",
    ),
    Row(
        "metadata.error",
        "F",
        "metadata",
        "cluster_owner",
        "Error",
        "{name} accepted the login, then answered the question for its brokers with {detail}.",
        "Ask the cluster's owner what the broker's log says about it.",
    ),
)
