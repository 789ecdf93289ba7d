"""Takes the user and password out of a SCRAM secret of MSK."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kalixweb.core.secret_value import SecretValue

if TYPE_CHECKING:
    from brokers.aws.client import Aws

_KEYS = {"username", "password"}


class NotAScramSecret(Exception):
    """The value is not what MSK reads; the message says how, and holds nothing of the value."""


@dataclass(frozen=True, eq=False)
class ScramSecret:
    """What a SCRAM secret holds."""

    user: str
    value: SecretValue


def read_password(aws: "Aws", secret_arn: str) -> ScramSecret:
    """Read one secret; raises AwsFailure and NotAScramSecret."""
    answer = aws.call(
        "secretsmanager",
        "get_secret_value",
        one_of=("SecretString", "SecretBinary"),
        SecretId=secret_arn,
    )
    text = answer.get("SecretString")
    if text is None:
        raise NotAScramSecret(f"The value is binary. {_SHAPE}")
    return _scram_secret(_object(text))


_SHAPE = 'MSK reads JSON of this form only: {"username": "…", "password": "…"}.'


def _object(text: object) -> dict[str, Any] | None:
    """None for what is no JSON object; the exception would hold the text."""
    try:
        value = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _scram_secret(value: dict[str, Any] | None) -> ScramSecret:
    if value is None:
        raise NotAScramSecret(f"The value is not a JSON object. {_SHAPE}")
    if missing := sorted(_KEYS - set(value)):
        raise NotAScramSecret(
            f"The value has no {' and no '.join(missing)}; letter case counts. {_SHAPE}"
        )
    if set(value) != _KEYS:
        raise NotAScramSecret(f"The value has other keys beside username and password. {_SHAPE}")
    user, password = value["username"], value["password"]
    if not isinstance(user, str) or not isinstance(password, str) or not user or not password:
        raise NotAScramSecret(f"User name and password must be texts, and not empty. {_SHAPE}")
    try:
        return ScramSecret(SecretValue(user).text(), SecretValue(password))
    except ValueError:
        raise NotAScramSecret(f"User name or password is no text. {_SHAPE}") from None
