"""sasl-mechanism: whether the listener offers the login that the connection is set up for."""

from brokers.engine import faults
from brokers.engine.kafka import protocol, requests
from brokers.engine.kafka.client import KafkaClient, NoResponse
from brokers.engine.kafka.responses import ApiVersions, SaslHandshake
from brokers.engine.results import Fault, StageResult, finished
from brokers.engine.wait import Deadline

STAGE = "sasl-mechanism"
_MOST_LISTED = 20
_USABLE = {"SCRAM-SHA-256", "SCRAM-SHA-512", "PLAIN"}
_ONLY = {"AWS_MSK_IAM": "sasl.iam_only", "OAUTHBEARER": "sasl.oauth_only"}


def run(
    client: KafkaClient, mechanism: str, user: str, versions: ApiVersions, deadline: Deadline
) -> StageResult:
    """Asks for the mechanism; the fact ``offered`` lists what the listener takes."""
    if protocol.SASL_HANDSHAKE not in versions.keys:
        return finished(STAGE, _not_enabled(client, mechanism))
    try:
        answer = client.call(requests.sasl_handshake(mechanism), deadline)
    except NoResponse as none:
        return finished(STAGE, _unanswered(client, user, none), raw=none.detail)
    offered = [client.text(name) for name in answer.mechanisms[:_MOST_LISTED]]
    fault = _result_of(client, mechanism, user, answer, offered)
    found = () if fault is None else (fault,)
    return finished(STAGE, *found, facts={"mechanism": mechanism, "offered": [*offered]})


def _unanswered(client: KafkaClient, user: str, none: NoResponse) -> Fault:
    if none.kind == "malformed":
        return faults.make("kafka.malformed", name=client.name, detail=none.detail)
    return faults.make(f"sasl.{none.kind}", name=client.name, user=user, seconds=client.seconds)


def _result_of(
    client: KafkaClient, mechanism: str, user: str, answer: SaslHandshake, offered: list[str]
) -> Fault | None:
    if answer.error == protocol.NONE:
        return None
    if answer.error == protocol.ILLEGAL_SASL_STATE:
        return _not_enabled(client, mechanism)
    if answer.error == protocol.UNSUPPORTED_MECHANISM:
        return _not_offered(client, mechanism, offered)
    detail = protocol.error_name(answer.error)
    return faults.make("sasl.broken", name=client.name, user=user, detail=detail)


def _not_offered(client: KafkaClient, mechanism: str, offered: list[str]) -> Fault:
    if len(offered) == 1 and offered[0] in _ONLY:
        return faults.make(_ONLY[offered[0]], name=client.name, mechanism=mechanism)
    return faults.make(
        "sasl.mechanism_not_offered",
        name=client.name,
        mechanism=mechanism,
        offered=offered or ["none"],
        choices=[name.lower() for name in offered if name in _USABLE],
    )


def _not_enabled(client: KafkaClient, mechanism: str) -> Fault:
    return faults.make("sasl.not_enabled", name=client.name, mechanism=mechanism)
