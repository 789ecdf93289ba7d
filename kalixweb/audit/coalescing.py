"""Counts like events of one minute, so that a flood of failures is two events and not a flood.

The first is written at once; the rows here count the further ones until their minute is over.
"""

import hashlib
import json
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet

from kalixweb.audit.models import Repeat
from kalixweb.audit.payload import Draft, rfc3339
from kalixweb.core.actor import Actor

WINDOW = timedelta(minutes=1)


def is_repeat(draft: Draft, per: str, now: datetime) -> bool:
    """Count the event if its like was written within the minute; else open a minute for it."""
    actor = draft.actor
    like = [draft.action, str(draft.chain), draft.outcome, actor.kind, str(actor.id), actor.label]
    like += [actor.address or "", draft.object_kind, draft.object_id or "", per]
    key = hashlib.sha256(json.dumps(like).encode()).hexdigest()
    counted = Repeat.objects.filter(key=key).update(count=F("count") + 1, until=now)
    if counted:
        return True
    row = Repeat(key=key, since=now, until=now, draft=_stored(draft))
    # Two at the same instant both write their event: one too many is better than none.
    Repeat.objects.bulk_create([row], ignore_conflicts=True)
    return False


def due_chains(now: datetime) -> set[UUID]:
    """The chains that have minutes which are over."""
    return {UUID(draft["chain"]) for draft in _due(now).values_list("draft", flat=True)}


def take_due(now: datetime, chain: UUID) -> list[Draft]:
    """Remove a chain's minutes that are over; one event for each that saw repetitions."""
    due = _due(now).filter(draft__chain=str(chain)).select_for_update(skip_locked=True)
    rows = list(due)
    if rows:
        Repeat.objects.filter(key__in=[row.key for row in rows]).delete()
    return [_summary(row) for row in rows if row.count]


def _due(now: datetime) -> QuerySet[Repeat]:
    return Repeat.objects.filter(since__lte=now - WINDOW)


def _stored(draft: Draft) -> dict[str, Any]:
    stored = asdict(draft)
    stored["chain"] = str(draft.chain)
    stored["actor"]["id"] = str(draft.actor.id) if draft.actor.id else None
    return stored


def _summary(row: Repeat) -> Draft:
    stored = dict(row.draft)
    actor = dict(stored.pop("actor"))
    actor["id"] = UUID(actor["id"]) if actor["id"] else None
    stored["chain"] = UUID(stored["chain"])
    stored["details"] |= {
        "count": row.count,
        "since": rfc3339(row.since),
        "until": rfc3339(row.until),
    }
    return Draft(actor=Actor(**actor), **stored)
