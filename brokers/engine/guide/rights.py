"""Pages of the faults of rights: topics, groups and transactional ids that were named."""

from brokers.engine.guide.page import Line, Page, Platform


def _grant(resource: str, operations: str, *, confluent: str, aiven: str) -> dict[Platform, str]:
    """How each platform gives rights on one resource, such as ``topic orders``."""
    kind, name = resource.replace("transactional-id", "transactionalId").split()
    adds = " ".join(f"--operation {operation}" for operation in operations.split(", "))
    return {
        "any": f"""The owner runs, with an administrator's login in `admin.properties`:

            | kafka-acls.sh --bootstrap-server HOST:PORT --command-config admin.properties \\
            |   --add --allow-principal User:alice {adds} \\
            |   --{resource}""",
        "confluent-cloud": f"""The principal is the service account of the API key:

            | confluent kafka acl create --allow --service-account sa-… \\
            |   {confluent}""",
        "aiven": aiven,
        "strimzi": f"""In the `KafkaUser`, under `spec.authorization` with `type: simple`:

            | acls:
            |   - resource: {{type: {kind}, name: {name}, patternType: literal}}
            |     operations: [{operations}]""",
    }


_EVENT_HUBS: dict[Platform, str] = {
    "event-hubs": """There are no ACLs: the policy of the connection string decides.

        | az eventhubs namespace authorization-rule update --resource-group GROUP \\
        |   --namespace-name NAMESPACE --name RULE --rights Listen Send"""
}
_IAM = """On MSK, IAM policies do nothing for SCRAM users: they need ACLs. Make them inside the VPC
    on port 9096, or as an identity that signs in by IAM, which no ACL binds. The first ACL on a
    resource ends everybody else's access to it: give theirs at the same time."""

