"""The parameters of AWS queries, checked before they are stored: names, never a secret value."""

import ipaddress
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from brokers.aws.arn import ClusterArn, NotACluster
from brokers.engine.stages.rights import topic_and_need
from brokers.models import (
    BROKERS,
    CLUSTERS,
    IDENTITY,
    PASSWORD,
    PERMISSIONS,
    READINESS,
    MskOnboarding,
)
from brokers.msk.aws_queries.rights import SECRETS_MANAGER
from kalixweb.core.actor import Actor
from kalixweb.core.refusals import Refusal
from secrets_app.services import rows, takeover
from secrets_app.services.naming import NotAccepted
from secrets_app.services.takeover import Into, TakingRefused

MOST_TOPICS = 50
MOST_ADDRESSES = 20
LONGEST_TOPIC = 249
LONGEST_USER = 256
QueryParameters = dict[str, Any]

_GONE = "The secret that was to take the password is not there."


class QueryNotAccepted(Refusal):
    """A query that AWS cannot be asked; ``field`` says which parameter is wrong."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence, field)


def checked(kind: str, parameters: Mapping[str, Any]) -> QueryParameters:
    """The question as it is stored, with nothing in it that its kind does not know.

    identity and clusters: nothing. brokers: arn. permissions: arn or none, user, topics.
    readiness: arn, user, servers, topics, from_addresses, only (the id of one check). password:
    arn, secret_arn, user, and what takes it: ``secret`` (an id) or ``name`` of a new one, and
    ``entry``. Raises QueryNotAccepted.
    """
    return _KINDS[kind](parameters)


def readiness_of(
    onboarding: MskOnboarding, *, only: str | None = None, from_addresses: Iterable[str] = ()
) -> QueryParameters:
    """The question of an onboarding about its own cluster."""
    connection = onboarding.connection
    return {
        "arn": onboarding.cluster_arn,
        "user": onboarding.user or None,
        "servers": ",".join(connection.servers) if connection else None,
        "topics": list(onboarding.topics),
        "from_addresses": list(from_addresses),
        "only": only,
    }


def cluster_of(text: object) -> str:
    """The ARN of a cluster in its one spelling, or QueryNotAccepted."""
    try:
        return str(ClusterArn.parse(str(text or "")))
    except NotACluster as wrong:
        raise QueryNotAccepted("arn", str(wrong)) from None


def topic_names(texts: Iterable[object]) -> list[str]:
    """Names of topics without the rights that a connection asks for, each once."""
    names = list(dict.fromkeys(topic_and_need(str(text))[0] for text in texts))
    if len(names) > MOST_TOPICS:
        sentence = f"{len(names)} topics are too many; {MOST_TOPICS} is the most."
        raise QueryNotAccepted("topics", sentence)
    for name in names:
        if not name or len(name) > LONGEST_TOPIC:
            raise QueryNotAccepted("topics", f"A topic's name has 1 to {LONGEST_TOPIC} characters.")
    return names


def into_of(project: UUID, parameters: QueryParameters) -> Into:
    """Which entry takes the password; raises QueryNotAccepted when its secret is not there."""
    if not parameters["secret"]:
        return Into(entry=parameters["entry"], name=parameters["name"])
    secret = rows.find(project, UUID(parameters["secret"]))
    if secret is None:
        raise QueryNotAccepted("name", _GONE)
    return Into(entry=parameters["entry"], secret=secret)


def require_takeable(actor: Actor, project: UUID, parameters: QueryParameters) -> None:
    """Raise Denied or QueryNotAccepted when the password could not be kept where it is wanted."""
    try:
        takeover.require_possible(actor, project, into_of(project, parameters), SECRETS_MANAGER)
    except NotAccepted as refused:
        field = "entry" if refused.field == "entries" else refused.field
        raise QueryNotAccepted(field, refused.sentence) from None
    except TakingRefused as refused:
        raise QueryNotAccepted("name", str(refused)) from None


def _nothing(_asked: Mapping[str, Any]) -> QueryParameters:
    return {}


def _brokers(parameters: Mapping[str, Any]) -> QueryParameters:
    return {"arn": cluster_of(parameters.get("arn"))}


def _permissions(parameters: Mapping[str, Any]) -> QueryParameters:
    arn = parameters.get("arn")
    return {
        "arn": cluster_of(arn) if arn else None,
        "user": _user(parameters) or None,
        "topics": topic_names(parameters.get("topics") or ()),
    }


def _readiness(parameters: Mapping[str, Any]) -> QueryParameters:
    servers = parameters.get("servers")
    return {
        "arn": cluster_of(parameters.get("arn")),
        "user": _user(parameters) or None,
        "servers": str(servers)[:10_000] if servers else None,
        "topics": topic_names(parameters.get("topics") or ()),
        "from_addresses": _addresses(parameters.get("from_addresses") or ()),
        "only": str(parameters["only"])[:64] if parameters.get("only") else None,
    }


def _password(parameters: Mapping[str, Any]) -> QueryParameters:
    arn, source = cluster_of(parameters.get("arn")), str(parameters.get("secret_arn") or "")
    if not _is_secret_beside(source, ClusterArn.parse(arn)):
        raise QueryNotAccepted(
            "secret_arn", "Choose one of the secrets that are associated with the cluster."
        )
    if not (user := _user(parameters)):
        raise QueryNotAccepted("user", "Say whose password it is.")
    target = _secret(parameters)
    return {
        "arn": arn,
        "secret_arn": source,
        "user": user,
        "secret": target,
        "name": None if target else str(parameters.get("name") or "")[:64],
        "entry": str(parameters.get("entry") or "pwd")[:254],
    }


def _secret(parameters: Mapping[str, Any]) -> str | None:
    """The id of the secret that takes it, in its one spelling."""
    try:
        return str(UUID(str(parameters["secret"]))) if parameters.get("secret") else None
    except ValueError:
        raise QueryNotAccepted("name", _GONE) from None


def _is_secret_beside(text: str, cluster: ClusterArn) -> bool:
    """Whether it is the ARN of a secret that MSK may use, of the cluster's account and Region."""
    beside = f"arn:{cluster.partition}:secretsmanager:{cluster.region}:{cluster.account}:secret:"
    return text.startswith(f"{beside}AmazonMSK_") and len(text) <= 2048 and text.isprintable()


def _user(parameters: Mapping[str, Any]) -> str:
    user = str(parameters.get("user") or "")
    if len(user) > LONGEST_USER:
        raise QueryNotAccepted("user", f"A user's name has at most {LONGEST_USER} characters.")
    return user


def _addresses(texts: Iterable[object]) -> list[str]:
    found = list(dict.fromkeys(str(text).strip() for text in texts))
    if len(found) > MOST_ADDRESSES:
        raise QueryNotAccepted("from_addresses", f"{MOST_ADDRESSES} addresses are the most.")
    for text in found:
        try:
            ipaddress.ip_network(text, strict=False)
        except ValueError:
            sentence = f"“{text[:64]}” is no address. Write one such as 203.0.113.7."
            raise QueryNotAccepted("from_addresses", sentence) from None
    return found


_KINDS: Mapping[str, Callable[[Mapping[str, Any]], QueryParameters]] = {
    IDENTITY: _nothing,
    CLUSTERS: _nothing,
    BROKERS: _brokers,
    READINESS: _readiness,
    PERMISSIONS: _permissions,
    PASSWORD: _password,
}
