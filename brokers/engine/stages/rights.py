"""rights: what the user may do with what was named. Nothing is listed, written or created.

A topic may be named with the right that is needed, ``orders:read`` or ``orders:write``; without
one, both are.
"""

from collections.abc import Iterable
from typing import TypeVar

from brokers.engine import faults
from brokers.engine.kafka import protocol, requests
from brokers.engine.kafka.client import KafkaClient, NoResponse
from brokers.engine.kafka.requests import Request
from brokers.engine.kafka.responses import ApiVersions, Group, Topic
from brokers.engine.results import Fault, RightKind, RightsResult
from brokers.engine.tls.channel import ClientCertificateRequired
from brokers.engine.wait import Deadline, DeadlinePassed

Response = TypeVar("Response")

_MOST_LISTED = 5
_ELSEWHERE = {
    protocol.NOT_COORDINATOR,
    protocol.COORDINATOR_LOADING,
    protocol.COORDINATOR_NOT_AVAILABLE,
}
# Answered only after the right to describe was checked.
_AFTER_CHECK = _ELSEWHERE | {protocol.NONE, protocol.TRANSACTIONAL_ID_NOT_FOUND}


def topic_and_need(text: str) -> tuple[str, frozenset[str]]:
    """``orders:read`` -> ("orders", {"read"}); ``orders`` -> ("orders", {"read", "write"})."""
    name, colon, need = text.partition(":")
    if colon and need in {"read", "write"}:
        return name, frozenset({need})
    return text, frozenset({"read", "write"})


def topics(names: Iterable[str], answers: Iterable[Topic], user: str) -> list[RightsResult]:
    """The rights on topics, from the response that describes the cluster."""
    found = {topic.name: topic for topic in answers}
    results = []
    for text in names:
        name, need = topic_and_need(text)
        results.append(_topic(name, need, found.get(name), user))
    return results


def _topic(name: str, need: frozenset[str], topic: Topic | None, user: str) -> RightsResult:
    seen = {"user": user, "asked": name}
    if topic is None:
        detail = "the broker is too old to be asked for a topic without creating it"
        return RightsResult("topic", name, faults=(_could_not(seen, "topic", detail),))
    refused = {
        protocol.TOPIC_DENIED: "rights.topic_hidden",
        protocol.UNKNOWN_TOPIC: "rights.topic_missing",
    }.get(topic.error)
    if refused:
        describe = None if refused == "rights.topic_missing" else False
        # Each of them includes the right to describe: one request to the owner is enough.
        needed = " --operation ".join(right.capitalize() for right in sorted(need))
        fault = faults.make_from(refused, seen | {"needed": needed})
        return RightsResult("topic", name, describe, faults=(fault,))
    if topic.error == protocol.INVALID_TOPIC:
        reason = "the broker refuses it (INVALID_TOPIC_EXCEPTION)"
        fault = faults.make("input.bad_topic", field="topics", topic=name, reason=reason)
        return RightsResult("topic", name, faults=(fault,))
    if topic.error not in {protocol.NONE, protocol.LEADER_NOT_AVAILABLE}:
        detail = f"the broker answered {protocol.error_name(topic.error)}"
        return RightsResult("topic", name, faults=(_could_not(seen, "topic", detail),))
    return _described(topic, need, seen)


def _described(topic: Topic, need: frozenset[str], seen: dict[str, str]) -> RightsResult:
    found = _partitions(topic, seen)
    if topic.operations is None:
        detail = "the broker does not report which operations are allowed"
        found.append(_could_not(seen, "topic", detail))
        return RightsResult("topic", topic.name, describe=True, faults=tuple(found))
    may = {
        "read": protocol.READ in topic.operations,
        "write": protocol.WRITE in topic.operations,
    }
    denied = [
        faults.make_from(f"rights.{right}_denied", seen) for right in sorted(need) if not may[right]
    ]
    return RightsResult("topic", topic.name, describe=True, faults=(*denied, *found), **may)


def _partitions(topic: Topic, seen: dict[str, str]) -> list[Fault]:
    dead = [p for p in topic.partitions if p.leader < 0]
    behind = [p for p in topic.partitions if p.leader >= 0 and set(p.replicas) - set(p.in_sync)]
    found = []
    total = len(topic.partitions)
    if dead:
        replicas = sorted({broker for p in dead for broker in p.replicas})
        places = {"partitions": _numbers(p.index for p in dead), "replicas": _numbers(replicas)}
        counted = {"count": len(dead), "total": total}
        found.append(faults.make_from("rights.no_leader", {**seen, **places, **counted}))
    if behind:
        missing = sorted({broker for p in behind for broker in set(p.replicas) - set(p.in_sync)})
        places = {"partitions": _numbers(p.index for p in behind), "missing": _numbers(missing)}
        counted = {"count": len(behind), "total": total}
        found.append(faults.make_from("rights.under_replicated", {**seen, **places, **counted}))
    return found


