"""No other change of the cluster is under way."""

from brokers.aws import commands, known_errors
from brokers.aws.check import Check, Finding, Fix, failed, passed
from brokers.aws.cluster_facts import Facts, at
from brokers.aws.wording import printable

_FIX = "Fix what AWS names and ask for the change again."


def _evaluate(facts: Facts) -> Finding:
    facts.need("cluster", "ClusterInfo", "State")
    if not at(facts.answer("cluster"), "ClusterInfo", "ActiveOperationArn"):
        return passed("none", "No change of the cluster is under way.")
    state = printable(facts.need("operation", "ClusterOperationInfo", "OperationState"))
    operation = at(facts.answer("operation"), "ClusterOperationInfo")
    kind = printable(at(operation, "OperationType") or "change")
    if state.endswith("COMPLETE"):
        return passed("none", f"The last change, {kind}, is done ({state}).")
    if "FAILED" in state:
        sentence, action = _meaning(operation) or ("", _FIX)
        return failed(
            f"{kind} {state}",
            f"The last change, {kind}, went wrong ({state}).{_error(operation)} {sentence}".strip(),
            action,
        )
    return failed(
        f"{kind} {state}",
        f"A change of the cluster is under way: {kind} ({state}).{_error(operation)} AWS carries "
        "out one change at a time.",
        "Wait until it is done before anything else is changed, then check again.",
    )


def _error(operation: object) -> str:
    """ErrorInfo in AWS's own words, "" where there is none."""
    words = [
        printable(word)
        for name in ("ErrorCode", "ErrorString")
        if (word := at(operation, "ErrorInfo", name))
    ]
    return f" AWS says: “{': '.join(words)}”." if words else ""


def _meaning(operation: object) -> known_errors.Explained | None:
    """The cause behind AWS's words, where it is known."""
    return known_errors.explain(str(at(operation, "ErrorInfo", "ErrorString") or ""))


def _fix(facts: Facts) -> Fix:
    arn = at(facts.maybe("cluster"), "ClusterInfo", "ActiveOperationArn")
    return Fix(
        console=f"MSK, Clusters, {facts.name}, Cluster operations.",
        cli=commands.aws(
            facts, "kafka describe-cluster-operation-v2", ("cluster-operation-arn", arn)
        ),
        terraform="Nothing to set: Terraform waits for the change that it has begun.",
    )


CHECK = Check(
    id="nothing_in_flight",
    title="No other change is under way",
    position=210,
    fix_position=40,
    why="AWS carries out one change of a cluster at a time and refuses the others.",
    facts=("cluster", "operation"),
    evaluate=_evaluate,
    fix_title="Wait until the change under way is done",
    wait="A change takes 15 to 60 minutes.",
    wait_minutes=60,
    fix=_fix,
)
