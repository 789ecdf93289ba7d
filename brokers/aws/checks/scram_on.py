"""SASL/SCRAM is on."""

from brokers.aws.check import Check, Finding, Fix, failed, passed
from brokers.aws.cluster_facts import Facts
from brokers.aws.security_commands import update_authentication


def _evaluate(facts: Facts) -> Finding:
    if facts.provisioned("ClientAuthentication", "Sasl", "Scram", "Enabled") is True:
        return passed("enabled", "Login by SASL/SCRAM is on.")
    return failed(
        "disabled",
        "Login by SASL/SCRAM is off, so no user with a password can log in.",
        "Turn SASL/SCRAM on in the cluster's security settings.",
    )


def _fix(facts: Facts) -> Fix:
    return Fix(
        console=f"MSK, Clusters, {facts.name}, Properties, Security settings, Edit: "
        "turn on SASL/SCRAM authentication.",
        cli=update_authentication(facts, "Sasl", "Scram", on=True),
        terraform="aws_msk_cluster: client_authentication { sasl { scram = true } }",
    )


CHECK = Check(
    id="scram_on",
    title="SCRAM is on",
    position=30,
    fix_position=60,
    why="kalixweb logs in by SCRAM-SHA-512; without it MSK opens no listener on 9096 or 9196.",
    facts=("cluster",),
    evaluate=_evaluate,
    fix_title="Turn SASL/SCRAM on",
    waits_for=("active", "nothing_in_flight"),
    wait="The update of the cluster takes 15 to 60 minutes.",
    wait_minutes=60,
    fix=_fix,
)
