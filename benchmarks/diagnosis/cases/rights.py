"""Rights that are missing, and topics that cannot be used."""

from benchmarks.diagnosis.situation import World
from kalixweb.practice.listeners import ADMIN
from tests.fakes.kafka import Group, Topic


def add(world: World) -> None:
    admin = {"user": ADMIN.name, "password": ADMIN.password}
    for name, fault, typed in (
        ("a topic without a right (Kafka)", "rights.topic_hidden", {"topics": ("payments",)}),
        ("a topic that is missing (Kafka)", "rights.topic_missing",
         {"topics": ("no-such-topic",), **admin}),
        ("no right to write (Kafka)", "rights.write_denied", {"topics": ("shipments",)}),
        ("another's group (Kafka)", "rights.group_denied", {"groups": ("somebody-elses",)}),
        ("another's transactional id (Kafka)", "rights.transactional_id_denied",
         {"transactional_ids": ("orders-tx",)}),
    ):  # fmt: skip
        world.on_practice(name, fault, "good", **typed)
    for name, fault, topic in (
        ("no right to read", "rights.read_denied", Topic(operations={4, 8})),
        ("operations not told", "rights.could_not_tell", Topic(operations=None)),
        ("no leader", "rights.no_leader", Topic(partitions=[(-1, [1], []), (1, [1], [1])])),
        ("replicas behind", "rights.under_replicated", Topic(partitions=[(1, [1, 1], [])])),
    ):
        address = world.broker(topics={"orders": topic}).address
        world.add(name, fault, address, topics=("orders",))
    half = world.broker(groups={"svc": Group(operations={8})})
    world.add("no right to read the group", "rights.group_denied", half.address, groups=("svc",))
