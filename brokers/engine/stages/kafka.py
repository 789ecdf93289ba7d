"""kafka: what answers inside TLS, asked by ApiVersions, which needs no login."""

from dataclasses import dataclass

from brokers.engine import faults
from brokers.engine.kafka import protocol, requests
from brokers.engine.kafka.client import KafkaClient, NoResponse
from brokers.engine.kafka.protocol import NoCommonVersion
from brokers.engine.kafka.responses import ApiVersions
from brokers.engine.results import Fault, StageResult, finished
from brokers.engine.tls import banners
from brokers.engine.wait import Deadline

# A server that reads lines says something at an empty one; Kafka would wait for the rest.
_NUDGE = b"\r\n\r\n"
_NUDGE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class KafkaOutcome:
    """``versions`` is what the listener offers; None when the stage failed."""

    result: StageResult
    versions: ApiVersions | None = None


def run(client: KafkaClient, deadline: Deadline) -> KafkaOutcome:
    """Asks which requests the listener offers; raises ClientCertificateRequired (tls stage)."""
    try:
        versions = _call(client, deadline)
    except NoResponse as none:
        return _unanswered(client, none, deadline)
    return _result_of(client, versions)


def _call(client: KafkaClient, deadline: Deadline) -> ApiVersions:
    versions = client.call(requests.api_versions(3), deadline)
    if versions.error == protocol.UNSUPPORTED_VERSION:
        versions = client.call(requests.api_versions(0), deadline)
    return versions


def _result_of(client: KafkaClient, versions: ApiVersions) -> KafkaOutcome:
    keys = versions.keys
    if versions.error:
        detail = f"ApiVersions is answered with {protocol.error_name(versions.error)}"
        return _failed(_malformed(client, detail))
    facts = {"requests": len(keys)}
    if protocol.is_controller(keys):
        fault = faults.make("kafka.controller_port", name=client.name, count=len(keys))
        return KafkaOutcome(finished("kafka", fault, facts=dict(facts)))
    try:
        protocol.common_version(protocol.METADATA, keys)
        if protocol.SASL_HANDSHAKE in keys:
            protocol.common_version(protocol.SASL_HANDSHAKE, keys)
            protocol.common_version(protocol.SASL_AUTHENTICATE, keys)
    except NoCommonVersion as none:
        return KafkaOutcome(finished("kafka", _no_version(client, none), facts=dict(facts)))
    return KafkaOutcome(finished("kafka", facts=dict(facts)), versions)


def _no_version(client: KafkaClient, none: NoCommonVersion) -> Fault:
    offered = f"v{none.offered[0]} to v{none.offered[1]}" if none.offered else "not at all"
    return faults.make(
        "kafka.no_common_version",
        name=client.name,
        broker_is="old" if none.broker_is == "older" else "new",
        request=none.request,
        offered=offered,
        spoken=f"v{none.spoken[0]} to v{none.spoken[1]}",
    )


def _unanswered(client: KafkaClient, none: NoResponse, deadline: Deadline) -> KafkaOutcome:
    said = none.head
    if none.kind == "silent":
        said = client.nudge(_NUDGE, deadline.probe(_NUDGE_SECONDS))
    if said:
        return _failed(_other(client, said), raw=_printable(client, said))
    if none.kind == "silent":
        return _failed(faults.make("kafka.silent", name=client.name, seconds=client.seconds))
    if none.kind == "closed":
        return _failed(faults.make("kafka.closed", name=client.name), raw=none.detail)
    return _failed(_malformed(client, none.detail))


def _other(client: KafkaClient, head: bytes) -> Fault:
    http = banners.http_answer(head)
    if http:
        return faults.make("kafka.https", name=client.name, seen=client.text(http))
    name = banners.known_protocol(head)
    what = f"{name} answers" if name else f"answers “{_printable(client, head)[:60]}”"
    return faults.make("kafka.not_kafka", name=client.name, what=what)


def _malformed(client: KafkaClient, detail: str) -> Fault:
    return faults.make("kafka.malformed", name=client.name, detail=detail)


def _printable(client: KafkaClient, head: bytes) -> str:
    text = "".join(chr(b) if 32 <= b < 127 else "·" for b in head[:200])
    return client.text(text)


def _failed(fault: Fault, raw: str | None = None) -> KafkaOutcome:
    return KafkaOutcome(finished("kafka", fault, raw=raw))
