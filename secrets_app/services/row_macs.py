"""The MAC over a row of secrets or of what uses them: tampering beside the product shows at use."""

from collections.abc import Collection, Sequence
from http import HTTPStatus
from typing import TypeAlias
from uuid import UUID

from kalixweb.core.refusals import Refusal
from kalixweb.keys import macs
from secrets_app.models import ACTIVE, Secret

Field: TypeAlias = str | int | UUID | Collection[str] | None


class RowAltered(Refusal):
    """A row was changed outside kalixweb, or comes from another backup than its key."""

    status = HTTPStatus.SERVICE_UNAVAILABLE

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(
            f"The {kind} {name} was changed in the database outside kalixweb, so it is not used. "
            "Restore it from a backup, or make it anew."
        )


def sign(table: str, project: UUID, row: UUID, fields: Sequence[Field]) -> tuple[int, bytes]:
    """The key id and MAC to store beside the row; ``fields`` in the order that its owner keeps.

    A list counts without its order. What goes in is fixed for good: see ``kd.row.v1``.
    """
    kid = macs.active_kid("row_mac", project)
    return macs.mac("row_mac", project, _message(kid, table, (project, row, *fields)), kid=kid)


def check(
    table: str, project: UUID, row: UUID, fields: Sequence[Field], kid: int, mac: bytes
) -> bool:
    """Whether the row is as kalixweb wrote it."""
    message = _message(kid, table, (project, row, *fields))
    return macs.check("row_mac", project, kid, message, mac)


def sign_secret(secret: Secret) -> None:
    """Set ``row_mac_kid`` and ``row_mac`` from the row's present fields; the caller saves."""
    secret.row_mac_kid, secret.row_mac = sign(
        "secret", secret.project_id, secret.id, _secret_fields(secret)
    )


def require_unaltered(secret: Secret) -> None:
    """Raise RowAltered unless the secret's row is as kalixweb wrote it."""
    fields, tag = _secret_fields(secret), bytes(secret.row_mac)
    if not check("secret", secret.project_id, secret.id, fields, secret.row_mac_kid, tag):
        raise RowAltered("secret", secret.name)


def _secret_fields(secret: Secret) -> tuple[Field, ...]:
    return (
        secret.type,
        secret.name,
        secret.current_version,
        ACTIVE,
        secret.allowed_hosts,
    )


def _message(kid: int, table: str, fields: Sequence[Field]) -> bytes:
    parts = [_bytes(field) for field in fields]
    return macs.lp(b"kd.row.v1", kid.to_bytes(8, "big"), table.encode(), *parts)


def _bytes(field: Field) -> bytes | None:
    if field is None:
        return None
    if isinstance(field, UUID):
        return field.bytes
    if isinstance(field, int):
        return field.to_bytes(8, "big")
    if isinstance(field, str):
        return field.encode()
    return macs.lp(*(item.encode() for item in sorted(field)))
