"""Nobody connects without a login."""

from brokers.aws.check import Check, Finding, Fix, failed, passed
from brokers.aws.cluster_facts import Facts
from brokers.aws.security_commands import update_authentication


def _evaluate(facts: Facts) -> Finding:
    if facts.provisioned("ClientAuthentication", "Unauthenticated", "Enabled") is True:
        return failed(
            "enabled",
            "Unauthenticated access is on: whoever reaches a broker needs no login. AWS refuses "
            "public access as long as that is so.",
            "Move the clients that use no login to SCRAM or IAM, then turn unauthenticated access "
            "off.",
        )
    return passed("disabled", "Unauthenticated access is off.")


def _fix(facts: Facts) -> Fix:
    return Fix(
        console=f"MSK, Clusters, {facts.name}, Properties, Security settings, Edit: "
        "turn off Unauthenticated access.",
        cli=update_authentication(facts, "Unauthenticated", on=False),
        terraform="aws_msk_cluster: client_authentication { unauthenticated = false }",
    )


CHECK = Check(
    id="unauthenticated_off",
    title="Unauthenticated access is off",
    position=40,
    fix_position=70,
    why="Public access needs it off, and one of SCRAM, IAM or mutual TLS on.",
    facts=("cluster",),
    evaluate=_evaluate,
    fix_title="Turn unauthenticated access off",
    waits_for=("active", "nothing_in_flight", "scram_on"),
    wait="The update of the cluster takes 15 to 60 minutes.",
    wait_minutes=60,
    fix=_fix,
)
