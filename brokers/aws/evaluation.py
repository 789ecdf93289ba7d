"""What a check says once its facts are there, or why it cannot say anything."""

from brokers.aws import internal_errors, policy_statements
from brokers.aws.check import Check, Finding, How, unsure
from brokers.aws.cluster_facts import Facts, NotKnown
from brokers.aws.failures import AwsFailure

# What a serverless cluster is asked: the rest speaks of what only a provisioned one has.
_OF_SERVERLESS = {"provisioned", "active"}


def judge(check: Check, facts: Facts) -> Finding:
    """Never raises, whatever AWS did or did not answer."""
    try:
        return _looked(check, facts)
    except Exception as fault:  # noqa: BLE001 - a fault of one check leaves the others
        unknown = internal_errors.not_known(f"the check {check.id}", fault)
        return unsure("", unknown.sentence, unknown.action)


def _looked(check: Check, facts: Facts) -> Finding:
    try:
        if facts.is_unknown_cluster:
            facts.answer("cluster")
        if facts.is_serverless and check.id not in _OF_SERVERLESS:
            return Finding(
                "skipped",
                "serverless",
                f"{facts.name} is a serverless cluster, which has nothing of the kind.",
            )
        return check.look(facts)
    except AwsFailure as failure:
        return _failed_call(failure, facts)
    except NotKnown as why:
        return unsure("", why.sentence, why.action)


def how(check: Check, finding: Finding, facts: Facts) -> How | None:
    """How to mend what a check found; None where that would be no help."""
    if not finding.is_shown_how:
        return None
    try:
        return check.how(facts)
    except Exception as fault:  # noqa: BLE001 - what was found is told all the same
        internal_errors.not_known(f"how to mend {check.id}", fault)
        return None


def _failed_call(failure: AwsFailure, facts: Facts) -> Finding:
    """Only what AWS itself denied names an action, and the line of policy that allows it."""
    missing = failure.missing_action
    if missing is None:
        return unsure("", failure.sentence, failure.action)
    sentence = failure.sentence
    if missing == "kafka:GetBootstrapBrokers":
        sentence += ' It is granted by Resource "*" only.'
    policy = policy_statements.allowing(missing, facts) if failure.is_lifted_by_allow else None
    action = (
        failure.action if policy is None else f"{failure.action} The statement to add: {policy}"
    )
    return Finding("could_not_tell", f"{missing} is missing", sentence, action, missing, policy)
