"""What is to be tested: an immutable snapshot that needs no database."""

import ipaddress
from dataclasses import dataclass, field

from kalixweb.core.secret_value import SecretValue

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Server:
    """One host (name or address, without brackets) and port."""

    host: str
    port: int

    @property
    def name(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def place(self) -> tuple[str, int]:
        """The same for two ways to write one server."""
        try:
            return str(ipaddress.ip_address(self.host)), self.port
        except ValueError:
            return self.host.lower().removesuffix("."), self.port


@dataclass(frozen=True, slots=True)
class Rule:
    """A network, with the ports that it stands for; no ports means all of them."""

    network: Network
    ports: frozenset[int] = frozenset()

    @classmethod
    def parse(cls, text: str) -> "Rule":
        """``10.0.0.0/8`` or ``10.0.0.0/8#9096,9196``; raises ValueError."""
        network, _, ports = text.strip().partition("#")
        numbers = frozenset(int(port) for port in ports.split(",") if port.strip())
        return cls(ipaddress.ip_network(network.strip(), strict=False), numbers)


@dataclass(frozen=True, slots=True)
class TargetPolicy:
    """Where a test may connect, beyond the networks that are always refused.

    ``refused_endpoints`` are the service's own database, queue and web (address, port).
    """

    allow: tuple[Rule, ...] = ()
    deny: tuple[Rule, ...] = ()
    loopback: bool = False
    refused_endpoints: frozenset[tuple[str, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds, unless the name says otherwise."""

    resolve: float = 5.0
    connect: float = 5.0
    tls: float = 5.0
    answer: float = 5.0
    node: float = 15.0
    run: float = 30.0
    frame_bytes: int = 4 * 1024 * 1024
    threads: int = 8
    nodes: int = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One configuration to test. ``servers`` as people write it, or parsed.

    ``allowed_hosts``: exact names or ``*.suffix``; empty means any. They hold for advertised
    brokers, which otherwise stop after tls. ``previous_cluster_id``: of the last passed test.
    """

    servers: str | tuple[Server, ...]
    auth: str
    user: str
    password: SecretValue | None
    ca_pem: bytes | None = None
    platform: str = ""
    topics: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    transactional_ids: tuple[str, ...] = ()
    allowed_hosts: tuple[str, ...] = ()
    previous_cluster_id: str | None = None
    policy: TargetPolicy = field(default_factory=TargetPolicy)
    limits: Limits = field(default_factory=Limits)
    client_id: str = "kalixweb"
