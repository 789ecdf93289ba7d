"""The MAC over the row of a secret or a connection: tampering beside the product shows at use."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from kalixweb.keys import macs
from secrets_app.models import Secret


class RowAltered(Exception):
    """A row was changed outside kalixweb, or comes from another backup than its key."""

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(
            f"The {kind} {name} was changed in the database outside kalixweb, so it is not used. "
            "Restore it from a backup, or make it anew."
        )


@dataclass(frozen=True, slots=True)
class ConnectionFields:
    """What a connection's MAC covers. ``hosts`` are ``host:port``; references are secrets' ids."""

    project: UUID
    id: UUID
    hosts: Collection[str]
    auth: str
    user: str
    password_secret: UUID | None
    ca_secret: UUID | None


def sign_connection(fields: ConnectionFields) -> tuple[int, bytes]:
    """The key id and MAC to store beside the connection."""
    return _sign(fields.project, "connection", _connection_parts(fields))


def check_connection(fields: ConnectionFields, kid: int, mac: bytes) -> bool:
    """Whether the connection's row is as kalixweb wrote it."""
    return _check(fields.project, "connection", _connection_parts(fields), kid, mac)


def sign_secret(secret: Secret) -> None:
    """Set ``row_mac_kid`` and ``row_mac`` from the row's present fields; the caller saves."""
    secret.row_mac_kid, secret.row_mac = _sign(secret.project_id, "secret", _secret_parts(secret))


def require_unaltered(secret: Secret) -> None:
    """Raise RowAltered unless the secret's row is as kalixweb wrote it."""
    tag = bytes(secret.row_mac)
    if not _check(secret.project_id, "secret", _secret_parts(secret), secret.row_mac_kid, tag):
        raise RowAltered("secret", secret.name)


def _secret_parts(secret: Secret) -> tuple[bytes | None, ...]:
    return (
        secret.project_id.bytes,
        secret.id.bytes,
        secret.type.encode(),
        secret.name.encode(),
        secret.current_version.to_bytes(8, "big"),
        secret.state.encode(),
        _list(secret.allowed_hosts),
    )


def _connection_parts(fields: ConnectionFields) -> tuple[bytes | None, ...]:
    return (
        fields.project.bytes,
        fields.id.bytes,
        _list(fields.hosts),
        fields.auth.encode(),
        fields.user.encode(),
        fields.password_secret.bytes if fields.password_secret else None,
        fields.ca_secret.bytes if fields.ca_secret else None,
    )


def _list(items: Collection[str]) -> bytes:
    return macs.lp(*(item.encode() for item in sorted(items)))


def _message(kid: int, table: str, parts: tuple[bytes | None, ...]) -> bytes:
    return macs.lp(b"kd.row.v1", kid.to_bytes(8, "big"), table.encode(), *parts)


def _sign(project: UUID, table: str, parts: tuple[bytes | None, ...]) -> tuple[int, bytes]:
    kid = macs.active_kid("row_mac", project)
    return macs.mac("row_mac", project, _message(kid, table, parts), kid=kid)


def _check(
    project: UUID, table: str, parts: tuple[bytes | None, ...], kid: int, tag: bytes
) -> bool:
    return macs.check("row_mac", project, kid, _message(kid, table, parts), tag)
