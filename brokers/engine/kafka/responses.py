"""Answers of a broker as small values; the readers take kafka-python's decoded messages."""

from dataclasses import dataclass
from typing import Any

Decoded = Any  # kafka-python makes its message classes while it runs; no type names their fields
_NOT_REPORTED = 31


@dataclass(frozen=True, slots=True)
class ApiVersions:
    """``keys``: API key -> (lowest, highest version). ``features``: names that it reports."""

    error: int
    keys: dict[int, tuple[int, int]]
    features: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SaslHandshake:
    error: int
    mechanisms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SaslAuthenticate:
    error: int
    message: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Broker:
    id: int
    host: str
    port: int
    rack: str | None


@dataclass(frozen=True, slots=True)
class Partition:
    error: int
    index: int
    leader: int
    replicas: tuple[int, ...]
    in_sync: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """``operations``: codes of what the user may do (3 read, 4 write, 8 describe), or None."""

    error: int
    name: str
    partitions: tuple[Partition, ...]
    operations: frozenset[int] | None


@dataclass(frozen=True, slots=True)
class Metadata:
    cluster_id: str | None
    controller: int | None
    brokers: tuple[Broker, ...]
    topics: tuple[Topic, ...] = ()
    error: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    error: int
    state: str
    operations: frozenset[int] | None


@dataclass(frozen=True, slots=True)
class Transaction:
    error: int
    state: str


def read_api_versions(answer: Decoded) -> ApiVersions:
    keys = {k.api_key: (k.min_version, k.max_version) for k in answer.api_keys or ()}
    features = {f.name for f in getattr(answer, "supported_features", None) or ()}
    return ApiVersions(answer.error_code, keys, frozenset(features))


def read_sasl_handshake(answer: Decoded) -> SaslHandshake:
    return SaslHandshake(answer.error_code, tuple(str(m) for m in answer.mechanisms or ()))


def read_sasl_authenticate(answer: Decoded) -> SaslAuthenticate:
    return SaslAuthenticate(
        answer.error_code, answer.error_message or "", bytes(answer.auth_bytes or b"")
    )


def read_metadata(answer: Decoded) -> Metadata:
    controller = getattr(answer, "controller_id", -1)
    return Metadata(
        cluster_id=getattr(answer, "cluster_id", None),
        controller=controller if isinstance(controller, int) and controller >= 0 else None,
        brokers=tuple(_broker(b) for b in answer.brokers or ()),
        topics=tuple(_topic(t) for t in answer.topics or ()),
        error=getattr(answer, "error_code", None) or 0,
    )


def read_group(answer: Decoded) -> Group:
    (group,) = answer.groups
    operations = _operations(getattr(group, "authorized_operations", None))
    return Group(group.error_code, group.group_state or "", operations)


def read_transaction(answer: Decoded) -> Transaction:
    (state,) = answer.transaction_states
    return Transaction(state.error_code, state.transaction_state or "")


def _broker(broker: Decoded) -> Broker:
    host = broker.host if isinstance(broker.host, str) else ""
    return Broker(broker.node_id, host, broker.port, getattr(broker, "rack", None))


def _topic(topic: Decoded) -> Topic:
    partitions = tuple(_partition(p) for p in topic.partitions or ())
    operations = _operations(getattr(topic, "authorized_operations", None))
    return Topic(topic.error_code, topic.name or "", partitions, operations)


def _partition(partition: Decoded) -> Partition:
    return Partition(
        partition.error_code,
        partition.partition_index,
        partition.leader_id,
        tuple(partition.replica_nodes or ()),
        tuple(partition.isr_nodes or ()),
    )


def _operations(value: Decoded) -> frozenset[int] | None:
    """Kafka's bit field, which kafka-python gives as a set of codes; only bit 31: not reported."""
    if value is None:
        return None
    codes = frozenset(int(code) for code in value)
    return None if codes == {_NOT_REPORTED} else codes
