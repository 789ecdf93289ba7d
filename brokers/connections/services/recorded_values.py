"""What of a configuration is written down beside its row: in the trail, a run, the row's MAC."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from brokers.connections.services.configuration import FIELDS, Configuration, stored
from brokers.connections.services.fields import ConnectionField, Value

_IN_ROW_MAC = sorted(
    (one for one in FIELDS if one.declared.in_row_mac), key=lambda one: one.declared.in_row_mac or 0
)


def audit_details(wanted: Configuration) -> dict[str, Any]:
    """What the trail tells about a configuration, beside its references."""
    return _details(wanted, FIELDS)


def destination_details(wanted: Configuration) -> dict[str, Any]:
    """The part of it that says where the password goes."""
    return _details(wanted, [one for one in FIELDS if one.declared.redirects])


def _details(wanted: Configuration, told: Iterable[ConnectionField]) -> dict[str, Any]:
    named = [(one.declared.audited_as, one) for one in told]
    return {name: stored(one.of(wanted)) for name, one in named if name}


def snapshot_values(wanted: Configuration) -> dict[str, Any]:
    """What a run keeps of the configuration, for its row's JSON."""
    return {one.name: stored(one.of(wanted)) for one in FIELDS if one.declared.in_snapshot}


def tested_values(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """What the engine's target takes from a snapshot, also from one that has not every field."""
    tested = [one for one in FIELDS if one.declared.is_tested]
    found = {one.name: snapshot.get(one.name, one.default) for one in tested}
    return {one.name: tuple(found[one.name]) if one.is_list else found[one.name] for one in tested}


def row_mac_values(
    snapshot: Mapping[str, Any], password: UUID | None, ca: UUID | None
) -> list[Value | UUID | None]:
    """What the row's MAC covers beside project and id; the references are their secrets' ids.

    A run's snapshot is held against the MAC of the row that it was taken from.
    """
    return [*(snapshot[one.name] for one in _IN_ROW_MAC), password, ca]
