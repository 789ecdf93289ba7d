"""Faults of what the user may do with topics, groups and transactional ids that were named."""

from shlex import quote

from brokers.engine.faults.row import Row, Seen


def _tool(seen: Seen, resource: str, operation: str) -> str:
    return (
        f"`kafka-acls.sh --add --allow-principal {quote('User:' + seen['user'])} "
        f"--operation {operation} --{resource} {quote(seen['asked'])}`."
    )


ROWS = (
    Row(
        "rights.topic_hidden",
        "F",
        "rights",
        "cluster_owner",
        "No right",
        "“{user}” may not describe the topic “{asked}”, or it does not exist: Kafka answers both "
        "the same way.",
        lambda seen: (
            "Check the topic's name; else ask the cluster's owner for: "
            + _tool(seen, "topic", seen["needed"])
        ),
        field="topics",
        maybe_yours=True,
        acl_missing=True,
    ),
    Row(
        "rights.topic_missing",
        "F",
        "rights",
        "cluster_owner",
        "No topic",
        "The topic “{asked}” does not exist on this cluster.",
        "Check the topic's name and that this is the right cluster; else have it created.",
        field="topics",
        maybe_yours=True,
    ),
    Row(
        "rights.read_denied",
        "F",
        "rights",
        "cluster_owner",
        "No read",
        "“{user}” may not read from the topic “{asked}”.",
        lambda seen: "Ask the cluster's owner for: " + _tool(seen, "topic", "Read"),
        acl_missing=True,
    ),
    Row(
        "rights.write_denied",
        "F",
        "rights",
        "cluster_owner",
        "No write",
        "“{user}” may not write to the topic “{asked}”.",
        lambda seen: "Ask the cluster's owner for: " + _tool(seen, "topic", "Write"),
        acl_missing=True,
    ),
    Row(
        "rights.group_denied",
        "F",
        "rights",
        "cluster_owner",
        "No group",
        "“{user}” may not read as the consumer group “{asked}”.",
        lambda seen: "Ask the cluster's owner for: " + _tool(seen, "group", "Read"),
        acl_missing=True,
    ),
    Row(
        "rights.could_not_tell",
        "W",
        "rights",
        "cluster_owner",
        "Unknown",
        "What “{user}” may do with the {kind} “{asked}” could not be told: {detail}.",
        "Try it with the client itself, or ask the cluster's owner which ACLs there are.",
    ),
    Row(
        "rights.transactional_id_denied",
        "F",
        "rights",
        "cluster_owner",
        "No txn id",
        "“{user}” may not use the transactional id “{asked}”.",
        lambda seen: (
            "Ask the cluster's owner for: "
            + _tool(seen, "transactional-id", "Write --operation Describe")
        ),
    ),
    Row(
        "rights.no_leader",
        "W",
        "rights",
        "cluster_owner",
        "No leader",
        "{count} of {total} partitions of the topic “{asked}” have no leader ({partitions}); "
        "nothing can be read from or written to them.",
        "Ask the cluster's owner to bring back the brokers that hold them: {replicas}.",
    ),
    Row(
        "rights.under_replicated",
        "W",
        "rights",
        "cluster_owner",
        "Few copies",
        "{count} of {total} partitions of the topic “{asked}” have fewer copies in sync than they "
        "should ({partitions}); writing with acks=all may be refused.",
        "Ask the cluster's owner why brokers {missing} are behind or down.",
    ),
)
