"""Numbers of the Kafka protocol that the connection test reads, with their public names."""

from collections.abc import Mapping
from dataclasses import dataclass

PRODUCE, METADATA, DESCRIBE_GROUPS = 0, 3, 15
SASL_HANDSHAKE, API_VERSIONS, SASL_AUTHENTICATE, DESCRIBE_TRANSACTIONS = 17, 18, 36, 65
# Between brokers, or about a broker's disks: Apache Kafka and what is built from it offer them.
APACHE_ONLY = frozenset({27, 34, 35})
QUORUM = frozenset({52, 53, 62, 63})

READ, WRITE = 3, 4

NONE, UNKNOWN_TOPIC, LEADER_NOT_AVAILABLE = 0, 3, 5
COORDINATOR_LOADING, COORDINATOR_NOT_AVAILABLE, NOT_COORDINATOR = 14, 15, 16
INVALID_TOPIC, TOPIC_DENIED, GROUP_DENIED = 17, 29, 30
UNSUPPORTED_MECHANISM, ILLEGAL_SASL_STATE, UNSUPPORTED_VERSION = 33, 34, 35
TRANSACTIONAL_ID_DENIED, SASL_AUTHENTICATION_FAILED = 53, 58
GROUP_ID_NOT_FOUND, TRANSACTIONAL_ID_NOT_FOUND = 69, 105

_ERRORS = {
    -1: "UNKNOWN_SERVER_ERROR",
    3: "UNKNOWN_TOPIC_OR_PARTITION",
    5: "LEADER_NOT_AVAILABLE",
    6: "NOT_LEADER_OR_FOLLOWER",
    7: "REQUEST_TIMED_OUT",
    8: "BROKER_NOT_AVAILABLE",
    9: "REPLICA_NOT_AVAILABLE",
    14: "COORDINATOR_LOAD_IN_PROGRESS",
    15: "COORDINATOR_NOT_AVAILABLE",
    16: "NOT_COORDINATOR",
    17: "INVALID_TOPIC_EXCEPTION",
    24: "INVALID_GROUP_ID",
    29: "TOPIC_AUTHORIZATION_FAILED",
    30: "GROUP_AUTHORIZATION_FAILED",
    31: "CLUSTER_AUTHORIZATION_FAILED",
    33: "UNSUPPORTED_SASL_MECHANISM",
    34: "ILLEGAL_SASL_STATE",
    35: "UNSUPPORTED_VERSION",
    41: "NOT_CONTROLLER",
    42: "INVALID_REQUEST",
    53: "TRANSACTIONAL_ID_AUTHORIZATION_FAILED",
    54: "SECURITY_DISABLED",
    56: "KAFKA_STORAGE_ERROR",
    58: "SASL_AUTHENTICATION_FAILED",
    69: "GROUP_ID_NOT_FOUND",
    89: "THROTTLING_QUOTA_EXCEEDED",
    105: "TRANSACTIONAL_ID_NOT_FOUND",
}
_NAMES = {
    METADATA: "Metadata",
    SASL_HANDSHAKE: "SaslHandshake",
    SASL_AUTHENTICATE: "SaslAuthenticate",
    API_VERSIONS: "ApiVersions",
    DESCRIBE_GROUPS: "DescribeGroups",
}
# The versions that the test can speak: Metadata v0 would ask for every topic, SaslHandshake v0 is
# followed by bare tokens that Kafka dropped with 4.0.
SPOKEN = {
    METADATA: (1, 13),
    SASL_HANDSHAKE: (1, 1),
    SASL_AUTHENTICATE: (0, 2),
    DESCRIBE_GROUPS: (0, 5),
    DESCRIBE_TRANSACTIONS: (0, 0),
}


@dataclass(frozen=True, slots=True)
class NoCommonVersion(Exception):
    """A request for which broker and test share no version; ``offered`` is None if not at all."""

    request: str
    spoken: tuple[int, int]
    offered: tuple[int, int] | None

    def __str__(self) -> str:
        return f"the broker does not offer {self.request} in a version that kalixweb speaks"

    @property
    def broker_is(self) -> str:
        """``older`` or ``newer`` than what the test speaks."""
        return "newer" if self.offered and self.offered[0] > self.spoken[1] else "older"


def common_version(key: int, offered: Mapping[int, tuple[int, int]]) -> int:
    """The highest version of a request that both sides speak; raises NoCommonVersion."""
    low, high = SPOKEN[key]
    theirs = offered.get(key)
    if theirs is None or theirs[0] > high or theirs[1] < low:
        raise NoCommonVersion(_NAMES.get(key, f"API {key}"), (low, high), theirs)
    return min(high, theirs[1])


def is_controller(offered: Mapping[int, tuple[int, int]]) -> bool:
    """Whether these are the requests of a KRaft controller: a quorum's, but not a client's."""
    serves_clients = METADATA in offered and PRODUCE in offered
    return not serves_clients and bool(QUORUM & offered.keys())


def error_name(code: int) -> str:
    """``SASL_AUTHENTICATION_FAILED (58)``."""
    return f"{_ERRORS.get(code, 'error')} ({code})"
