"""A secret that goes by the user's name is associated with the cluster."""

from brokers.aws import secret_commands, user_secret
from brokers.aws.check import Check, Finding, Fix, failed, passed, unsure
from brokers.aws.cluster_facts import Facts
from brokers.aws.wording import counted, listed

_MAKE = "Store the user's password in a secret and associate it with the cluster."
_OF_THE_SECRET = (
    "secret_prefix",
    "customer_key",
    "key_usable",
    "same_account_and_region",
    "secret_alive",
)
_ASSOCIATE = f"Associate it. {secret_commands.UNPROCESSED}"


def _evaluate(facts: Facts) -> Finding:
    wanted = user_secret.wanted_secret(facts)
    arns = facts.need("secrets", "SecretArnList")
    user, name = facts.request.user, user_secret.name(facts)
    if user_secret.associated(facts):
        return passed(
            name,
            f"The secret {name}, which goes by the user's name, is associated with the cluster. A "
            "change of it works after up to ten minutes.",
        )
    action = _ASSOCIATE if facts.answered("secret") else _MAKE
    if not arns:
        return failed(
            "no secret",
            f"No secret at all is associated with {facts.name}.",
            action,
            also_fixes=_OF_THE_SECRET if facts.failed_as("secret", "not_found") else (),
        )
    others = listed(user_secret.name_in(arn) for arn in arns)
    if facts.answered("secret"):
        return failed(
            "not associated",
            f"The secret {name} exists, but is not associated with {facts.name}. Associated: "
            f"{others}.",
            action,
        )
    if not facts.failed_as("secret", "not_found"):
        facts.answer("secret")
    return unsure(
        counted(len(arns), "secret"),
        f"No associated secret goes by the name of {user}, and there is no {wanted}. Associated: "
        f"{others}. One of them may hold the user {user} "
        "all the same; a check does not read their values.",
        f"Try a login as {user}. If it is refused: {_MAKE[0].lower()}{_MAKE[1:]}",
        shows_fix=True,
    )


def _fix(facts: Facts) -> Fix:
    name = user_secret.name(facts)
    if not facts.answered("secret"):
        return secret_commands.new_secret(facts, name)
    return Fix(
        console=f"MSK, Clusters, {facts.name}, Properties, Security settings, Associate secrets: "
        f"{name}.",
        cli=secret_commands.associate(facts, name),
        terraform="aws_msk_single_scram_secret_association: cluster_arn and secret_arn. "
        "aws_msk_scram_secret_association is the whole list: it removes what it does not name.",
    )


CHECK = Check(
    id="user_associated",
    title="The user is associated with the cluster",
    position=100,
    fix_position=140,
    subject="user",
    why="MSK knows only the users of secrets that are associated with it. An association may "
    "report success and have done nothing.",
    facts=("cluster", "secrets", "secret"),
    evaluate=_evaluate,
    fix_title="Associate the user's secret",
    waits_for=("active", "scram_on", *_OF_THE_SECRET),
    wait="Up to ten minutes.",
    wait_minutes=10,
    fix=_fix,
)
