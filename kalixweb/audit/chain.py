"""Appends events to their chains. The head of a chain is held only from its UPDATE to the COMMIT.

It is read without a lock and the hashes are computed in Python; then one UPDATE moves it on, if it
still is as it was read. Whoever comes second in that repeats the step; who has come second four
times locks the head before reading it, so that a crowd cannot turn anybody away.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction

from kalixweb.audit import anchors, payload
from kalixweb.audit.models import AuditEvent, AuditHead
from kalixweb.core import clock
from kalixweb.core.outages import Busy
from kalixweb.keys import macs

MOST_ATTEMPTS = 5


class Event(NamedTuple):
    """An event that can be written, but for its place in its chain."""

    chain: UUID
    columns: dict[str, Any]
    payload: bytes
    moment: datetime


def prepare(draft: payload.Draft) -> Event:
    """Give the draft its id and time; whatever makes it impossible to write is raised here."""
    moment = clock.now()
    document = payload.document(draft, moment)
    return Event(draft.chain, payload.columns(document), payload.encode(document), moment)


def append(events: Iterable[Event]) -> None:
    """Write events as the last statements of the open transaction.

    Raises Busy. Chains go in ascending order, so that two units of work never wait for each
    other's heads for ever.
    """
    by_chain: dict[UUID, list[Event]] = defaultdict(list)
    for event in events:
        by_chain[event.chain].append(event)
    links = [_Link(chain, by_chain[chain]) for chain in sorted(by_chain)]
    for link in links:
        link.compute()
    for link in links:
        link.move_head()
    AuditEvent.objects.bulk_create([row for link in links for row in link.rows])
    for link in links:
        transaction.on_commit(link.write_anchor)


class _Link:
    """The events that one chain gets next, and the head that they follow."""

    def __init__(self, chain: UUID, events: Sequence[Event]) -> None:
        self._chain = chain
        self._events = events
        self._head = AuditHead(chain=chain)
        self.rows: list[AuditEvent] = []

    def compute(self, *, locked: bool = False) -> None:
        """Read the head and tie the events to it."""
        self._head = _head(self._chain, locked=locked)
        kid = macs.active_kid("audit_mac", None)
        seq, last = self._head.seq, bytes(self._head.hash)
        self.rows = []
        for chain, columns, encoded, _ in self._events:
            seq += 1
            last = payload.chain_hash(kid, chain, seq, last, encoded)
            row = AuditEvent(chain=chain, seq=seq, kid=kid, hash=last, payload=encoded, **columns)
            self.rows.append(row)
        self._anchor = anchors.make(self._chain, seq, last, self._events[-1].moment)

    def move_head(self) -> None:
        """Take the head, for the rest of the transaction; raises Busy."""
        for attempt in range(1, MOST_ATTEMPTS + 1):
            if attempt > 1:
                self.compute(locked=attempt == MOST_ATTEMPTS)
            if self._moved():
                return
        raise Busy

    def _moved(self) -> bool:
        as_read = AuditHead.objects.filter(
            chain=self._chain, seq=self._head.seq, hash=self._head.hash
        )
        newest = self.rows[-1]
        return bool(as_read.update(seq=newest.seq, hash=newest.hash))

    def write_anchor(self) -> None:
        anchors.write_soon(self._anchor)


def _head(chain: UUID, *, locked: bool) -> AuditHead:
    heads = AuditHead.objects.filter(chain=chain)
    if locked:
        heads = heads.select_for_update()
    if (head := heads.first()) is not None:
        return head
    first = AuditHead(chain=chain, seq=0, hash=payload.NO_PREVIOUS)
    AuditHead.objects.bulk_create([first], ignore_conflicts=True)
    return heads.get()
