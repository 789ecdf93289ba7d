"""What host names and ports say on the platforms that publish them."""

import re
from dataclasses import dataclass

_MSK_HOST = re.compile(r"\.kafka(-serverless)?\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$")
_CONFLUENT_HOST = re.compile(r"\.confluent\.cloud$")
_SERVES = {
    2181: "ZooKeeper",
    2182: "ZooKeeper",
    9092: "plaintext connections",
    9094: "TLS with client certificates or without login",
    9096: "SASL/SCRAM inside the VPC",
    9098: "IAM login inside the VPC",
    9194: "public TLS with client certificates",
    9196: "public SASL/SCRAM",
    9198: "public IAM login",
    20092: "plaintext connections over IPv6",
    20094: "TLS over IPv6",
    20096: "SASL/SCRAM over IPv6",
    20098: "IAM login over IPv6",
}


@dataclass(frozen=True, slots=True)
class PortAdvice:
    """What a port of Amazon MSK serves, and which one SASL/SCRAM is at for that host name."""

    serves: str
    right: int
    right_serves: str


def is_msk(host: str) -> bool:
    return bool(_MSK_HOST.search(host.lower()))


def is_confluent_cloud(host: str) -> bool:
    return bool(_CONFLUENT_HOST.search(host.lower()))


def names_msk(platform: str) -> bool:
    return "msk" in platform.lower().replace("-", " ").split() or platform.lower() == "amazon msk"


def msk_port_advice(host: str, port: int) -> PortAdvice | None:
    """Advice for a well-known port that cannot serve SASL/SCRAM for this host; None if it may."""
    if not is_msk(host) or port not in _SERVES:
        return None
    public = "-public." in host
    right = 20096 if port >= 20000 else 9196 if public else 9096
    if port == right:
        return None
    if port == 9196 and not public:
        return None  # a custom private name may still lead to the public listener
    return PortAdvice(_SERVES[port], right, _SERVES[right])


def right_port(server: str) -> str:
    """``host:port`` with the port that serves SASL/SCRAM, where the given one is known not to."""
    host, _, port = server.rpartition(":")
    advice = msk_port_advice(host, int(port))
    return f"{host}:{advice.right}" if advice and advice.right else server
