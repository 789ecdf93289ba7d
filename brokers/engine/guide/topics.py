"""Pages of the faults of a topic's own state, which show in the answer about rights."""

from brokers.engine.guide.page import Page

PAGES: dict[str, Page] = {
    "rights.no_leader": Page(
        title="A partition has no leader",
        first="Ask the cluster's owner to bring back the brokers that the result names.",
        means="""All brokers that hold a current copy of the partition are down. Nothing can be read
            from it or written to it; other partitions of the topic go on.""",
        recognised="""The topic's own description: a partition without leader. It is no matter of
            rights, but shows in the same answer.""",
        mend={
            "any": """What is concerned, in the whole cluster:

                | kafka-topics.sh --bootstrap-server HOST:PORT \\
                |   --command-config admin.properties --describe --unavailable-partitions

                If the last current copy is lost for good, an older one can lead; messages that it
                lacks are gone:

                | kafka-leader-election.sh --bootstrap-server HOST:PORT \\
                |   --admin.config admin.properties --election-type unclean \\
                |   --topic orders --partition 3""",
            "msk": "`aws kafka reboot-broker --cluster-arn ARN --broker-ids 3`; then AWS support.",
            "strimzi": "`kubectl get pods,pvc -l strimzi.io/cluster=CLUSTER`: what is not running?",
        },
        client="""Producers hold messages for the partition until `delivery.timeout.ms` (two
            minutes); consumers just stop there. Keys go to fixed partitions, so certain keys are
            concerned.""",
        practice="Practice Kafka cannot show it: its one broker leads everything.",
        related=("rights.under_replicated", "metadata.broker_missing"),
    ),
    "rights.under_replicated": Page(
        title="Too few copies in sync",
        first="Ask the cluster's owner why the brokers named in the result are behind or down.",
        means="""Partitions of the topic have fewer copies in sync than they should. Reading works.
            Writing with `acks=all` fails with NOT_ENOUGH_REPLICAS once they are fewer than
            `min.insync.replicas`.""",
        recognised="""The topic's own description: replicas against those in sync. During a restart
            of brokers one by one it is normal for minutes.""",
        mend={
            "any": """What is concerned, and how far behind:

                | kafka-topics.sh --bootstrap-server HOST:PORT \\
                |   --command-config admin.properties --describe --under-replicated-partitions

                A full disk, a slow network or a throttled reassignment are the usual causes.""",
            "msk": """CloudWatch: `UnderReplicatedPartitions`, `UnderMinIsrPartitionCount`,
                `KafkaDataLogsDiskUsed`. Maintenance shows in the cluster's state.""",
            "strimzi": "`kubectl top pod -l strimzi.io/cluster=CLUSTER`; then the pods' logs.",
        },
        client="""A topic with one copy and `min.insync.replicas=2` can never be written to with
            `acks=all`: look at the topic's own settings.

            | kafka-configs.sh --bootstrap-server HOST:PORT --command-config admin.properties \\
            |   --describe --topic orders""",
        practice="Practice Kafka cannot show it: it is one broker, so each topic has one copy.",
        related=("rights.no_leader", "metadata.broker_missing"),
    ),
}
