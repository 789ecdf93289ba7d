"""What the policy of a secret means for MSK: by principal, action and resource, not by Sid."""

import json
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

from brokers.aws.cluster_facts import Answer, lacks

_SERVICE = "kafka.amazonaws.com"
_ACTION = "secretsmanager:getsecretvalue"

Statement = dict[str, Any]


def statements(answer: Answer) -> list[Statement]:
    """Of GetResourcePolicy's answer; none where the secret has no policy."""
    text = answer.get("ResourcePolicy")
    if not text:
        if answer.get("Name") or answer.get("ARN"):
            return []
        raise lacks("GetResourcePolicy", "ResourcePolicy")
    try:
        found = json.loads(text)["Statement"]
    except (ValueError, TypeError, KeyError):
        raise lacks("GetResourcePolicy", "a policy in JSON") from None
    return [statement for statement in _many(found) if isinstance(statement, dict)]


def about_msk(answer: Answer, effect: str, arn: str | None) -> str | None:
    """The Sid of a statement with this effect on MSK reading the value, None without one.

    A condition may narrow an Allow that MSK wrote itself; a Deny under one is not counted.
    """
    for statement in statements(answer):
        if str(statement.get("Effect")).lower() != effect.lower() or not _covers(statement, arn):
            continue
        if effect == "Allow" or not statement.get("Condition"):
            return str(statement.get("Sid") or "a statement without a Sid")
    return None


def _covers(statement: Statement, arn: str | None) -> bool:
    return (
        _either(statement, "Principal", _is_msk)
        and _either(statement, "Action", lambda value: _any_like(value, _ACTION))
        and (arn is None or _either(statement, "Resource", lambda value: _any_like(value, arn)))
    )


def _either(statement: Statement, name: str, matches: Callable[[Any], bool]) -> bool:
    """By the element, or by its Not form; a statement without the element is about everything."""
    if f"Not{name}" in statement:
        return not matches(statement[f"Not{name}"])
    return name not in statement or matches(statement[name])


def _is_msk(principal: object) -> bool:
    if not isinstance(principal, dict):
        return principal == "*"
    return _any_like(principal.get("Service", []), _SERVICE) or "*" in _many(
        principal.get("AWS", [])
    )


def _any_like(patterns: object, value: str) -> bool:
    return any(_like(str(pattern), value) for pattern in _many(patterns))


def _like(pattern: str, value: str) -> bool:
    """IAM's wildcards: ``*`` is any text, ``?`` any one character, and brackets are brackets."""
    return fnmatchcase(value.lower(), pattern.lower().replace("[", "[[]"))


def _many(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]
