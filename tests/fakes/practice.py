"""The practice Kafka as a fixture: import ``practice`` (and ``cluster``) into a conftest."""

import datetime as dt
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from kalixweb.practice import config, jars, node, pki, server, topics
from kalixweb.practice.listeners import ALICE, PORTS, Recipe
from kalixweb.practice.process import Process
from tests.requirements import require


def free_port_base(count: int = PORTS) -> int:
    """The first of ``count`` free ports in a row, below those that the system hands out."""
    for base in random.sample(range(20000, 32000, 50), 200):
        try:
            node.check_ports(range(base, base + count))
        except node.PortTaken:
            continue
        return base
    raise RuntimeError(f"no {count} free ports in a row")


@pytest.fixture(scope="session")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.Practice]:
    """A practice Kafka of this test run's own; it is stopped at its end."""
    require("kafka")
    folder = tmp_path_factory.mktemp("practice")
    try:
        yield server.start(folder, free_port_base())
    finally:
        server.stop(folder)


@dataclass(frozen=True)
class Cluster:
    """Three brokers; ``nodes`` holds the servers in the order of their ids 1, 2, 3."""

    nodes: tuple[str, str, str]
    user: str
    password: str
    ca_path: Path
    processes: tuple[Process, Process, Process]


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Three brokers in three processes; the certificate of the third expired."""
    require("kafka")
    with three_brokers(tmp_path_factory.mktemp("cluster")) as found:
        yield found


@contextmanager
def three_brokers(folder: Path) -> Iterator[Cluster]:
    """A cluster of the caller's own, whose brokers it may stop."""
    base = free_port_base(9)
    jars.fetch(print)
    java = jars.java()
    ca_path = pki.make(folder / "pki", dt.datetime.now(dt.UTC))
    cluster_id = node.new_cluster_id()
    running: dict[Path, Process] = {}
    try:
        places = [_place(number, base, folder) for number in (1, 2, 3)]
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda p: node.prepare(java, p, p.parent / "data", cluster_id), places))
        for properties in places:
            log = properties.with_name("kafka.log")
            running[log] = node.spawn(java, properties, log)
        node.wait_started(running)
        topics.make(f"127.0.0.1:{base + 3}", replicas=3)
        names = tuple(f"127.0.0.1:{base + number}" for number in range(3))
        yield Cluster(names, ALICE.name, ALICE.password, ca_path, tuple(running.values()))
    finally:
        for process in running.values():
            process.stop(patience=0)  # without a quorum it would wait for one


def _place(number: int, base: int, folder: Path) -> Path:
    place = folder / str(number)
    place.mkdir()
    properties = place / "server.properties"
    properties.write_text(_node(number, base, folder), encoding="utf-8")
    return properties


def _node(number: int, base: int, folder: Path) -> str:
    """Ports: clients base+0…2, between brokers base+3…5, controllers base+6…8."""
    client, inner, controller = (base + number - 1 + offset for offset in (0, 3, 6))
    certificate = "expired" if number == 3 else "good"
    lines = {
        **config.COMMON,
        "node.id": str(number),
        "controller.quorum.voters": ",".join(f"{n}@127.0.0.1:{base + 5 + n}" for n in (1, 2, 3)),
        "log.dirs": str(folder / str(number) / "data"),
        "inter.broker.listener.name": "INNER",
        "listeners": f"CLIENT://127.0.0.1:{client},INNER://127.0.0.1:{inner},"
        f"CONTROLLER://127.0.0.1:{controller}",
        "advertised.listeners": f"CLIENT://127.0.0.1:{client},INNER://127.0.0.1:{inner}",
        "listener.security.protocol.map": "CLIENT:SASL_SSL,INNER:PLAINTEXT,CONTROLLER:PLAINTEXT",
        **config.listener_lines(Recipe("client", 0, "", certificate=certificate), folder / "pki"),
    }
    return config.text(lines)
