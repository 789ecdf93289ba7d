"""Between the values of a configuration and the texts of its form."""

from collections.abc import Mapping
from typing import Any

from brokers.connections.services.configuration import FIELDS, Configuration
from brokers.connections.services.fields import ConnectionField, FormPart


def form_parts() -> dict[FormPart, list[ConnectionField]]:
    """The inputs of the form in the order of the declaration, with the fields that each holds."""
    parts: dict[FormPart, list[ConnectionField]] = {}
    for one in FIELDS:
        parts.setdefault(one.declared.part, []).append(one)
    return parts


def values_of(texts: Mapping[str, str]) -> dict[str, Any]:
    """The values of the fields whose form parts have a text, by the part's name."""
    return {
        one.name: value
        for part, held in form_parts().items()
        if part.name in texts
        for one, value in zip(held, part.read(texts[part.name]), strict=True)
    }


def texts_of(wanted: Configuration) -> dict[str, str]:
    """The text of every form part, by its name."""
    parts = form_parts().items()
    return {part.name: part.write(*(one.of(wanted) for one in held)) for part, held in parts}
