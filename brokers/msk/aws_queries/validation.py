"""What AWS may be asked, checked before it is stored: names and numbers, never a value."""

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
    MskSetup,
)
from brokers.msk.aws_queries.rights import SECRETS_MANAGER
from kalixweb.core.actor import Actor
from secrets_app.services import rows, takeover
from secrets_app.services.naming import NotAccepted
from secrets_app.services.takeover import Into, TakingRefused

MOST_TOPICS = 50
MOST_ADDRESSES = 20
LONGEST_TOPIC = 249
LONGEST_USER = 256
Question = dict[str, Any]

_GONE = "The secret that was to take the password is not there."


class NotAQuestion(ValueError):
    """What was asked cannot be asked; ``field`` says which part of it."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence


def checked(kind: str, asked: Mapping[str, Any]) -> Question:
    """The question as it is stored, with nothing in it that its kind does not know.

    identity and clusters: nothing. brokers: arn. permissions: arn or none, user, topics.
    readiness: arn, user, servers, topics, from_addresses, only (the id of one check). password:
    arn, secret_arn, user, and what takes it: ``secret`` (an id) or ``name`` of a new one, and
    ``entry``. Raises NotAQuestion.
    """
    return _KINDS[kind](asked)


def readiness_of(
    setup: MskSetup, *, only: str | None = None, from_addresses: Iterable[str] = ()
) -> Question:
    """The question of a walk about its own cluster."""
    connection = setup.connection
    return {
        "arn": setup.cluster_arn,
        "user": setup.user or None,
        "servers": ",".join(connection.servers) if connection else None,
        "topics": list(setup.topics),
        "from_addresses": list(from_addresses),
        "only": only,
    }


def cluster_of(text: object) -> str:
    """The ARN of a cluster in its one spelling, or NotAQuestion."""
    try:
        return str(ClusterArn.parse(str(text or "")))
    except NotACluster as wrong:
        raise NotAQuestion("arn", str(wrong)) from None


def topic_names(texts: Iterable[object]) -> list[str]:
    """Names of topics without the rights that a connection asks for, each once."""
    names = list(dict.fromkeys(topic_and_need(str(text))[0] for text in texts))
    if len(names) > MOST_TOPICS:
        sentence = f"{len(names)} topics are too many; {MOST_TOPICS} is the most."
        raise NotAQuestion("topics", sentence)
    for name in names:
        if not name or len(name) > LONGEST_TOPIC:
            raise NotAQuestion("topics", f"A topic's name has 1 to {LONGEST_TOPIC} characters.")
    return names


def into_of(project: UUID, question: Question) -> Into:
    """Which entry takes the password; raises NotAQuestion when its secret is not there."""
    if not question["secret"]:
        return Into(entry=question["entry"], name=question["name"])
    secret = rows.find(project, UUID(question["secret"]))
    if secret is None:
        raise NotAQuestion("name", _GONE)
    return Into(entry=question["entry"], secret=secret)


def require_takeable(actor: Actor, project: UUID, question: Question) -> None:
    """Raise Denied or NotAQuestion when the password could not be kept where it is wanted."""
    try:
        takeover.require_possible(actor, project, into_of(project, question), SECRETS_MANAGER)
    except NotAccepted as refused:
        field = "entry" if refused.field == "entries" else refused.field
        raise NotAQuestion(field, refused.sentence) from None
    except TakingRefused as refused:
        raise NotAQuestion("name", str(refused)) from None


def _nothing(_asked: Mapping[str, Any]) -> Question:
    return {}


def _brokers(asked: Mapping[str, Any]) -> Question:
    return {"arn": cluster_of(asked.get("arn"))}


def _permissions(asked: Mapping[str, Any]) -> Question:
    arn = asked.get("arn")
    return {
        "arn": cluster_of(arn) if arn else None,
        "user": _user(asked) or None,
        "topics": topic_names(asked.get("topics") or ()),
    }


def _readiness(asked: Mapping[str, Any]) -> Question:
    servers = asked.get("servers")
    return {
        "arn": cluster_of(asked.get("arn")),
        "user": _user(asked) or None,
        "servers": str(servers)[:10_000] if servers else None,
        "topics": topic_names(asked.get("topics") or ()),
        "from_addresses": _addresses(asked.get("from_addresses") or ()),
        "only": str(asked["only"])[:64] if asked.get("only") else None,
    }


def _password(asked: Mapping[str, Any]) -> Question:
    arn, source = cluster_of(asked.get("arn")), str(asked.get("secret_arn") or "")
    if not _is_secret_beside(source, ClusterArn.parse(arn)):
        raise NotAQuestion(
            "secret_arn", "Choose one of the secrets that are associated with the cluster."
        )
    if not (user := _user(asked)):
        raise NotAQuestion("user", "Say whose password it is.")
    target = _secret(asked)
    return {
        "arn": arn,
        "secret_arn": source,
        "user": user,
        "secret": target,
        "name": None if target else str(asked.get("name") or "")[:64],
        "entry": str(asked.get("entry") or "pwd")[:254],
    }


def _secret(asked: Mapping[str, Any]) -> str | None:
    """The id of the secret that takes it, in its one spelling."""
    try:
        return str(UUID(str(asked["secret"]))) if asked.get("secret") else None
    except ValueError:
        raise NotAQuestion("name", _GONE) from None


def _is_secret_beside(text: str, cluster: ClusterArn) -> bool:
    """Whether it is the ARN of a secret that MSK may use, of the cluster's account and Region."""
    beside = f"arn:{cluster.partition}:secretsmanager:{cluster.region}:{cluster.account}:secret:"
    return text.startswith(f"{beside}AmazonMSK_") and len(text) <= 2048 and text.isprintable()


def _user(asked: Mapping[str, Any]) -> str:
    user = str(asked.get("user") or "")
    if len(user) > LONGEST_USER:
        raise NotAQuestion("user", f"A user's name has at most {LONGEST_USER} characters.")
    return user


def _addresses(texts: Iterable[object]) -> list[str]:
    found = list(dict.fromkeys(str(text).strip() for text in texts))
    if len(found) > MOST_ADDRESSES:
        raise NotAQuestion("from_addresses", f"{MOST_ADDRESSES} addresses are the most.")
    for text in found:
        try:
            ipaddress.ip_network(text, strict=False)
        except ValueError:
            sentence = f"“{text[:64]}” is no address. Write one such as 203.0.113.7."
            raise NotAQuestion("from_addresses", sentence) from None
    return found


_KINDS: Mapping[str, Callable[[Mapping[str, Any]], Question]] = {
    IDENTITY: _nothing,
    CLUSTERS: _nothing,
    BROKERS: _brokers,
    READINESS: _readiness,
    PERMISSIONS: _permissions,
    PASSWORD: _password,
}
