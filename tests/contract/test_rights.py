"""Rights on topics and groups, asked of a real Kafka with ACLs."""

from dataclasses import replace

import pytest

from kalixweb.practice.listeners import ADMIN, ALICE, READER, User
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


def test_asking_creates_no_topic(practice: Practice) -> None:
    configuration = replace(_as(practice, ADMIN), topics=("made-by-asking",))

    for _ in range(2):
        (told,) = configuration.test().rights
        assert [fault.code for fault in told.faults] == ["rights.topic_missing"]


def _as(practice: Practice, user: User) -> Configuration:
    good = Configuration.of(practice.listeners["good"])
    return replace(good, user=user.name, password=user.password)
