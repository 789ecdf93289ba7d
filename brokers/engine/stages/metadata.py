"""metadata: which cluster this is, and which brokers it tells its clients to connect to."""

from collections import Counter
from dataclasses import dataclass

from brokers.engine import faults
from brokers.engine.kafka import protocol, requests
from brokers.engine.kafka.client import KafkaClient, NoResponse
from brokers.engine.kafka.responses import ApiVersions, Broker, Metadata
from brokers.engine.results import Fault, Json, StageResult, finished
from brokers.engine.target import Server
from brokers.engine.wait import Deadline

_MOST_LISTED = 64
# Room for two thousand brokers, and for twenty thousand partitions. Decoding is plain Python, so
# the limit on bytes is also the limit on what a hostile answer can cost.
_BROKERS_BYTES, _TOPICS_BYTES = 256 * 1024, 1024 * 1024


@dataclass(frozen=True, slots=True)
class MetadataOutcome:
    """``metadata`` (texts cleaned) also when the stage warned; None when it failed."""

    result: StageResult
    metadata: Metadata | None = None


def run(
    client: KafkaClient,
    versions: ApiVersions,
    topics: tuple[str, ...],
    previous_cluster_id: str | None,
    deadline: Deadline,
) -> MetadataOutcome:
    """Asks for the cluster and, in the same request, for the topics that were named."""
    version = protocol.common_version(protocol.METADATA, versions.keys)
    request = requests.metadata(version, topics if version >= 4 else ())
    try:
        most = _TOPICS_BYTES if topics else _BROKERS_BYTES
        answer = client.call(request, deadline, most=min(most, client.limits.frame_bytes))
    except NoResponse as none:
        return _failed(_unanswered(client, none), raw=none.detail)
    if answer.error:
        detail = protocol.error_name(answer.error)
        return _failed(faults.make("metadata.error", name=client.name, detail=detail))
    return _result_of(client, _cleaned(client, answer), previous_cluster_id)


def _unanswered(client: KafkaClient, none: NoResponse) -> Fault:
    if none.kind == "malformed":
        return faults.make("kafka.malformed", name=client.name, detail=none.detail)
    return faults.make(f"metadata.{none.kind}", name=client.name, seconds=client.seconds)


def _result_of(client: KafkaClient, answer: Metadata, previous: str | None) -> MetadataOutcome:
    facts = _facts(answer)
    if not answer.brokers or answer.controller is None:
        what = "no broker" if not answer.brokers else "no controller"
        fault = faults.make("metadata.empty", name=client.name, what=what)
        return MetadataOutcome(finished("metadata", fault, facts=facts))
    warnings = [*_same_for_all(answer), *_missing(answer)]
    if previous and answer.cluster_id and previous != answer.cluster_id:
        warnings.append(
            faults.make(
                "metadata.cluster_changed",
                name=client.name,
                now=answer.cluster_id,
                before=previous,
            )
        )
    return MetadataOutcome(finished("metadata", *warnings, facts=facts), answer)


def _same_for_all(answer: Metadata) -> list[Fault]:
    counts = Counter((broker.host, broker.port) for broker in answer.brokers)
    return [
        faults.make(
            "listener.same_for_all",
            brokers=[str(b.id) for b in answer.brokers if (b.host, b.port) == place],
            name=Server(*place).name,
        )
        for place, count in counts.items()
        if count > 1
    ][:_MOST_LISTED]


def _missing(answer: Metadata) -> list[Fault]:
    alive = {broker.id for broker in answer.brokers}
    held: dict[int, set[str]] = {}
    for topic in answer.topics:
        for partition in topic.partitions:
            for replica in partition.replicas:
                if replica not in alive and replica >= 0:
                    held.setdefault(replica, set()).add(topic.name)
    if not held:
        return []
    topics = sorted(set().union(*held.values()))
    brokers = [str(broker) for broker in sorted(held)]
    return [faults.make("metadata.broker_missing", brokers=brokers, topics=topics)]


def _facts(answer: Metadata) -> dict[str, Json]:
    brokers: list[Json] = [
        {"id": b.id, "host": b.host, "port": b.port, "rack": b.rack}
        for b in answer.brokers[:_MOST_LISTED]
    ]
    return {
        "cluster": answer.cluster_id,
        "controller": answer.controller,
        "brokers": brokers,
        "broker_count": len(answer.brokers),
    }


def _cleaned(client: KafkaClient, answer: Metadata) -> Metadata:
    brokers = tuple(
        Broker(b.id, client.host(b.host), b.port, client.text(b.rack) if b.rack else None)
        for b in answer.brokers
    )
    cluster_id = client.text(answer.cluster_id) if answer.cluster_id else None
    return Metadata(cluster_id, answer.controller, brokers, answer.topics)


def _failed(fault: Fault, raw: str | None = None) -> MetadataOutcome:
    return MetadataOutcome(finished("metadata", fault, raw=raw))
