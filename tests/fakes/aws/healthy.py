"""An account whose cluster passes every check."""

from collections.abc import Sequence

from tests.fakes.aws import building, networks
from tests.fakes.aws.account import Account

PROPERTIES = "auto.create.topics.enable=false\nallow.everyone.if.no.acl.found=false\n"


def healthy_account(
    *,
    cluster: str = "orders",
    users: Sequence[str] = ("alice", "bob", "carol"),
    topics: Sequence[str] = ("orders",),
    region: str = "eu-central-1",
    number: str = "123456789012",
) -> Account:
    """One public provisioned cluster with a SCRAM secret for each user, and its topics."""
    account = Account(number, region)
    arn = building.provisioned(account, cluster)
    building.configuration(account, arn, PROPERTIES)
    key = building.key(account)
    for user in users:
        building.secret(account, user, key_arn=key, cluster=arn)
    for name in topics:
        building.topic(account, arn, name)
    networks.public_network(account, arn)
    return account
