"""What a check says once its facts are there, or why it cannot say anything."""

from brokers.aws import internal_errors, policy_statements
from brokers.aws.check import Check, Finding, Fix, unsure
from brokers.aws.cluster_facts import Facts, NotKnown
from brokers.aws.failures import AwsFailure


def evaluate(check: Check, facts: Facts) -> Finding:
    """Never raises, whatever AWS did or did not answer."""
    try:
        return _evaluated(check, facts)
    except Exception as fault:  # noqa: BLE001 - a fault of one check leaves the others
        unknown = internal_errors.not_known(f"the check {check.id}", fault)
        return unsure("", unknown.sentence, unknown.action)


def _evaluated(check: Check, facts: Facts) -> Finding:
    try:
        if facts.is_unknown_cluster:
            facts.answer("cluster")
        if facts.is_serverless and not check.is_for_serverless:
            return Finding(
                "skipped",
                "serverless",
                f"{facts.name} is a serverless cluster, which has nothing of the kind.",
            )
        return check.evaluate(facts)
    except AwsFailure as failure:
        return _failed_call(failure, facts)
    except NotKnown as why:
        return unsure("", why.sentence, why.action)


def fix_of(check: Check, finding: Finding, facts: Facts) -> Fix | None:
    """How to fix what a check found; None where that would be no help."""
    if not finding.shows_fix:
        return None
    try:
        return check.fix(facts)
    except Exception as fault:  # noqa: BLE001 - what was found is reported all the same
        internal_errors.not_known(f"how to fix {check.id}", fault)
        return None


def _failed_call(failure: AwsFailure, facts: Facts) -> Finding:
    """Only what AWS itself denied names an action, and the line of policy that allows it."""
    missing = failure.missing_action
    if missing is None:
        return unsure("", failure.sentence, failure.action)
    sentence = failure.sentence
    if missing == "kafka:GetBootstrapBrokers":
        sentence += ' It is granted by Resource "*" only.'
    statement = policy_statements.allowing(missing, facts) if failure.is_lifted_by_allow else None
    seen = f"{missing} is missing"
    return Finding("could_not_tell", seen, sentence, failure.action, missing, statement)
