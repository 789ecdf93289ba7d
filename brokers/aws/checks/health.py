"""AWS asks for no action on the cluster."""

from brokers.aws import commands
from brokers.aws.check import Check, Finding, Fix, failed, passed, unsure
from brokers.aws.cluster_facts import Facts
from brokers.aws.wording import printable

_ASKS = {
    "ACTION_RECOMMENDED": "recommends an action on the cluster, such as another broker type",
    "CRITICAL_ACTION_REQUIRED": "requires a critical action on the cluster",
}


def _evaluate(facts: Facts) -> Finding:
    status = printable(facts.need_provisioned("CustomerActionStatus"))
    if status == "NONE":
        return passed(status, "AWS asks for no action on the cluster.")
    if status not in _ASKS:
        return unsure(status, f"AWS gives {status} as the health of the cluster.")
    return failed(
        status,
        f"AWS {_ASKS[status]} ({status}).",
        "Read what AWS asks for on the cluster's page and in the AWS Health Dashboard, and do it.",
    )


def _fix(facts: Facts) -> Fix:
    return Fix(
        console=f"MSK, Clusters, {facts.name}: the notice at the top; and AWS Health Dashboard, "
        "Your account health.",
        cli=commands.aws(
            facts,
            "kafka describe-cluster-v2",
            ("cluster-arn", str(facts.request.arn)),
            ("query", "ClusterInfo.Provisioned.CustomerActionStatus"),
        ),
        terraform="Depends on what AWS asks for, such as aws_msk_cluster: broker_node_group_info { "
        "instance_type = … }",
    )


CHECK = Check(
    id="health",
    title="No action asked for by AWS",
    position=230,
    fix_position=230,
    why="A cluster that AWS wants changed may refuse updates or lose brokers.",
    facts=("cluster",),
    evaluate=_evaluate,
    fix_title="Do what AWS asks for",
    waits_for=("active",),
    wait="Depends on what AWS asks for.",
    fix=_fix,
)
