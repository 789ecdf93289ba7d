"""The secret is in the cluster's account and Region."""

from brokers.aws import secret_commands, user_secret
from brokers.aws.check import Check, Finding, Fix, failed, passed
from brokers.aws.cluster_facts import Facts
from brokers.aws.wording import listed, printable


def _evaluate(facts: Facts) -> Finding:
    user_secret.wanted_secret(facts)
    arn = user_secret.associated(facts)
    if arn is None:
        user_secret.described(facts)
        arn = facts.need("secret", "ARN")
    cluster, secret = str(facts.request.arn).split(":"), f"{arn}::::".split(":")
    region, account = printable(secret[3]), printable(secret[4])
    wrong = []
    if account != cluster[4]:
        wrong.append(f"account {account}, the cluster in {cluster[4]}")
    if region != cluster[3]:
        wrong.append(f"Region {region}, the cluster in {cluster[3]}")
    if wrong:
        return failed(
            f"{account} {region}",
            f"The secret is in {listed(wrong)}. MSK takes secrets of its own account and Region "
            "only.",
            "Make the secret in the cluster's account and Region and associate that one.",
        )
    return passed(region, f"Secret and cluster are in {region}, account {account}.")


def _fix(facts: Facts) -> Fix:
    return secret_commands.new_secret(facts, user_secret.PREFIX + (facts.request.user or "USER"))


CHECK = Check(
    id="same_account_and_region",
    title="Same account and Region",
    position=140,
    fix_position=90,
    subject="user",
    why="MSK cannot read a secret of another account or Region.",
    facts=("cluster", "secrets", "secret"),
    evaluate=_evaluate,
    fix_title="Make the secret in the cluster's account and Region",
    wait="Up to ten minutes after the association.",
    wait_minutes=10,
    fix=_fix,
)
