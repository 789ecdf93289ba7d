"""What host names and ports say on the platforms that publish them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from kalixweb.core.host_patterns import host_of

# The code that a connection has, and the name that people read.
PLATFORMS = (
    ("kafka", "Apache Kafka"),
    ("msk", "AWS MSK"),
    ("confluent", "Confluent Cloud"),
    ("aiven", "Aiven"),
    ("event-hubs", "Azure Event Hubs"),
    ("redpanda", "Redpanda"),
    ("strimzi", "Strimzi"),
    ("practice", "Practice Kafka"),
)
_MSK_HOST = re.compile(r"\.kafka(-serverless)?\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$")
_MSK_SERVERLESS = re.compile(r"\.kafka-serverless\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$")
_MSK_PUBLIC = re.compile(r"[^.]+-public\.")
_MSK_VPC = re.compile(r"b-(\d+)\.(scram|iam|tls)\.[^.]+\.[^.]+\.c\d+\.kafka\.")
_MSK_ZOOKEEPER = re.compile(r"z-\d+\.")
# A multi-VPC name has the kind of login after the broker's number.
_MSK_BROKER = re.compile(
    r"[^.]+\.((scram|iam|tls)\.)?"
    r"(?P<cluster>[^.]+\.[^.]+\.c\d+\.kafka(-serverless)?\..+\.amazonaws\.com(\.cn)?)"
)
_CONFLUENT_HOST = re.compile(r"\.confluent\.cloud$")

_PRIVATE, _PUBLIC, _IPV6 = "SASL/SCRAM inside the VPC", "public SASL/SCRAM", "SASL/SCRAM over IPv6"
_MULTI_VPC = "SASL/SCRAM by multi-VPC connectivity"
_SERVES = {
    2181: "ZooKeeper",
    2182: "ZooKeeper",
    9092: "plaintext connections",
    9094: "TLS with client certificates or without login",
    9096: _PRIVATE,
    9098: "IAM login inside the VPC",
    9194: "public TLS with client certificates",
    9196: _PUBLIC,
    9198: "public IAM login",
    20092: "plaintext connections over IPv6",
    20094: "TLS over IPv6",
    20096: _IPV6,
    20098: "IAM login over IPv6",
}
_VPC_KINDS = {"iam": "IAM login", "tls": "TLS with client certificates"}
# One port a broker: b-1 has 14001.
_VPC_PORTS = range(14001, 14101)

Network = Literal["public", "private", "multi-vpc"]


@dataclass(frozen=True, slots=True)
class PortAdvice:
    """What a port or name of Amazon MSK serves, and which port SASL/SCRAM is at for that name.

    ``serves`` is empty for a port that serves no client. ``of_name``: the name is the mismatch,
    so no port is ``right``. ``other_network``: SASL/SCRAM, but for names of another network.
    """

    network: Network
    serves: str
    right: int | None
    right_serves: str
    of_name: bool = False
    other_network: bool = False


def is_msk(host: str) -> bool:
    return bool(_MSK_HOST.search(_plain(host)))


def is_msk_serverless(host: str) -> bool:
    return bool(_MSK_SERVERLESS.search(_plain(host)))


def patterns_for(servers: Iterable[str]) -> list[str]:
    """Patterns for ``host:port``: each host itself, for MSK all brokers of its cluster."""
    found = set()
    for host in map(host_of, servers):
        broker = _MSK_BROKER.fullmatch(host)
        found.add(f"*.{broker['cluster']}" if broker else host)
    return sorted(found)


def is_confluent_cloud(host: str) -> bool:
    return bool(_CONFLUENT_HOST.search(host.lower()))


def names_msk(platform: str) -> bool:
    return "msk" in platform.lower().replace("-", " ").split()


def on_msk(platform: str, hosts: Iterable[str]) -> bool:
    """Whether a connection is one to Amazon MSK: it says so, or one of its names does."""
    return names_msk(platform) or any(map(is_msk, hosts))


def msk_network(host: str) -> Network:
    """Which network a broker's name of Amazon MSK is for."""
    if _MSK_VPC.match(_plain(host)):
        return "multi-vpc"
    return "public" if _MSK_PUBLIC.match(_plain(host)) else "private"


def msk_port_advice(host: str, port: int) -> PortAdvice | None:
    """Advice for a name or port of Amazon MSK that cannot serve SASL/SCRAM; None if it may."""
    host = _plain(host)
    if not is_msk(host) or is_msk_serverless(host):
        return None
    network = msk_network(host)
    if _MSK_ZOOKEEPER.match(host):
        return PortAdvice(network, "ZooKeeper", None, _PRIVATE, of_name=True)
    right, right_serves = _right(host, port, network)
    kind = _MSK_VPC.match(host)
    if kind and kind[2] in _VPC_KINDS:
        serves = f"{_VPC_KINDS[kind[2]]} by multi-VPC connectivity"
        return PortAdvice(network, serves, None, _MULTI_VPC, of_name=True)
    if port == right or (network == "multi-vpc" and port in _VPC_PORTS):
        return None
    serves = _MULTI_VPC if port in _VPC_PORTS else _SERVES.get(port, "")
    other_network = serves in {_PRIVATE, _PUBLIC, _MULTI_VPC, _IPV6}
    return PortAdvice(network, serves, right, right_serves, other_network=other_network)


def right_port(server: str) -> str:
    """``host:port`` with the port that serves SASL/SCRAM, where the given one is known not to."""
    host, _, port = server.rpartition(":")
    advice = msk_port_advice(host, int(port))
    return f"{host}:{advice.right}" if advice and advice.right else server


def _right(host: str, port: int, network: Network) -> tuple[int, str]:
    """The port of SASL/SCRAM for a name; both networks of a dual-stack cluster share IPv6's."""
    if network == "multi-vpc":
        broker = _MSK_VPC.match(host)
        return _VPC_PORTS.start - 1 + int(broker[1] if broker else 1), _MULTI_VPC
    if port in {20092, 20094, 20096, 20098}:
        return 20096, _IPV6
    return (9196, _PUBLIC) if network == "public" else (9096, _PRIVATE)


def _plain(host: str) -> str:
    return host.lower().removesuffix(".")
