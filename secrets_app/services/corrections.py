"""Correcting a stored value by rule, on request: its value is never shown to whoever asks."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from http import HTTPStatus

from kalixweb.core.actor import Actor
from kalixweb.core.refusals import Refusal
from kalixweb.core.secret_value import SecretValue
from secrets_app.models import Secret, SecretVersion
from secrets_app.services import rows, values
from secrets_app.services.values import Pin
from secrets_app.services.versions import save_version

_QUOTES = {'"': '"', "'": "'", "“": "”", "\u2018": "\u2019", "`": "`"}


class NothingToCorrect(Refusal):
    """The stored value is not of the kind that this correction is for."""

    status = HTTPStatus.CONFLICT

    def __init__(self, name: str, entry: str) -> None:
        super().__init__(f"{name}/{entry} has nothing of this kind to correct. Test again.")


def correct(
    *, actor: Actor, secret: Secret, entry: str, kind: str, version: int
) -> SecretVersion | None:
    """Save a new version with the corrected entry; ``kind`` is a key of ``CORRECTIONS``.

    Whoever set the value before still counts as the one who knows it, not the actor: the right
    to update a secret must not become the right to send it elsewhere. Raises Denied,
    NothingToCorrect, ChangedMeanwhile (``version`` is not current), and what using and saving
    values raise.
    """
    rows.require(actor, secret, "secret.update")
    pin = Pin(secret.id, version, entry)
    opened = values.use(
        actor=actor, project=secret.project_id, pins=[pin], reason=f"correction: {kind}"
    )
    try:
        before = opened[pin].text()
    except UnicodeDecodeError:
        raise NothingToCorrect(secret.name, entry) from None
    after = CORRECTIONS[kind](before)
    if not after or after == before:
        raise NothingToCorrect(secret.name, entry)
    return save_version(
        actor=actor,
        secret=secret,
        values={entry: SecretValue(after)},
        expected=version,
        corrected={entry},
    )


def _member(text: str) -> str | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    member = value.get("password") if isinstance(value, dict) else None
    return member if isinstance(member, str) else None


def _unquoted(text: str) -> str | None:
    bare = text.strip()
    return bare[1:-1] if len(bare) > 2 and _QUOTES.get(bare[0]) == bare[-1] else None


def _decoded(text: str) -> str | None:
    try:
        return base64.b64decode(text.strip(), validate=True).decode().rstrip("\r\n")
    except (binascii.Error, UnicodeDecodeError):
        return None


CORRECTIONS: Mapping[str, Callable[[str], str | None]] = {
    "trim": str.strip,
    "json": _member,
    "unquote": _unquoted,
    "decode": _decoded,
}