def transactional_ids(
    client: KafkaClient, versions: ApiVersions, names: Iterable[str], user: str, deadline: Deadline
) -> list[RightsResult]:
    """Whether ids may be described. Whether they may be written to, only a write could tell."""
    return [_transactional_id(client, versions, name, user, deadline) for name in names]


def _transactional_id(
    client: KafkaClient, versions: ApiVersions, name: str, user: str, deadline: Deadline
) -> RightsResult:
    kind: RightKind = "transactional-id"
    seen = {"user": user, "asked": name}
    if protocol.DESCRIBE_TRANSACTIONS not in versions.keys:
        detail = "the broker is older than Kafka 3.0 and cannot be asked without writing"
        return RightsResult(kind, name, faults=(_could_not(seen, kind, detail),))
    try:
        answer = _call(client, requests.describe_transaction(name), deadline)
    except NoResponse as none:
        return RightsResult(kind, name, faults=(_could_not(seen, kind, none.detail),))
    if answer.error == protocol.TRANSACTIONAL_ID_DENIED:
        fault = faults.make_from("rights.transactional_id_denied", seen)
        return RightsResult(kind, name, describe=False, write=False, faults=(fault,))
    if answer.error in _AFTER_CHECK:
        return RightsResult(kind, name, describe=True)
    detail = f"the broker answered {protocol.error_name(answer.error)}"
    return RightsResult(kind, name, faults=(_could_not(seen, kind, detail),))


def groups(
    brokers: list[tuple[KafkaClient, ApiVersions]],
    names: Iterable[str],
    user: str,
    deadline: Deadline,
) -> list[RightsResult]:
    """The rights on groups, from whichever logged-in broker coordinates each.

    The coordinator is found by asking each in turn: FindCoordinator could create a topic.
    """
    return [_group(brokers, name, user, deadline) for name in names]


def _group(
    brokers: list[tuple[KafkaClient, ApiVersions]], name: str, user: str, deadline: Deadline
) -> RightsResult:
    seen = {"user": user, "asked": name}
    detail, describe = "no broker could be asked", None
    for client, versions in brokers:
        try:
            version = protocol.common_version(protocol.DESCRIBE_GROUPS, versions.keys)
            answer = _call(client, requests.describe_groups(version, name), deadline)
        except (NoResponse, protocol.NoCommonVersion) as none:
            detail = str(none)
            continue
        if answer.error not in _ELSEWHERE:
            return _answered(name, answer, seen)
        detail, describe = "none of the brokers that answered coordinates this group", True
    return RightsResult("group", name, describe, faults=(_could_not(seen, "group", detail),))


def _call(client: KafkaClient, request: Request[Response], deadline: Deadline) -> Response:
    """Also raises NoResponse when the run's time is over: what was named stays in the result."""
    try:
        return client.call(request, deadline)
    except DeadlinePassed as passed:
        raise NoResponse("silent", f"the time of the whole {passed.scope} was over") from passed
    except ClientCertificateRequired as refused:
        raise NoResponse("closed", str(refused)) from refused


def _answered(name: str, answer: Group, seen: dict[str, str]) -> RightsResult:
    if answer.error == protocol.GROUP_DENIED:
        fault = faults.make_from("rights.group_denied", seen)
        return RightsResult("group", name, describe=False, read=False, faults=(fault,))
    if answer.error not in {protocol.NONE, protocol.GROUP_ID_NOT_FOUND}:
        detail = f"the broker answered {protocol.error_name(answer.error)}"
        return RightsResult("group", name, faults=(_could_not(seen, "group", detail),))
    if answer.operations is None:
        detail = "the broker does not report which operations are allowed"
        fault = _could_not(seen, "group", detail)
        return RightsResult("group", name, describe=True, faults=(fault,))
    read = protocol.READ in answer.operations
    denied = () if read else (faults.make_from("rights.group_denied", seen),)
    return RightsResult("group", name, describe=True, read=read, faults=denied)


def _could_not(seen: dict[str, str], kind: str, detail: str) -> Fault:
    return faults.make_from("rights.could_not_tell", {**seen, "kind": kind, "detail": detail})


def _numbers(values: Iterable[int]) -> str:
    listed = [str(value) for value in values]
    more = f" and {len(listed) - _MOST_LISTED} more" if len(listed) > _MOST_LISTED else ""
    return ", ".join(listed[:_MOST_LISTED]) + more
