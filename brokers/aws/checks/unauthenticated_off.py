"""4. Nobody connects without a login."""

from brokers.aws.check import Check, Finding, How, failed, passed
from brokers.aws.cluster_facts import Facts
from brokers.aws.security_commands import update_authentication


def _look(facts: Facts) -> Finding:
    if facts.provisioned("ClientAuthentication", "Unauthenticated", "Enabled") is True:
        return failed(
            "enabled",
            "Unauthenticated access is on: whoever reaches a broker needs no login. AWS refuses "
            "public access as long as that is so.",
            "Move the clients that use no login to SCRAM or IAM, then turn unauthenticated access "
            "off.",
        )
    return passed("disabled", "Unauthenticated access is off.")


def _how(facts: Facts) -> How:
    return How(
        console=f"MSK, Clusters, {facts.name}, Properties, Security settings, Edit: "
        "turn off Unauthenticated access.",
        cli=update_authentication(facts, "Unauthenticated", on=False),
        terraform="aws_msk_cluster: client_authentication { unauthenticated = false }",
    )


CHECK = Check(
    id="unauthenticated_off",
    title="Unauthenticated access is off",
    why="Public access needs it off, and one of SCRAM, IAM or mutual TLS on.",
    needs=("cluster",),
    look=_look,
    step="Turn unauthenticated access off",
    after=("active", "nothing_in_flight", "scram_on"),
    wait="The update of the cluster takes 15 to 60 minutes.",
    how=_how,
)
