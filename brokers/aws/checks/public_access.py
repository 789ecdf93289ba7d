"""Public access is on."""

from brokers.aws import commands
from brokers.aws.check import Check, Finding, Fix, failed, passed, unsure
from brokers.aws.cluster_facts import Facts, at
from brokers.aws.wording import printable

_WANTED = "SERVICE_PROVIDED_EIPS"


def _evaluate(facts: Facts) -> Finding:
    path = ("BrokerNodeGroupInfo", "ConnectivityInfo", "PublicAccess", "Type")
    kind = printable(facts.provisioned(*path) or "DISABLED")
    if kind == _WANTED:
        return passed("on", f"Public access is on ({_WANTED}).")
    if kind != "DISABLED":
        return unsure(kind, f"AWS gives {kind} for public access, which kalixweb does not know.")
    return failed(
        kind,
        "Public access is off (DISABLED): the brokers have private addresses only."
        + _monitoring(facts),
        "Once the checks it waits for are green, turn public access on. Nothing else can be changed"
        " meanwhile.",
    )


def _monitoring(facts: Facts) -> str:
    """Open monitoring and public access exclude each other on Express brokers and under KRaft."""
    kind = str(facts.provisioned("BrokerNodeGroupInfo", "InstanceType"))
    version = str(facts.provisioned("CurrentBrokerSoftwareInfo", "KafkaVersion"))
    exporters = facts.provisioned("OpenMonitoring", "Prometheus") or {}
    is_on = any(at(exporter, "EnabledInBroker") for exporter in exporters.values())
    if not is_on or not (kind.startswith("express.") or version.endswith(".kraft")):
        return ""
    return " Open monitoring is on, and AWS refuses both together on this kind of cluster."


def _fix(facts: Facts) -> Fix:
    return Fix(
        console=f"MSK, Clusters, {facts.name}, Properties, Networking settings, Edit public access:"
        " Turn on.",
        cli=commands.on_cluster(
            facts,
            "update-connectivity",
            ("connectivity-info", {"PublicAccess": {"Type": _WANTED}}),
        ),
        terraform="aws_msk_cluster: broker_node_group_info { connectivity_info { public_access "
        f'{{ type = "{_WANTED}" }} }} }}\n'
        "Only in a second apply: a cluster cannot be made with it.",
    )


CHECK = Check(
    id="public_access",
    title="Public access is on",
    position=70,
    fix_position=200,
    why="Without it the brokers are reached from inside the VPC only.",
    facts=("cluster",),
    evaluate=_evaluate,
    fix_title="Turn public access on",
    waits_for=(
        "active",
        "nothing_in_flight",
        "version",
        "scram_on",
        "unauthenticated_off",
        "tls_only",
        "tls_in_cluster",
        "allow_everyone_off",
        "subnets_public",
    ),
    wait="AWS takes 45 to 60 minutes, and nothing else can be changed meanwhile.",
    wait_minutes=60,
    fix=_fix,
)
