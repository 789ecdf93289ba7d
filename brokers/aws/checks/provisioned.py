"""The cluster is provisioned: a serverless one knows IAM login only."""

from brokers.aws.check import Check, Finding, failed, passed, unsure
from brokers.aws.cluster_facts import Facts
from brokers.aws.new_cluster_commands import new_cluster
from brokers.aws.wording import printable


def _evaluate(facts: Facts) -> Finding:
    kind = printable(facts.need("cluster", "ClusterInfo", "ClusterType"))
    if kind == "PROVISIONED":
        return passed(kind, f"{facts.name} is a provisioned cluster.")
    if kind == "SERVERLESS":
        return failed(
            kind,
            f"{facts.name} is a serverless cluster. Serverless clusters take IAM login only: no "
            "SCRAM users, no Kafka ACLs, no public access.",
            "Make a provisioned cluster for this connection; a serverless one cannot become one.",
        )
    return unsure(kind, f"AWS calls the cluster {kind}, a kind that kalixweb does not know.")


CHECK = Check(
    id="provisioned",
    title="Provisioned cluster",
    position=10,
    fix_position=10,
    is_for_serverless=True,
    why="SCRAM users, ACLs and public access exist on provisioned clusters only.",
    facts=("cluster",),
    evaluate=_evaluate,
    fix_title="Make a provisioned cluster",
    wait="A new cluster takes 15 to 40 minutes.",
    wait_minutes=40,
    fix=new_cluster,
)
