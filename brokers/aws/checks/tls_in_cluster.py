"""TLS between the brokers: settled when the cluster is made."""

from brokers.aws.check import Check, Finding, failed, passed
from brokers.aws.cluster_facts import Facts
from brokers.aws.new_cluster_commands import new_cluster


def _evaluate(facts: Facts) -> Finding:
    if facts.need_provisioned("EncryptionInfo", "EncryptionInTransit", "InCluster") is True:
        return passed("on", "The brokers speak TLS among themselves.")
    return failed(
        "off",
        "The brokers speak without TLS among themselves. AWS refuses public access as long as that "
        "is so, and it cannot be turned on later.",
        "Make a new cluster with TLS within the cluster and move to it; this one cannot be fixed.",
    )


CHECK = Check(
    id="tls_in_cluster",
    title="TLS inside the cluster",
    position=60,
    fix_position=20,
    why="Public access needs it, and it can be chosen only when a cluster is made.",
    facts=("cluster",),
    evaluate=_evaluate,
    fix_title="Make a new cluster with TLS inside",
    wait="A new cluster takes 15 to 40 minutes; moving the data comes on top.",
    wait_minutes=40,
    fix=new_cluster,
)
