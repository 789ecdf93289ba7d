"""What a connection is made of, as people and commands give it, before it is stored."""

from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from brokers.models import Connection
from kalixweb.core.secret_value import SecretValue
from secrets_app.models import Secret


@dataclass(frozen=True, slots=True)
class Existing:
    """An entry of a secret of the project, as ``queries.resolve_reference`` gives it."""

    secret: Secret
    entry: str

    @property
    def reference(self) -> str:
        return f"{self.secret.name}/{self.entry}"


@dataclass(frozen=True, slots=True)
class New:
    """A secret that is made together with the connection."""

    name: str
    entry: str
    value: SecretValue

    @property
    def reference(self) -> str:
        return f"{self.name}/{self.entry}"


Reference = Existing | New


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Everything but the references. ``servers`` are ``host:port``; all lists keep their order."""

    name: str
    servers: tuple[str, ...]
    auth: str
    user: str
    platform: str = "kafka"
    description: str = ""
    contact: str = ""
    labels: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


# What a test does depends on these and on the references; the rest only tells people things.
TESTED = ("servers", "auth", "user", "platform", "topics", "groups")
_LISTS = ("servers", "labels", "topics", "groups")


def configuration_of(connection: Connection) -> Configuration:
    """The configuration that is stored in a row."""
    values: dict[str, Any] = {f.name: getattr(connection, f.name) for f in fields(Configuration)}
    return Configuration(**values | {name: tuple(values[name]) for name in _LISTS})


def changed_fields(connection: Connection, wanted: Configuration) -> list[str]:
    """The names of the fields in which the row differs from what is wanted."""
    present = configuration_of(connection)
    return [
        field.name
        for field in fields(Configuration)
        if getattr(present, field.name) != getattr(wanted, field.name)
    ]


def apply(connection: Connection, wanted: Configuration) -> None:
    """Put the configuration into the row, with the text that searching looks through."""
    for field in fields(Configuration):
        value = getattr(wanted, field.name)
        setattr(connection, field.name, list(value) if field.name in _LISTS else value)
    connection.search_text = search_text(wanted)


def search_text(wanted: Configuration) -> str:
    """One line each, in small letters; a label's line starts with ``label=``."""
    words = [wanted.name, wanted.user, *wanted.servers, wanted.description, wanted.contact]
    lines = [*words, *(f"label={label}" for label in wanted.labels)]
    return "\n".join(["", *(line.replace("\n", " ") for line in lines), ""]).lower()


def reference_of(connection: Connection) -> Existing:
    """The password's reference; reads the secret when it was not selected."""
    return Existing(connection.password_secret, connection.password_entry)


def ca_reference_of(connection: Connection) -> Existing | None:
    """The CA's reference, or None for the system's authorities."""
    if connection.ca_secret is None:
        return None
    return Existing(connection.ca_secret, connection.ca_entry)


def key_of(reference: Reference | None) -> tuple[UUID, str] | None:
    """(secret id, entry) of something stored; None for nothing and for what is not stored yet."""
    return (reference.secret.id, reference.entry) if isinstance(reference, Existing) else None
