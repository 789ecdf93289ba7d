"""Nothing but TLS between clients and brokers."""

from brokers.aws.check import Check, Finding, Fix, failed, passed, unsure
from brokers.aws.cluster_facts import Facts
from brokers.aws.security_commands import update_encryption
from brokers.aws.wording import printable

_PLAIN = {
    "PLAINTEXT": "only plaintext",
    "TLS_PLAINTEXT": "both TLS and plaintext",
}


def _evaluate(facts: Facts) -> Finding:
    mode = printable(
        facts.need_provisioned("EncryptionInfo", "EncryptionInTransit", "ClientBroker"),
    )
    if mode == "TLS":
        return passed(mode, "Clients and brokers speak TLS only.")
    if mode not in _PLAIN:
        return unsure(mode, f"AWS gives {mode} for the encryption between clients and brokers.")
    return failed(
        mode,
        f"Between clients and brokers the cluster takes {_PLAIN[mode]} ({mode}). AWS refuses "
        "public access as long as that is so.",
        "Move the clients on port 9092 to TLS, then allow TLS only.",
    )


def _fix(facts: Facts) -> Fix:
    return Fix(
        console=f"MSK, Clusters, {facts.name}, Properties, Security settings, Edit: "
        "under Encryption, between clients and brokers, leave only TLS encryption.",
        cli=update_encryption(facts),
        terraform='aws_msk_cluster: encryption_info { encryption_in_transit { client_broker = "TLS"'
        " } }",
    )


CHECK = Check(
    id="tls_only",
    title="Only TLS between clients and brokers",
    position=50,
    fix_position=80,
    why="Public access needs it, and kalixweb has no connection without TLS.",
    facts=("cluster",),
    evaluate=_evaluate,
    fix_title="Allow TLS only between clients and brokers",
    waits_for=("active", "nothing_in_flight"),
    wait="The update of the cluster takes 15 to 60 minutes.",
    wait_minutes=60,
    fix=_fix,
)
