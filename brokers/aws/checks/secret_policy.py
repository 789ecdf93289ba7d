"""The secret's policy lets MSK read it."""

from brokers.aws import secret_commands, user_secret
from brokers.aws.check import Check, Finding, Fix, failed, passed
from brokers.aws.cluster_facts import Facts, NotKnown
from brokers.aws.resource_policy import about_msk
from brokers.aws.wording import printable


def _evaluate(facts: Facts) -> Finding:
    user_secret.wanted_secret(facts)
    name = user_secret.name(facts)
    if facts.maybe("secret").get("DeletedDate"):
        raise NotKnown(f"{name} is being deleted, so AWS shows no policy of it.")
    if facts.failed_as("secret", "not_found"):
        user_secret.described(facts)
    policy, arn = facts.answer("policy"), facts.maybe("secret").get("ARN")
    if denying := about_msk(policy, "Deny", arn):
        return failed(
            "denied",
            f"The policy of {name} denies MSK to read it ({printable(denying)}).",
            "Take that statement out of the secret's policy.",
        )
    if allowing := about_msk(policy, "Allow", arn):
        return passed(
            printable(allowing), f"The policy of {name} lets MSK read it ({printable(allowing)})."
        )
    return failed(
        "no statement for MSK",
        f"The policy of {name} has no statement that lets kafka.amazonaws.com read it "
        "(secretsmanager:GetSecretValue).",
        "Associate the secret anew: MSK writes the statement itself. Leave it as it is after that.",
    )


def _fix(facts: Facts) -> Fix:
    name = user_secret.name(facts)
    return Fix(
        console=f"MSK, Clusters, {facts.name}, Properties, Security settings: disassociate {name} "
        "and associate it anew.",
        cli=secret_commands.associate_anew(facts, name),
        terraform="aws_secretsmanager_secret_policy: none for this secret, or one that keeps the "
        "statement AWSKafkaResourcePolicy",
    )


CHECK = Check(
    id="secret_policy",
    title="MSK may read the secret",
    position=160,
    fix_position=150,
    subject="user",
    why="MSK reads the password by a statement that it puts into the secret's policy itself.",
    facts=("cluster", "secrets", "secret", "policy"),
    evaluate=_evaluate,
    fix_title="Let MSK read the secret",
    waits_for=("secret_alive",),
    wait="Up to ten minutes.",
    wait_minutes=10,
    fix=_fix,
)
