"""Reads of the audit trail, for pages, exports and the command line."""

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from kalixweb.audit.events import ACTIONS
from kalixweb.audit.models import AuditEvent
from kalixweb.keys import lifecycle


def instance_chain() -> UUID:
    """The chain of everything that belongs to no project; raises KeyUnavailable."""
    return lifecycle.instance_id()


def events(
    chains: Collection[UUID] | None,
    *,
    who: str = "",
    action: str = "",
    outcome: str = "",
    object_kind: str = "",
    object_id: str = "",
    what: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[AuditEvent]:
    """Events of some chains (None: of all), newest first.

    ``who`` is part of the actor's name or address, ``what`` part of the object's name, ``action``
    an action or its noun (``project``); ``since`` is included and ``until`` is not.
    """
    found = (
        AuditEvent.objects.all() if chains is None else AuditEvent.objects.filter(chain__in=chains)
    )
    exact = {"outcome": outcome, "object_kind": object_kind, "object_id": object_id}
    found = found.filter(**{name: value for name, value in exact.items() if value})
    if who:
        found = found.filter(Q(actor_label__icontains=who) | Q(address=who))
    if what:
        found = found.filter(object_label__icontains=what)
    if action:
        # By name, so that an index finds the few in a long trail.
        meant = [one for one in ACTIONS if one == action or one.startswith(f"{action}.")]
        found = found.filter(action__in=meant)
    if since:
        found = found.filter(time__gte=since)
    if until:
        found = found.filter(time__lt=until)
    return found.order_by("-time", "-seq")


def newest_of_each(
    chain: UUID, object_kind: str, actions: Iterable[str]
) -> dict[str, dict[str, Any]]:
    """By object id, the payload of the newest of these actions that was carried out."""
    newest: dict[str, dict[str, Any]] = {}
    rows = AuditEvent.objects.filter(
        chain=chain, object_kind=object_kind, action__in=list(actions), outcome="ok"
    ).order_by("seq")
    for row in rows.iterator(chunk_size=2000):
        newest[row.object_id or ""] = decode(row)
    return newest


def decode(row: AuditEvent) -> dict[str, Any]:
    """The event itself, from its payload."""
    event: dict[str, Any] = json.loads(bytes(row.payload))
    return event
