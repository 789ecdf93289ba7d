"""The snapshot that a run tests: references and numbers, no value, signed by the connection's MAC.

The MAC is copied along, so that a snapshot that somebody altered in the database is noticed
before a password is opened for it.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from brokers.models import Connection, TestRun
from brokers.services.rows import facts
from secrets_app.models import Secret
from secrets_app.services import row_macs
from secrets_app.services.values import Pin

Snapshot = Mapping[str, Any]


def snapshot_of(connection: Connection) -> dict[str, Any]:
    """The JSON for ``TestRun.target``; the connection's secrets must be selected."""
    return {
        "name": connection.name,
        "servers": list(connection.servers),
        "auth": connection.auth,
        "user": connection.user,
        "platform": connection.platform,
        "topics": list(connection.topics),
        "groups": list(connection.groups),
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


def pins_of(snapshot: Snapshot) -> tuple[Pin, Pin | None]:
    """The password's pin and the CA's."""
    password, ca = snapshot["password"], snapshot["ca"]
    return _read_pin(password), _read_pin(ca) if ca else None


def _read_pin(pin: Mapping[str, Any]) -> Pin:
    return Pin(UUID(pin["secret"]), int(pin["version"]), pin["entry"])


def require_unaltered(run: TestRun) -> None:
    """Raise RowAltered unless kalixweb itself wrote where this run sends the password."""
    target: Snapshot = run.target
    password, ca = pins_of(target)
    fields = row_macs.ConnectionFields(
        project=run.project_id,
        id=run.connection_id or run.id,
        hosts=target["servers"],
        auth=target["auth"],
        user=target["user"],
        password_secret=password.secret_id,
        ca_secret=ca.secret_id if ca else None,
    )
    tag = bytes.fromhex(target["row_mac"])
    if not row_macs.check_connection(fields, int(target["row_mac_kid"]), tag):
        raise row_macs.RowAltered("connection", str(target["name"]))


def audit_details(connection: Connection) -> dict[str, Any]:
    """What ``connection.tested`` tells about the configuration."""
    ca = connection.ca_secret
    return facts(connection) | {
        "password_version": connection.password_secret.current_version,
        "ca_version": ca.current_version if ca else None,
    }
