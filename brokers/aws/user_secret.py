"""Which secret is the user's: by its name, for a check never reads what is in one."""

import re
from collections.abc import Iterable

from brokers.aws.cluster_facts import Answer, Facts, NotKnown

PREFIX = "AmazonMSK_"
_SUFFIX = re.compile(r"-[A-Za-z0-9]{6}$")


def name_in(arn: str) -> str:
    """The secret's name in its ARN, without the six characters that AWS appends."""
    return _SUFFIX.sub("", arn.split(":", 6)[-1])


def associated(facts: Facts) -> str | None:
    """The ARN of the associated secret that goes by the user's name, with or without the prefix."""
    return of_user(facts.request.user, facts.maybe("secrets").get("SecretArnList") or ())


def of_user(user: str | None, arns: Iterable[str]) -> str | None:
    """The one of these secrets that goes by the user's name; the one with the prefix first."""
    found = [arn for arn in arns if _without_prefix(name_in(arn)) == user]
    return min(found, key=lambda arn: not name_in(arn).startswith(PREFIX), default=None)


def _without_prefix(name: str) -> str:
    return name[len(PREFIX) :] if name.lower().startswith(PREFIX.lower()) else name


def wanted_secret(facts: Facts) -> str:
    """What DescribeSecret is asked for; raises NotKnown without a user."""
    if not facts.request.user:
        raise NotKnown(
            "No user was named, so it is not known whose secret to look at.",
            "Name the Kafka user of the connection and check again.",
        )
    return associated(facts) or PREFIX + facts.request.user


def name(facts: Facts) -> str:
    """The secret's name for sentences and commands."""
    found = facts.maybe("secret").get("Name")
    if found:
        return str(found)
    arn = associated(facts)
    return name_in(arn) if arn else PREFIX + (facts.request.user or "USER")


def described(facts: Facts) -> Answer:
    """The secret as DescribeSecret tells of it; raises NotKnown where there is none."""
    wanted_secret(facts)
    if facts.failed_as("secret", "not_found"):
        raise NotKnown(
            f"There is no secret {name(facts)} in {facts.request.arn.region}, so there is nothing "
            "to look at.",
            "Make it, or check the user's name: letter case counts.",
        )
    facts.need("secret", "Name")
    return facts.answer("secret")
