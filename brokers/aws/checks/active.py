"""The cluster can be used now."""

from brokers.aws import commands
from brokers.aws.check import Check, Finding, Fix, failed, passed
from brokers.aws.cluster_facts import Facts, at
from brokers.aws.wording import printable

_STILL_SERVES = {"HEALING", "MAINTENANCE", "REBOOTING_BROKER", "UPDATING"}
_ACTIONS = {
    "CREATING": "Wait until it is ACTIVE; a new cluster takes 15 to 40 minutes.",
    "DELETING": "Choose another cluster: this one is being deleted.",
    "FAILED": "Read the reason that AWS gives; a failed cluster can only be deleted and made anew.",
}


def _evaluate(facts: Facts) -> Finding:
    state = printable(facts.need("cluster", "ClusterInfo", "State"))
    if state == "ACTIVE":
        return passed(state, f"{facts.name} is ACTIVE.")
    if state in _STILL_SERVES:
        sentence = f"{facts.name} is {state}: clients still connect, and changes must wait."
        action = "Wait until the cluster is ACTIVE before anything is changed, then check again."
    else:
        sentence = f"{facts.name} is {state}."
        action = _ACTIONS.get(state, "Wait until the cluster is ACTIVE, then check again.")
    return failed(state, sentence + _reason(facts), action)


def _reason(facts: Facts) -> str:
    """StateInfo in AWS's own words, "" where there is none."""
    info = at(facts.answer("cluster"), "ClusterInfo", "StateInfo")
    words = [printable(word) for name in ("Code", "Message") if (word := at(info, name))]
    return f" AWS says: “{': '.join(words)}”." if words else ""


def _fix(facts: Facts) -> Fix:
    return Fix(
        console=f"MSK, Clusters, {facts.name}: the state stands beside the name.",
        cli=commands.aws(
            facts,
            "kafka describe-cluster-v2",
            ("cluster-arn", str(facts.request.arn)),
            ("query", "ClusterInfo.[State, StateInfo]"),
        ),
        terraform="Nothing to set: Terraform waits for ACTIVE by itself.",
    )


CHECK = Check(
    id="active",
    title="Cluster can be used now",
    position=20,
    fix_position=30,
    is_for_serverless=True,
    why="While a cluster is not ACTIVE, AWS refuses every change to it.",
    facts=("cluster",),
    evaluate=_evaluate,
    fix_title="Wait until the cluster is ACTIVE",
    wait="An update takes 15 to 60 minutes, maintenance up to some hours.",
    wait_minutes=60,
    fix=_fix,
)
