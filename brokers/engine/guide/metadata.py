"""Pages of the faults of the cluster's description of itself."""

from brokers.engine.guide.page import Page

PAGES: dict[str, Page] = {
    "metadata.silent": Page(
        title="Logged in, but the brokers are not named",
        first="Ask the cluster's owner whether this broker has lost its controller.",
        means="""The login worked. The question for the list of brokers, which every client asks
            next, had no answer. Every client on this broker hangs at the same place.""",
        recognised="No answer to Metadata within 5 s, on a connection that had just logged in.",
        mend={
            "msk": """`ActiveControllerCount` (sum over all brokers) has to be 1, and
                `OfflinePartitionsCount` 0. If one broker alone is silent:

                | aws kafka reboot-broker --cluster-arn ARN --broker-ids 1""",
            "self-managed": """KRaft, then ZooKeeper:

                | kafka-metadata-quorum.sh --bootstrap-server HOST:PORT \\
                |   --command-config admin.properties describe --status
                | zookeeper-shell.sh ZOOKEEPER:2181 get /controller

                Very many partitions make the answer slow too: count them.""",
            "strimzi": "`kubectl get kafka CLUSTER -o yaml`, under `status.conditions`; pod logs.",
        },
        client="""Other bootstrap servers may answer: a client with several in its list goes on to
            the next one, one with this alone waits.""",
        practice="Practice Kafka cannot show it: broker and controller are one process.",
        related=("metadata.closed", "metadata.empty", "kafka.silent"),
    ),
    "metadata.closed": Page(
        title="Closed instead of naming the brokers",
        first="Ask the cluster's owner what the broker's log says at this second.",
        means="""The login worked. When asked for the list of brokers, the broker, or a proxy before
            it, ended the connection.""",
        recognised="""End of the connection between the completed login and the answer to
            Metadata.""",
        mend={
            "self-managed": """Usual causes and where they show:

                - The broker is stopping: `server.log` says “shutting down”.
                - A proxy cannot read this version of the request: the proxy's log.
                - `connections.max.reauth.ms` is absurdly small: the session was over at once.

                | kafka-configs.sh --bootstrap-server HOST:PORT --describe \\
                |   --entity-type brokers --entity-name 1 --all | grep reauth""",
            "strimzi": "The pod restarts: `kubectl get pods -l strimzi.io/cluster=CLUSTER -w`.",
            "msk": "`aws kafka describe-cluster-v2 --cluster-arn ARN`: is a reboot going on?",
        },
        client="""Test again in a minute. If another bootstrap server passes, it is this broker
            alone; note its id from that server's list.""",
        practice="Practice Kafka cannot show it: it always answers after a login.",
        related=("metadata.silent", "sasl.closed", "kafka.malformed"),
    ),
    "metadata.empty": Page(
        title="The cluster names no broker or no controller",
        first="Wait a minute and test again: the cluster is probably still starting.",
        means="""The login worked and the list came, but it is empty, or no controller is known. A
            client can do nothing with that and asks again until its time-out.""",
        recognised="""The answer to Metadata after a completed login. Before the end of a login an
            empty list would mean nothing, so it is not asked earlier.""",
        mend={
            "self-managed": """If it stays so, the controllers have no majority:

                | kafka-metadata-quorum.sh --bootstrap-controller CONTROLLER:9093 \\
                |   describe --status

                Two of three must be up and reach each other; compare
                `controller.quorum.voters` on all nodes.""",
            "msk": """`aws kafka describe-cluster-v2 --cluster-arn ARN --query ClusterInfo.State`
                should be ACTIVE; a new cluster takes 15 to 30 minutes.""",
            "strimzi": """`kubectl wait kafka/CLUSTER --for=condition=Ready --timeout=300s`; then
                the logs of the nodes with the role `controller`.""",
        },
        client="""Start-up scripts should wait for a topic that can be described, not for an open
            port: the port is open before the cluster is ready.""",
        practice="Practice Kafka cannot show it: its ports open when it is ready.",
        related=("metadata.silent", "metadata.broker_missing", "rights.no_leader"),
    ),
    "metadata.two_clusters": Page(
        title="The bootstrap servers belong to two clusters",
        first="Keep only the bootstrap servers of the cluster that you mean.",
        means="""The servers of the list have different cluster ids. A client talks to whichever
            answers first: today to one cluster, after a restart to the other. Messages end up in
            both.""",
        recognised="""The cluster id that each server tells after the login; the result lists which
            server has which. Equal names or certificates do not hide it.""",
        mend={
            "msk": """List the clusters and compare; two of the same name in two Regions are easily
                mixed up:

                | aws kafka list-clusters-v2 --query 'ClusterInfoList[].[ClusterName,ClusterArn]'
                | aws kafka get-bootstrap-brokers --cluster-arn ARN""",
            "self-managed": """A broker that was formatted anew has another id, and is a cluster of
                its own. On each:

                | cat /var/lib/kafka/data/meta.properties

                Or one DNS name holds brokers of both: `dig +short kafka.example.com`.""",
        },
        client="""Nothing was written by the test. If a service ran with this list, look in both
            clusters for its topics and its group's offsets before you change it. For a planned
            move make a second connection instead.""",
        practice="""Two practice clusters show it, with the first servers of both in one list:

            | kalixweb practice up
            | kalixweb practice up --folder ./second --port-base 19400

            Each has a CA of its own: put both into one file.""",
        related=("metadata.cluster_changed", "input.duplicate"),
    ),
    "metadata.cluster_changed": Page(
        title="Another cluster than at the last passed test",
        first="Make sure that the cluster was replaced on purpose.",
        means="""The same servers now belong to a cluster with another id. It was made anew,
            restored, or the name leads elsewhere now. Topics, offsets and ACLs of the old one are
            not those of the new one.""",
        recognised="""The cluster id is compared with that of the last passed test of this
            connection. The first test of a connection can have no such warning.""",
        mend={
            "msk": """A cluster that was deleted and made again keeps its name, never its id.
                Topics, ACLs and the association of secrets have to be made again.""",
            "strimzi": """The id is in the status; it changes when the volumes were lost:

                | kubectl get kafka CLUSTER -o jsonpath='{.status.clusterId}'
                | kubectl get pvc -l strimzi.io/cluster=CLUSTER""",
            "self-managed": """The id stands in `meta.properties` of each data folder; it changes
                when `kafka-storage.sh format` was run. If that was not meant, stop before clients
                write.""",
        },
        client="""Consumers that find no offsets start by `auto.offset.reset`: at `latest` they skip
            what is there. After the next passed test the new id counts as the right one.""",
        practice="""Practice Kafka keeps its id from start to start; test a saved connection, then
            start another on the same ports:

            | kalixweb practice down
            | kalixweb practice up --folder ./another""",
        related=("metadata.two_clusters", "tls.ca_same_name", "rights.topic_missing"),
    ),
    "metadata.broker_missing": Page(
        title="A broker that holds your topic is down",
        first="Ask the cluster's owner to bring back the broker that the result names.",
        means="""A topic that you named has copies on a broker which the cluster does not list. It
            is down, although every broker that is listed looks fine. The topic has fewer copies
            than it should, and may refuse writes.""",
        recognised="""The replicas of the topic, compared with the list of brokers in the same
            answer. Without a named topic it cannot be seen: a broker that is down is simply not
            listed.""",
        mend={
            "msk": """See which one is missing, then restart it:

                | aws kafka list-nodes --cluster-arn ARN
                | aws kafka reboot-broker --cluster-arn ARN --broker-ids 3""",
            "strimzi": "`kubectl describe pod CLUSTER-kafka-2`: volume, memory, node.",
            "self-managed": """Start it. If it is gone for good, move its partitions to the others:

                | kafka-reassign-partitions.sh --bootstrap-server HOST:PORT \\
                |   --command-config admin.properties --execute \\
                |   --reassignment-json-file plan.json""",
        },
        client="""With `acks=all`, writing fails when fewer copies than `min.insync.replicas` are
            left. Name your topics in the connection, so that this is seen.""",
        practice="Practice Kafka cannot show it: it is one broker.",
        related=("rights.under_replicated", "rights.no_leader", "listener.unreachable"),
    ),
    "metadata.error": Page(
        title="The question for the brokers failed",
        first="Ask the cluster's owner what the broker's log says about it.",
        means="""The login worked, and the question for the list of brokers was answered with an
            error that has no page of its own. Its name is in the sentence.""",
        recognised="""The error code in the answer to Metadata; errors of a single topic are judged
            under rights.""",
        mend={
            "any": """Kafka's names and what they mean here:

                - LEADER_NOT_AVAILABLE, COORDINATOR_NOT_AVAILABLE: starting; try again.
                - REBOOTSTRAP_REQUIRED: the broker asks clients to begin again with their list.
                - UNKNOWN_SERVER_ERROR: an exception; the log has it at this second.

                | grep -A20 'Error when handling request' server.log""",
        },
        client="""Test again; if the same comes back from every broker, hand on the result. If only
            one broker gives it, clients with several bootstrap servers get along for the time
            being.""",
        practice="Practice Kafka cannot show it: it answers this question.",
        related=("metadata.silent", "metadata.empty", "kafka.malformed"),
    ),
}
