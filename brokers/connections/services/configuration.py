"""What a connection is made of, as people and commands give it, before it is stored.

A field that is added to ``Configuration`` needs its column in ``brokers.models`` and a migration;
forms, commands, the conflict page, copies, events, snapshots and the search read the list here.
"""

from dataclasses import MISSING, Field, dataclass, field, fields
from typing import TYPE_CHECKING, Any
from uuid import UUID

from brokers.connections.services.fields import (
    ConnectionField,
    FormPart,
    Option,
    Value,
    declare,
    read_rights,
    read_servers,
    read_words,
    write_rights,
)
from brokers.engine.input import MECHANISMS
from brokers.engine.platforms import PLATFORMS
from kalixweb.core.secret_value import SecretValue

if TYPE_CHECKING:
    from brokers.models import Connection
    from secrets_app.models import Secret

# The guide prints this command once with a last line that goes on, once with one that does not.
_NO_SERVERS = (
    "--broker-bootstrap-servers is missing. Where a command takes several lines, each but the last "
    "ends with a backslash, and nothing stands after it."
)
_RIGHTS = FormPart(
    "topics",
    "Topics and groups to ask rights for",
    longest=20_000,
    placeholder="orders, shipments, group:orders-svc",
    help_text="The test asks whether this user may read and write them. It never writes.",
    read=read_rights,
    write=write_rights,
)


@dataclass(frozen=True, slots=True)
class Existing:
    """An entry of a secret of the project, as ``queries.resolve_reference`` gives it."""

    secret: "Secret"
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

    name: str = field(
        metadata=declare(
            FormPart("name", "Name", 100, help_text="You can rename it later; references follow."),
            in_snapshot=True,
            searched_as="",
        )
    )
    platform: str = field(
        default="kafka",
        metadata=declare(
            FormPart("platform", "Platform", choices=PLATFORMS),
            is_tested=True,
            in_snapshot=True,
            audited_as="platform",
        ),
    )
    labels: tuple[str, ...] = field(
        default=(),
        metadata=declare(
            FormPart(
                "labels",
                "Labels",
                1500,
                placeholder="env:prod team:orders",
                read=read_words,
                write=" ".join,
            ),
            searched_as="label=",
        ),
    )
    servers: tuple[str, ...] = field(
        metadata=declare(
            FormPart(
                "servers",
                "Bootstrap servers",
                rows=3,
                placeholder="b-1.example.com:9096",
                read=read_servers,
                write="\n".join,
            ),
            is_tested=True,
            in_snapshot=True,
            redirects=True,
            in_row_mac=1,
            audited_as="hosts",
            searched_as="",
            option=Option("--broker-bootstrap-servers", "HOST:PORT,…", "required", _NO_SERVERS),
        )
    )
    auth: str = field(
        metadata=declare(
            FormPart("auth", "Mechanism", choices=tuple((name, name) for name in MECHANISMS)),
            is_tested=True,
            in_snapshot=True,
            redirects=True,
            in_row_mac=2,
            audited_as="auth",
            option=Option("--broker-auth"),
        )
    )
    user: str = field(
        metadata=declare(
            FormPart("user", "User", 256, strip=False),
            is_tested=True,
            in_snapshot=True,
            redirects=True,
            in_row_mac=3,
            audited_as="user",
            searched_as="",
            option=Option("--broker-user"),
        )
    )
    description: str = field(
        default="",
        metadata=declare(
            FormPart("description", "Description", 500, is_prose=True, is_placed=False),
            searched_as="",
            option=Option("--description"),
        ),
    )
    contact: str = field(
        default="",
        metadata=declare(
            FormPart("contact", "Contact", 200, is_prose=True, is_placed=False), searched_as=""
        ),
    )
    topics: tuple[str, ...] = field(
        default=(), metadata=declare(_RIGHTS, label="Topics", is_tested=True, in_snapshot=True)
    )
    groups: tuple[str, ...] = field(
        default=(), metadata=declare(_RIGHTS, label="Groups", is_tested=True, in_snapshot=True)
    )


def _listed(one: "Field[Any]") -> ConnectionField:
    default = None if one.default is MISSING else one.default
    return ConnectionField(one.name, one.metadata["declared"], default, is_list=one.type is not str)


FIELDS = tuple(_listed(one) for one in fields(Configuration))
# A row that refers to another secret is tested otherwise, and its password may go elsewhere.
REFERENCES = {"password": "Password", "ca": "Certificate authority"}
TESTED = {*(one.name for one in FIELDS if one.declared.is_tested), *REFERENCES}
REDIRECTING = {*(one.name for one in FIELDS if one.declared.redirects), *REFERENCES}


def configuration_of(connection: "Connection") -> Configuration:
    """The configuration that is stored in a row."""
    return Configuration(**{one.name: one.of(connection) for one in FIELDS})


def changed_fields(connection: "Connection", wanted: Configuration) -> list[str]:
    """The names of the fields in which the row differs from what is wanted."""
    return [one.name for one in FIELDS if one.of(connection) != one.of(wanted)]


def apply(connection: "Connection", wanted: Configuration) -> None:
    """Put the configuration into the row, with the text that searching looks through."""
    for one in FIELDS:
        setattr(connection, one.name, stored(one.of(wanted)))
    connection.search_text = search_text(wanted)


def search_text(wanted: Configuration) -> str:
    """One line each, in small letters; a label's line starts with ``label=``."""
    lines = []
    for one in FIELDS:
        prefix, value = one.declared.searched_as, one.of(wanted)
        if prefix is not None:
            lines += [f"{prefix}{word}" for word in (value if one.is_list else (value,))]
    return "\n".join(["", *(line.replace("\n", " ") for line in lines), ""]).lower()


def stored(value: Value) -> str | list[str]:
    """The value as a row's column and JSON hold it."""
    return value if isinstance(value, str) else list(value)


def reference_of(connection: "Connection") -> Existing:
    """The password's reference; reads the secret when it was not selected."""
    return Existing(connection.password_secret, connection.password_entry)


def ca_reference_of(connection: "Connection") -> Existing | None:
    """The CA's reference, or None for the system's authorities."""
    if connection.ca_secret is None:
        return None
    return Existing(connection.ca_secret, connection.ca_entry)


def key_of(reference: Reference | None) -> tuple[UUID, str] | None:
    """(secret id, entry) of something stored; None for nothing and for what is not stored yet."""
    return (reference.secret.id, reference.entry) if isinstance(reference, Existing) else None
