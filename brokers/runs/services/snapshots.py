"""The snapshot that a run tests: references and numbers, no value, signed by the connection's MAC.

The MAC is copied along, so that a snapshot that somebody altered in the database is noticed
before a password is opened for it.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from brokers.connections.services.configuration import (
    Configuration,
    Existing,
    New,
    Reference,
    configuration_of,
)
from brokers.connections.services.recorded_values import row_mac_values, snapshot_values
from brokers.connections.services.secret_references import HOLDER
from brokers.connections.services.storage import facts
from brokers.models import Connection, TestRun
from kalixweb.core.secret_value import SecretValue
from secrets_app.models import Secret
from secrets_app.services import row_macs
from secrets_app.services.values import Pin

Snapshot = Mapping[str, Any]


def snapshot_of(connection: Connection) -> dict[str, Any]:
    """The JSON for ``TestRun.target``; the connection's secrets must be selected."""
    return {
        **snapshot_values(configuration_of(connection)),
        "password": _pin(connection.password_secret, connection.password_entry),
        "ca": _pin(connection.ca_secret, connection.ca_entry),
        "cluster_id": connection.cluster_id,
        "revision": connection.target_revision,
        "row_mac_kid": connection.row_mac_kid,
        "row_mac": bytes(connection.row_mac).hex(),
    }


def _pin(secret: Secret | None, entry: str) -> dict[str, Any] | None:
    if secret is None:
        return None
    return {
        "secret": str(secret.id),
        "name": secret.name,
        "entry": entry,
        "version": secret.current_version,
    }


def snapshot_of_draft(
    *,
    run: UUID,
    project: UUID,
    wanted: Configuration,
    password: Reference,
    ca: Reference | None,
    connection: Connection | None,
    form: Mapping[str, Any],
) -> dict[str, Any]:
    """The same for what stands in a form. ``typed`` names the values that only this test has;
    ``form`` is what the form shows again, and holds none of them."""
    stored, stored_ca = _stored(password), _stored(ca)
    snapshot = {
        **snapshot_values(wanted),
        "password": _pin(stored.secret, stored.entry) if stored else None,
        "ca": _pin(stored_ca.secret, stored_ca.entry) if stored_ca else None,
        "typed": sorted(typed_values(password, ca)),
        "cluster_id": connection.cluster_id if connection else "",
        "revision": None,
        "draft_of": str(connection.id) if connection else None,
        "form": dict(form),
    }
    kid, tag = row_macs.sign(HOLDER, project, run, _row_mac_values(snapshot))
    return snapshot | {"row_mac_kid": kid, "row_mac": tag.hex()}


def typed_values(password: Reference, ca: Reference | None) -> dict[str, SecretValue]:
    """What was typed for a draft, by field: ``password``, ``ca``."""
    pairs = (("password", password), ("ca", ca))
    return {field: one.value for field, one in pairs if isinstance(one, New)}


def _stored(reference: Reference | None) -> Existing | None:
    return reference if isinstance(reference, Existing) else None


def pins_of(snapshot: Snapshot) -> tuple[Pin | None, Pin | None]:
    """The password's pin and the CA's; None for what was typed, and where there is no CA."""
    password, ca = snapshot["password"], snapshot["ca"]
    return _read_pin(password) if password else None, _read_pin(ca) if ca else None


def _read_pin(pin: Mapping[str, Any]) -> Pin:
    return Pin(UUID(pin["secret"]), int(pin["version"]), pin["entry"])


def require_unaltered(run: TestRun) -> None:
    """Raise RowAltered unless kalixweb itself wrote where this run sends the password."""
    target: Snapshot = run.target
    holder, fields = run.connection_id or run.id, _row_mac_values(target)
    kid, tag = int(target["row_mac_kid"]), bytes.fromhex(target["row_mac"])
    if not row_macs.check(HOLDER, run.project_id, holder, fields, kid, tag):
        raise row_macs.RowAltered("connection", str(target["name"]))


def _row_mac_values(target: Snapshot) -> Sequence[row_macs.Field]:
    password, ca = pins_of(target)
    return row_mac_values(
        target, password.secret_id if password else None, ca.secret_id if ca else None
    )


def audit_details(connection: Connection) -> dict[str, Any]:
    """What ``connection.tested`` tells about the configuration."""
    ca = connection.ca_secret
    return facts(connection) | {
        "password_version": connection.password_secret.current_version,
        "ca_version": ca.current_version if ca else None,
    }
