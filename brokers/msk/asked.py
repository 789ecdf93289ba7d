"""What a readiness check is asked: the cluster, the user, and what the connection holds."""

import re
from dataclasses import dataclass
from typing import Literal

from brokers.msk.arn import ClusterArn

_BETWEEN_SERVERS = re.compile(r"[\s,]+")


@dataclass(frozen=True, slots=True)
class AclsSeen:
    """What is known of the cluster's ACLs, which AWS cannot tell: from a test, or from a person."""

    state: Literal["seen", "none", "confirmed"]
    sentence: str


@dataclass(frozen=True, slots=True)
class Asked:
    """``servers``: bootstrap servers as typed. ``only``: the id of the one check to make."""

    arn: ClusterArn
    user: str | None = None
    servers: str | None = None
    topics: tuple[str, ...] = ()
    from_addresses: tuple[str, ...] = ()
    acls: AclsSeen | None = None
    only: str | None = None

    @property
    def server_set(self) -> frozenset[str]:
        return servers_in(self.servers or "")


def servers_in(text: str) -> frozenset[str]:
    """Order, spaces, letter case and a trailing comma do not matter."""
    return frozenset(name.lower() for name in _BETWEEN_SERVERS.split(text) if name)
