"""What a readiness check is about: the cluster, the user, and what the connection holds."""

from dataclasses import dataclass
from typing import Literal

from brokers.aws.arn import ClusterArn
from brokers.aws.bootstrap_brokers import servers_of


@dataclass(frozen=True, slots=True)
class AclEvidence:
    """What is known of the cluster's ACLs, which AWS cannot tell: from a test, or from a person.

    ``granted``: the user may do what it needs, which proves ACLs only where nothing is open
    without one.
    """

    state: Literal["seen", "granted", "none", "confirmed"]
    sentence: str


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """``servers``: bootstrap servers as typed. ``only``: the id of the one check to make."""

    arn: ClusterArn
    user: str | None = None
    servers: str | None = None
    topics: tuple[str, ...] = ()
    from_addresses: tuple[str, ...] = ()
    acls: AclEvidence | None = None
    only: str | None = None

    @property
    def server_list(self) -> tuple[str, ...]:
        return servers_of(self.servers or "")
