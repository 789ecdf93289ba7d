"""The secret is encrypted with a key of its own, not with the default one."""

from brokers.aws import commands, secret_commands, user_secret
from brokers.aws.check import Check, Finding, Fix, failed, passed
from brokers.aws.cluster_facts import Facts
from brokers.aws.wording import printable


def _evaluate(facts: Facts) -> Finding:
    key = user_secret.described(facts).get("KmsKeyId")
    name = user_secret.name(facts)
    if key:
        return passed(printable(key), f"{name} is encrypted with the key {printable(key)}.")
    return failed(
        "aws/secretsmanager",
        f"{name} is encrypted with the default key aws/secretsmanager, which MSK may not use.",
        "Give the secret a customer managed key, then associate it anew.",
    )


def rekeyed(facts: Facts) -> Fix:
    """Another key for the secret that there is."""
    name = user_secret.name(facts)
    key = commands.printed(commands.aws(facts, "kms create-key"), "KeyMetadata.Arn")
    update = commands.aws(
        facts,
        "secretsmanager update-secret",
        ("secret-id", name),
        ("kms-key-id", commands.Shell('"$key"')),
    )
    return Fix(
        console=f"Secrets Manager, {name}, Actions, Edit encryption key: a customer managed "
        f"symmetric key. Then MSK, Clusters, {facts.name}, Properties, Security settings: "
        "disassociate the secret and associate it anew.",
        cli=commands.block(f"key={key}", update, secret_commands.associate_anew(facts, name)),
        terraform="aws_secretsmanager_secret: kms_key_id = aws_kms_key.msk.arn",
    )


CHECK = Check(
    id="customer_key",
    title="Secret has a customer managed key",
    position=120,
    fix_position=120,
    subject="user",
    why="MSK cannot read a secret under the default key of Secrets Manager.",
    facts=("cluster", "secrets", "secret"),
    evaluate=_evaluate,
    fix_title="Give the secret a customer managed key",
    wait="Up to ten minutes after the association.",
    wait_minutes=10,
    fix=rekeyed,
)
