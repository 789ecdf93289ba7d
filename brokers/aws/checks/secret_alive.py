"""The secret exists and is not being deleted."""

from datetime import datetime, timedelta

from brokers.aws import commands, secret_commands, user_secret
from brokers.aws.check import Check, Finding, Fix, failed, passed
from brokers.aws.cluster_facts import Answer, Facts
from brokers.aws.wording import printable
from kalixweb.core import clock

_TAKES = timedelta(minutes=10)


def _evaluate(facts: Facts) -> Finding:
    name = user_secret.name(facts)
    if facts.failed_as("secret", "not_found") and user_secret.associated(facts):
        return failed(
            "gone",
            f"{name} is associated with the cluster, but it does not exist any more.",
            "Disassociate it, make the secret anew and associate that one.",
        )
    secret = user_secret.described(facts)
    if deleted := secret.get("DeletedDate"):
        return failed(
            f"to be deleted on {_day(deleted)}",
            f"{name} is being deleted: its date is {_day(deleted)}. MSK cannot read it any more."
            f"{_replica(facts)}",
            "Restore the secret if the user is still wanted, then associate it anew.",
        )
    return passed("no date set", f"{name} is not being deleted.{_replica(facts)}{_change(secret)}")


def _day(value: object) -> str:
    return f"{value:%Y-%m-%d}" if isinstance(value, datetime) else printable(value)


def _replica(facts: Facts) -> str:
    primary = facts.maybe("secret").get("PrimaryRegion")
    if not primary or primary == facts.request.arn.region:
        return ""
    return (
        f" It is a replica of the secret in {printable(primary)}, so it can be read here and "
        "changed only there."
    )


def _change(secret: Answer) -> str:
    """MSK takes its time over a change, and then the old password is gone at once."""
    changed = secret.get("LastChangedDate")
    if not isinstance(changed, datetime) or clock.now() - changed >= _TAKES:
        return ""
    return (
        " It was changed less than ten minutes ago: until then some brokers may take the old "
        "password and some the new one."
    )


def _fix(facts: Facts) -> Fix:
    name = user_secret.name(facts)
    if arn := None if facts.answered("secret") else user_secret.associated(facts):
        made = secret_commands.new_secret(facts, name)
        cli = commands.block(secret_commands.disassociate(facts, arn), made.cli)
        return Fix(made.console, cli, made.terraform)
    restore = commands.aws(facts, "secretsmanager restore-secret", ("secret-id", name))
    return Fix(
        console="Secrets Manager, Secrets: under Preferences show secrets scheduled for deletion; "
        f"{name}, Cancel deletion.",
        cli=commands.block(restore, secret_commands.associate_anew(facts, name)),
        terraform="aws_secretsmanager_secret: restore it first, then terraform import",
    )


CHECK = Check(
    id="secret_alive",
    title="Secret is not being deleted",
    position=150,
    fix_position=110,
    subject="user",
    why="MSK cannot read a secret that is gone or in deletion.",
    facts=("cluster", "secrets", "secret"),
    evaluate=_evaluate,
    fix_title="Restore the secret",
    wait="Up to ten minutes after the association.",
    wait_minutes=10,
    fix=_fix,
)
