"""Two people saved the same connection: what one typed beside what the other one saved."""

from dataclasses import dataclass
from typing import Any

from brokers.connections.forms.connection import ConnectionForm, shown
from brokers.connections.services.configuration import (
    FIELDS,
    REFERENCES,
    Existing,
    New,
    Reference,
    configuration_of,
)
from brokers.models import Connection


@dataclass(frozen=True, slots=True)
class Difference:
    """One field: how it is saved now, and what was typed. References only, never a value."""

    label: str
    saved: str
    typed: str


def describe(form: ConnectionForm, current: Connection) -> dict[str, Any]:
    """``meanwhile`` (the row as it is saved now) and ``differences`` for the page."""
    saved, now = configuration_of(current), shown(current)
    pairs = [(one.label, one.text(one.of(saved)), one.text(one.of(form.wanted))) for one in FIELDS]
    pairs += [
        (REFERENCES["password"], now["password_ref"], _reference(form.password)),
        (REFERENCES["ca"], now["ca_ref"] or "none", _reference(form.ca)),
    ]
    differences = [Difference(*pair) for pair in pairs if pair[1] != pair[2]]
    return {"meanwhile": current, "differences": differences}


def _reference(reference: Reference | None) -> str:
    if isinstance(reference, Existing):
        return reference.reference
    return f"new: {reference.reference}" if isinstance(reference, New) else "none"
