"""The secret's name begins with AmazonMSK_."""

from brokers.aws import secret_commands, user_secret
from brokers.aws.check import Check, Finding, Fix, failed, passed
from brokers.aws.cluster_facts import Facts
from brokers.aws.wording import printable


def _evaluate(facts: Facts) -> Finding:
    name = printable(user_secret.described(facts)["Name"])
    if name.startswith(user_secret.PREFIX):
        return passed(name, f"The secret's name, {name}, begins with {user_secret.PREFIX}.")
    return failed(
        name,
        f"The secret's name, {name}, does not begin with {user_secret.PREFIX}: letter case counts. "
        "MSK refuses it.",
        "Names cannot be changed: make a new secret with the prefix and associate that one.",
    )


def _fix(facts: Facts) -> Fix:
    return secret_commands.new_secret(facts, user_secret.PREFIX + (facts.request.user or "USER"))


CHECK = Check(
    id="secret_prefix",
    title="Secret name begins with AmazonMSK_",
    position=110,
    fix_position=100,
    subject="user",
    why="MSK takes no secret of another name.",
    facts=("cluster", "secrets", "secret"),
    evaluate=_evaluate,
    fix_title="Make a secret whose name begins with AmazonMSK_",
    wait="Up to ten minutes after the association.",
    wait_minutes=10,
    fix=_fix,
)
