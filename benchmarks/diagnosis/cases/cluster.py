"""What a cluster says of itself, and where it sends its clients."""

from benchmarks.diagnosis.situation import World
from kalixweb.practice.listeners import CLOSED_OFFSET
from tests.fakes import pki
from tests.fakes.kafka import Topic, closes, stays_silent


def add(world: World) -> None:
    for name, fault, knobs in (
        ("silent after the login", "metadata.silent", {"instead": {"Metadata": stays_silent}}),
        ("closed after the login", "metadata.closed", {"instead": {"Metadata": closes}}),
        ("no broker in the cluster", "metadata.empty", {"brokers": []}),
        ("no controller in the cluster", "metadata.empty", {"controller": -1}),
        ("an error instead of brokers", "metadata.error", {"errors": {"Metadata": 56}}),
    ):
        address = world.broker(**knobs).address
        world.add(name, fault, address, silent=fault == "metadata.silent")
    one, two = world.broker(), world.broker(cluster_id="another")
    world.add("two clusters", "metadata.two_clusters", f"{one.address},{two.address}")
    held = {"orders": Topic(partitions=[(1, [1, 7], [1])])}
    address = world.broker(topics=held).address
    world.add("a broker is down", "metadata.broker_missing", address, topics=("orders",))
    for listener in ("advdns", "advrefused"):
        fault = world.practice.listeners[listener].expected_fault
        world.on_practice(f"{listener} listener of Kafka", fault, listener)
    _listeners(world)


def _listeners(world: World) -> None:
    inside = world.broker(brokers=[(1, "kafka-0.kafka.svc.cluster.local", 9092)])
    world.add("a name of Kubernetes", "listener.inside_name", inside.address)
    other = world.broker(mechanisms=("PLAIN",))
    kind = world.broker(brokers=[(1, "127.0.0.1", other.port)])
    world.add("a port with another login", "listener.other_port_kind", kind.address)
    same = world.broker()
    same.script.brokers = [(number, "127.0.0.1", same.port) for number in (1, 2, 3)]
    world.add("three brokers, one address", "listener.same_for_all", same.address)
    expired = world.broker(pki.leaf(world.root, valid=(-30, -3)))
    first = world.broker()
    first.script.brokers = [(1, "127.0.0.1", first.port), (2, "127.0.0.1", expired.port)]
    world.add("one of two brokers expired", "tls.expired", first.address)
    closed = world.practice.port_base + CLOSED_OFFSET
    down = world.broker()
    down.script.brokers = [(1, "127.0.0.1", down.port), (2, "127.0.0.1", closed)]
    world.add("one of two brokers refuses", "listener.unreachable", down.address)