PAGES: dict[str, Page] = {
    "rights.topic_hidden": Page(
        title="No right to see the topic, or no such topic",
        first="Check the topic's spelling; then ask the owner for the right to describe it.",
        means="""Kafka answers both cases the same way on purpose, so that nobody can find out by
            asking which topics there are. Kafka tells an administrator which it is.""",
        recognised="""TOPIC_AUTHORIZATION_FAILED for the topic asked by name. A user who may see it
            and finds none gets `rights.topic_missing`. READ or WRITE include DESCRIBE.""",
        mend=_grant(
            "topic orders",
            "Describe, Read",
            confluent="--operations describe,read --topic orders",
            aiven="""`avn service acl-add --username alice --permission read --topic orders
                SERVICE`.""",
        )
        | {
            "msk": """Whether it exists, without a login:

                | aws kafka describe-topic --cluster-arn ARN --topic-name orders

                It needs Kafka 3.6. """
            + _IAM
        },
        client="""Capitals count. `orders` and `orders.v1` are two topics; an ACL for a prefix needs
            `--resource-pattern-type prefixed`.""",
        line=Line(more="--topic payments"),
        related=("rights.topic_missing", "rights.read_denied", "input.bad_topic"),
    ),
    "rights.topic_missing": Page(
        title="The topic does not exist",
        first="Check the topic's name and that this is the right cluster; else have it created.",
        means="""The user may see the topic, and there is none. A consumer would wait for ever, a
            producer until its time-out; neither says why.""",
        recognised="""UNKNOWN_TOPIC_OR_PARTITION for the topic asked by name. The test never creates
            one, also where the cluster creates topics by itself.""",
        mend={
            "any": """Create it:

                | kafka-topics.sh --bootstrap-server HOST:PORT \\
                |   --command-config admin.properties --create --topic orders \\
                    |   --partitions 6 --replication-factor 3""",
            "msk": """`auto.create.topics.enable` is false by default. MSK Express wants a
                replication factor of 3.""",
            "confluent-cloud": "`confluent kafka topic create orders --partitions 6`.",
            "aiven": """`avn service topic-create --partitions 6 --replication 3 SERVICE
            orders`.""",
            "event-hubs": """A topic is an event hub: `az eventhubs eventhub create --resource-group
                GROUP --namespace-name NAMESPACE --name orders --partition-count 6`.""",
            "strimzi": """A `KafkaTopic` with the label `strimzi.io/cluster: CLUSTER`;
                `spec.topicName` where the name is no Kubernetes name.""",
        },
        client="""After it was created, running clients may take minutes to notice: restart
        them.""",
        line=Line(user="admin", typed="admin-practice", more="--topic no-such-topic"),
        related=("rights.topic_hidden", "metadata.cluster_changed", "input.bad_topic"),
    ),
    "rights.read_denied": Page(
        title="The user may not read the topic",
        first="Ask the cluster's owner for READ on the topic.",
        means="""The topic is there and the user may see it, but not read from it. A consumer fails
            with a topic authorization error as soon as it subscribes.""",
        recognised="""The operations that the broker itself reports for this user and topic, asked
            by name, lack READ. Nothing was read.""",
        mend=_grant(
            "topic orders",
            "Read, Describe",
            confluent="--operations read,describe --topic orders",
            aiven="""`avn service acl-add --username alice --permission read --topic orders
                SERVICE`.""",
        )
        | _EVENT_HUBS
        | {"msk": _IAM},
        client="""A consumer needs READ on its group as well: name the group in the test. A denying
            ACL wins over every allowing one; the owner sees both with `kafka-acls.sh --list --topic
            orders`.""",
        practice="""Practice Kafka cannot show it: its users may read whatever they may see. For
            writing it can: see `rights.write_denied`.""",
        related=("rights.write_denied", "rights.group_denied", "rights.topic_hidden"),
    ),
    "rights.write_denied": Page(
        title="The user may not write to the topic",
        first="Ask the cluster's owner for WRITE on the topic.",
        means="""The topic is there and the user may see it, but not write to it. A producer fails
            with a topic authorization error on the first message.""",
        recognised="""The operations that the broker itself reports for this user and topic, asked
            by name, lack WRITE. Nothing was written to find out.""",
        mend=_grant(
            "topic shipments",
            "Write, Describe",
            confluent="--operations write,describe --topic shipments",
            aiven="""`avn service acl-add --username alice --permission write --topic shipments
                SERVICE`; `readwrite` gives both.""",
        )
        | _EVENT_HUBS
        | {"msk": _IAM},
        client="""Say what you need: `--topic shipments:read` asks for reading alone, so a topic
            that is only read raises no alarm. A producer with a transactional id needs rights on
            that too.""",
        line=Line(more="--topic shipments:write"),
        related=("rights.read_denied", "rights.transactional_id_denied", "rights.topic_hidden"),
    ),
    "rights.group_denied": Page(
        title="The user may not use the consumer group",
        first="Ask the cluster's owner for READ on the group.",
        means="""To read a topic a consumer needs two rights: READ on the topic and READ on its
            group. The second is the one most often forgotten. The consumer joins, fails, and joins
            again.""",
        recognised="""GROUP_AUTHORIZATION_FAILED for the group asked by name, or the operations that
            the broker reports for it lack READ. The group need not exist yet.""",
        mend=_grant(
            "group orders-svc",
            "Read",
            confluent="--operations read --consumer-group orders-svc",
            aiven="""With Kafka's own ACLs: `avn service kafka-acl-add --principal User:alice
                --operation Read --group orders-svc SERVICE`.""",
        )
        | {"msk": _IAM},
        client="""The group is `group.id` in the client. If a framework chooses it and you do not
            know the name, ask for a prefix:

            | kafka-acls.sh … --add --allow-principal User:alice --operation Read \\
            |   --group orders- --resource-pattern-type prefixed

            Kafka Streams uses its application id as the group.""",
        line=Line(more="--group somebody-else"),
        related=("rights.read_denied", "rights.transactional_id_denied"),
    ),
    "rights.could_not_tell": Page(
        title="What the user may do could not be told",
        first="Try it with the client itself, or ask the cluster's owner for the ACLs.",
        means="""The broker gave no answer from which the rights could be read: it does not report
            them, or the question itself needs a right that the user does not have. It is a warning,
            not a no.""",
        recognised="""The answer has no list of operations, or is CLUSTER_AUTHORIZATION_FAILED.
            Nothing is inferred from that.""",
        mend={
            "any": """The owner lists what applies, also by pattern:

                | kafka-acls.sh --bootstrap-server HOST:PORT --command-config admin.properties \\
                |   --list --principal User:alice""",
            "confluent-cloud": """`confluent kafka acl list --service-account sa-…`, and role
                bindings: `confluent iam rbac role-binding list --principal User:sa-…`.""",
            "event-hubs": """It does not report operations. What the connection string may do stands
                in its policy (Listen, Send, Manage).""",
        },
        client="""Read one message, without joining a group:

            | kcat -C -t orders -o end -c 1 -F client.properties

            A write can only be proven by a write: do that on a topic of your own.""",
        practice="Practice Kafka cannot show it: it reports operations to every user.",
        related=("rights.topic_hidden", "rights.group_denied"),
    ),
    "rights.transactional_id_denied": Page(
        title="The user may not use the transactional id",
        first="Ask the cluster's owner for WRITE and DESCRIBE on the transactional id.",
        means="""A producer with transactions (exactly once, Kafka Streams) needs rights on its
            transactional id, besides those on its topics. It fails at the start, in
            `initTransactions`.""",
        recognised="""TRANSACTIONAL_ID_AUTHORIZATION_FAILED for the id asked by name. No transaction
            was begun.""",
        mend=_grant(
            "transactional-id orders-tx",
            "Write, Describe",
            confluent="--operations write,describe --transactional-id orders-tx",
            aiven="""With Kafka's own ACLs: `avn service kafka-acl-add --principal User:alice
                --operation Write --transactional-id orders-tx SERVICE`.""",
        )
        | {"msk": _IAM},
        client="""The id is `transactional.id`. Where each instance adds a number to it, or Kafka
            Streams makes it from the application id, ask for a prefix
            (`--resource-pattern-type prefixed`). Brokers before 2.8 also want IDEMPOTENT_WRITE on
            the cluster.""",
        line=Line(more="--transactional-id somebody-else"),
        related=("rights.write_denied", "rights.group_denied"),
    ),
}
