"""Opening values for a worker: asked for, written down, and only then opened."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, NamedTuple
from uuid import UUID

from kalixweb.audit.unit_of_work import record, unit_of_its_own
from kalixweb.core.actor import Actor
from kalixweb.core.refusals import Refusal
from kalixweb.core.secret_value import SecretValue
from kalixweb.projects import permissions
from secrets_app.models import Secret, SecretEntry
from secrets_app.services import row_macs, sealed


class Pin(NamedTuple):
    """One entry of one version."""

    secret_id: UUID
    version: int
    entry: str


class ValueGone(Refusal):
    """The pinned entry does not exist any more."""

    status = HTTPStatus.CONFLICT

    def __init__(self, pin: Pin, name: str | None) -> None:
        where = f"{name}/{pin.entry}, version {pin.version}," if name else "The secret"
        super().__init__(f"{where} does not exist any more. Choose another secret.")
        self.pin = pin
        self.name = name


def use(
    *,
    actor: Actor,
    project: UUID,
    pins: Sequence[Pin],
    reason: str,
    **details: Any,  # noqa: ANN401
) -> dict[Pin, SecretValue]:
    """Open the pinned entries for a worker; each secret's use is committed to the audit first.

    Raises Denied, ValueGone, RowAltered, and what sealing raises. ``details`` must be allowed by
    the audit schema of ``secret.used``.
    """
    found = _find(project, pins)
    for secret in {secret.id: secret for secret, _ in found.values()}.values():
        permissions.require(
            actor,
            project,
            "secret.use",
            object_kind="secret",
            object_id=secret.id,
            object_label=secret.name,
        )
        row_macs.require_unaltered(secret)
    with unit_of_its_own(actor):
        for pin, (secret, _) in found.items():
            record(
                "secret.used",
                chain=project,
                object_kind="secret",
                object_id=secret.id,
                object_label=secret.name,
                entry=pin.entry,
                version=pin.version,
                reason=reason,
                **details,
            )
    return {pin: sealed.open_entry(secret, entry) for pin, (secret, entry) in found.items()}


def _find(project: UUID, pins: Sequence[Pin]) -> dict[Pin, tuple[Secret, SecretEntry]]:
    secrets = Secret.objects.for_project(project).in_bulk([pin.secret_id for pin in pins])
    found = {}
    for pin in pins:
        secret = secrets.get(pin.secret_id)
        entry = sealed.entries_of(secret, pin.version).get(pin.entry) if secret else None
        if secret is None or entry is None:
            raise ValueGone(pin, secret.name if secret else None)
        found[pin] = (secret, entry)
    return found
