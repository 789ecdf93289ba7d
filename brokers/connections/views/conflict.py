"""Two people saved the same connection: what one typed beside what the other one saved."""

from dataclasses import dataclass
from typing import Any

from brokers.connections.forms.connection import ConnectionForm, shown
from brokers.connections.services.configuration import Existing, New, Reference, configuration_of
from brokers.models import Connection

_WORDS = {
    "name": "Name",
    "platform": "Platform",
    "labels": "Labels",
    "servers": "Bootstrap servers",
    "auth": "Mechanism",
    "user": "User",
    "description": "Description",
    "contact": "Contact",
    "topics": "Topics",
    "groups": "Groups",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One field: how it is saved now, and what was typed. References only, never a value."""

    label: str
    saved: str
    typed: str


def describe(form: ConnectionForm, current: Connection) -> dict[str, Any]:
    """``meanwhile`` (the row as it is saved now) and ``differences`` for the page."""
    saved = configuration_of(current)
    pairs = [
        (word, _text(getattr(saved, name)), _text(getattr(form.wanted, name)))
        for name, word in _WORDS.items()
    ]
    now = shown(current)
    pairs.append(("Password", now["password_ref"], _reference(form.password)))
    pairs.append(("Certificate authority", now["ca_ref"] or "none", _reference(form.ca)))
    differences = [Difference(*pair) for pair in pairs if pair[1] != pair[2]]
    return {"meanwhile": current, "differences": differences}


def _text(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _reference(reference: Reference | None) -> str:
    if isinstance(reference, Existing):
        return reference.reference
    return f"new: {reference.reference}" if isinstance(reference, New) else "none"
