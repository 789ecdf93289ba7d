"""sasl-mechanism: whether the listener offers the login that the connection is set up for."""

from brokers.engine import faults
from brokers.engine.kafka import protocol, requests
from brokers.engine.kafka.client import Conversation, Unanswered
from brokers.engine.kafka.responses import ApiVersions, SaslHandshake
from brokers.engine.results import Fault, StageResult, finished
from brokers.engine.wait import Deadline

STAGE = "sasl-mechanism"
_MOST_LISTED = 20
_USABLE = {"SCRAM-SHA-256", "SCRAM-SHA-512", "PLAIN"}
_ONLY = {"AWS_MSK_IAM": "sasl.iam_only", "OAUTHBEARER": "sasl.oauth_only"}


def run(
    talk: Conversation, mechanism: str, user: str, versions: ApiVersions, deadline: Deadline
) -> StageResult:
    """Asks for the mechanism; the fact ``offered`` lists what the listener takes."""
    if protocol.SASL_HANDSHAKE not in versions.keys:
        return finished(STAGE, _not_enabled(talk, mechanism))
    try:
        answer = talk.ask(requests.sasl_handshake(mechanism), deadline)
    except Unanswered as none:
        return finished(STAGE, _unanswered(talk, user, none), raw=none.detail)
    offered = [talk.text(name) for name in answer.mechanisms[:_MOST_LISTED]]
    fault = _judged(talk, mechanism, user, answer, offered)
    found = () if fault is None else (fault,)
    return finished(STAGE, *found, facts={"mechanism": mechanism, "offered": [*offered]})


def _unanswered(talk: Conversation, user: str, none: Unanswered) -> Fault:
    if none.kind == "malformed":
        return faults.make("kafka.malformed", name=talk.name, detail=none.detail)
    return faults.make(f"sasl.{none.kind}", name=talk.name, user=user, seconds=talk.seconds)


def _judged(
    talk: Conversation, mechanism: str, user: str, answer: SaslHandshake, offered: list[str]
) -> Fault | None:
    if answer.error == protocol.NONE:
        return None
    if answer.error == protocol.ILLEGAL_SASL_STATE:
        return _not_enabled(talk, mechanism)
    if answer.error == protocol.UNSUPPORTED_MECHANISM:
        return _not_offered(talk, mechanism, offered)
    detail = protocol.error_name(answer.error)
    return faults.make("sasl.broken", name=talk.name, user=user, detail=detail)


def _not_offered(talk: Conversation, mechanism: str, offered: list[str]) -> Fault:
    if len(offered) == 1 and offered[0] in _ONLY:
        return faults.make(_ONLY[offered[0]], name=talk.name, mechanism=mechanism)
    return faults.make(
        "sasl.mechanism_not_offered",
        name=talk.name,
        mechanism=mechanism,
        offered=offered or ["none"],
        choices=[name.lower() for name in offered if name in _USABLE],
    )


def _not_enabled(talk: Conversation, mechanism: str) -> Fault:
    return faults.make("sasl.not_enabled", name=talk.name, mechanism=mechanism)
