"""Commands that make a secret for a user, and that associate one with the cluster."""

import json

from brokers.aws import commands, user_secret
from brokers.aws.check import Fix
from brokers.aws.cluster_facts import Facts, at

UNPROCESSED = (
    "The command ends well even when nothing was associated: only an empty UnprocessedScramSecrets "
    "means that it was. A new password or user works after up to ten minutes."
)
_TERRAFORM = """resource "aws_kms_key" "msk" {
  description = "SCRAM secrets of MSK"
}
resource "aws_secretsmanager_secret" "this" {
  name       = %s
  kms_key_id = aws_kms_key.msk.arn
}
resource "aws_msk_single_scram_secret_association" "this" {
  cluster_arn = "%s"
  secret_arn  = aws_secretsmanager_secret.this.arn
}"""


def new_secret(facts: Facts, name: str) -> Fix:
    """A key, a secret under it, and its association."""
    value = json.dumps(
        {"username": facts.request.user or "USER", "password": "…"}, ensure_ascii=False
    )
    made = commands.aws(
        facts,
        "secretsmanager create-secret",
        ("name", name),
        ("kms-key-id", commands.Shell('"$key"')),
        ("secret-string", "file://secret.json"),
    )
    return Fix(
        console="Secrets Manager, Store a new secret, Other type of secret; choose or make a "
        f"customer managed key; name it {name}. Then MSK, Clusters, {facts.name}, Properties, "
        "Security settings, Associate secrets.",
        cli=commands.block(
            f"# secret.json holds nothing but {value}; delete it afterwards.",
            f"key={commands.quoted(_key(facts))}",
            f"secret={commands.printed(made, 'ARN')}",
            _batch(facts, "batch-associate-scram-secret", commands.Shell('"$secret"')),
        ),
        terraform=_TERRAFORM % (json.dumps(name), facts.request.arn),
    )


def _key(facts: Facts) -> str:
    """The key of the secret that there is, if it will do; else a new one."""
    found = at(facts.maybe("key"), "KeyMetadata")
    if (at(found, "KeyManager"), at(found, "KeyState")) == ("CUSTOMER", "Enabled"):
        return str(at(found, "Arn") or at(found, "KeyId"))
    return commands.printed(commands.aws(facts, "kms create-key"), "KeyMetadata.Arn")


def associate(facts: Facts, name: str) -> str:
    """Associates the secret by its ARN, which is asked for where it is not known."""
    return _batch(facts, "batch-associate-scram-secret", _arn(facts, name))


def associate_anew(facts: Facts, name: str) -> str:
    return commands.block(disassociate(facts, _arn(facts, name)), associate(facts, name))


def disassociate(facts: Facts, arn: str) -> str:
    return _batch(facts, "batch-disassociate-scram-secret", arn)


def _arn(facts: Facts, name: str) -> str:
    arn: str | None = at(facts.maybe("secret"), "ARN")
    if arn and name == user_secret.name(facts):
        return arn
    return commands.printed(
        commands.aws(facts, "secretsmanager describe-secret", ("secret-id", name)), "ARN"
    )


def _batch(facts: Facts, operation: str, arn: str) -> str:
    return commands.aws(
        facts,
        f"kafka {operation}",
        ("cluster-arn", str(facts.request.arn)),
        ("secret-arn-list", arn),
    )
