"""Six set-ups that are well, of which nobody may say otherwise."""

import ssl

from benchmarks.diagnosis.situation import World
from tests.fakes import pki

ODD_USER, ODD_PASSWORD = "a=b,c", "pä\u00adß ﬁ,=$'\""


def add(world: World) -> None:
    middle = pki.authority("Benchmark Intermediate", world.root)
    chain = world.broker(pki.leaf(middle), context={"chain": [middle]})
    world.add("intermediate chain", None, chain.address)
    world.on_practice("TLS 1.2 only (Kafka)", None, "tls12")
    odd = world.broker(users={ODD_USER: ODD_PASSWORD})
    world.add("odd characters", None, odd.address, user=ODD_USER, password=ODD_PASSWORD)
    six = world.broker(host="::1", context={"highest": ssl.TLSVersion.TLSv1_3})
    world.add("IPv6", None, f"[::1]:{six.port}")
    brokers = [world.broker() for _ in range(3)]
    for broker in brokers:
        broker.script.brokers = [
            (number, "127.0.0.1", each.port) for number, each in enumerate(brokers, 1)
        ]
    world.add("several brokers", None, ",".join(broker.address for broker in brokers))
    world.add("public CA", None, world.broker(pki.leaf(world.public_root)).address, ca=None)
