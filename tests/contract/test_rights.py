"""Rights on topics and groups, asked of a real Kafka with ACLs."""

from dataclasses import replace

import pytest
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)

from kalixweb.practice.listeners import ADMIN, ALICE, BOB, READER, User
from kalixweb.practice.server import Practice
from tests.contract.engine import Configuration

ALL, READ_ONLY, NOTHING = (True, True, True), (True, True, False), (False, None, None)
UNTOLD = (None, None, None)


@pytest.mark.parametrize(
    ("user", "topic", "rights", "faults"),
    [
        (ALICE, "orders", ALL, []),
        (ALICE, "shipments", READ_ONLY, ["rights.write_denied"]),
        (ALICE, "payments", NOTHING, ["rights.topic_hidden"]),
        (ALICE, "no-such-topic", NOTHING, ["rights.topic_hidden"]),
        (ADMIN, "no-such-topic", UNTOLD, ["rights.topic_missing"]),
        (READER, "orders", NOTHING, ["rights.topic_hidden"]),
    ],
    ids=lambda value: getattr(value, "name", None) or (value if isinstance(value, str) else ""),
)
def test_topics(
    practice: Practice,
    user: User,
    topic: str,
    rights: tuple[bool | None, ...],
    faults: list[str],
) -> None:
    result = replace(_as(practice, user), topics=(topic,)).test()

    (told,) = result.rights
    assert (told.describe, told.read, told.write) == rights
    assert [fault.code for fault in told.faults] == faults


@pytest.mark.parametrize(
    ("user", "group", "faults"),
    [
        (ALICE, "orders-svc", []),
        (ALICE, "somebody-elses", ["rights.group_denied"]),
        (ADMIN, "not-there-yet", []),
    ],
    ids=["own", "another's", "new"],
)
def test_groups(practice: Practice, user: User, group: str, faults: list[str]) -> None:
    result = replace(_as(practice, user), groups=(group,)).test()

    (told,) = result.rights
    assert [fault.code for fault in told.faults] == faults


def test_a_transactional_id_of_somebody_else(practice: Practice) -> None:
    for user, codes in ((ALICE, ["rights.transactional_id_denied"]), (ADMIN, [])):
        (told,) = replace(_as(practice, user), transactional_ids=("theirs",)).test().rights
        assert [fault.code for fault in told.faults] == codes


def test_who_may_only_write(practice: Practice) -> None:
    """Rights of another user than the other tests ask for, taken away again."""
    binding = AclBinding(
        ResourceType.TOPIC, "payments", ResourcePatternType.LITERAL,
        f"User:{BOB.name}", "*", AclOperation.WRITE, AclPermissionType.ALLOW,
    )  # fmt: skip
    client = AdminClient({"bootstrap.servers": practice.listeners["plain"].server})
    client.create_acls([binding])[binding].result(10)
    try:
        bob = replace(_as(practice, BOB), auth="scram-sha-256", topics=("payments",))
        (told,) = bob.test().rights
    finally:
        given = AclBindingFilter(
            ResourceType.TOPIC, "payments", ResourcePatternType.LITERAL,
            f"User:{BOB.name}", "*", AclOperation.WRITE, AclPermissionType.ALLOW,
        )  # fmt: skip
        client.delete_acls([given])[given].result(10)
    assert (told.describe, told.read, told.write) == (True, False, True)
    assert [fault.code for fault in told.faults] == ["rights.read_denied"]


def test_asking_creates_no_topic(practice: Practice) -> None:
    configuration = replace(_as(practice, ADMIN), topics=("made-by-asking",))

    for _ in range(2):
        (told,) = configuration.test().rights
        assert [fault.code for fault in told.faults] == ["rights.topic_missing"]


def _as(practice: Practice, user: User) -> Configuration:
    good = Configuration.of(practice.listeners["good"])
    return replace(good, user=user.name, password=user.password)
