"""Commits events of their own: of all that wait in this process, one thread commits everybody's.

So a worker in which fifty tests begin at once appends to the chain of their project a few times,
not fifty, and whoever saves there has fewer to compete with. Nobody goes on before their own event
is committed.
"""

import os
import threading
from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from kalixweb.audit import chain as chains
from kalixweb.core import database
from kalixweb.core.outages import Busy, sentence_about

LONGEST_WAIT_SECONDS = 5.0


class _Entry:
    """What one thread wants committed, and what became of it."""

    def __init__(self, events: Sequence[chains.Event]) -> None:
        self.events = events
        self.ended = False
        self.committed = False
        self.error: Exception | None = None


class _Groups:
    """Who waits, and the chains for which a thread is committing; both change under ``changed``."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.waiting: dict[UUID, list[_Entry]] = defaultdict(list)
        self.busy: set[UUID] = set()


_groups = _Groups()


def commit(events: Sequence[chains.Event]) -> None:
    """Commit events of one chain before returning; none of them is committed if this raises.

    Raises Busy and what a database raises. The thread must be in no transaction.
    """
    (chain,) = {event.chain for event in events}
    mine = _Entry(events)
    if batch := _join(chain, mine):
        _commit_all(chain, batch)
    if not mine.committed:
        raise mine.error or Busy


def _join(chain: UUID, mine: _Entry) -> list[_Entry]:
    """Wait until somebody has committed ``mine``; else the entries to commit, ``mine`` included."""
    groups = _groups
    with groups.changed:
        groups.waiting[chain].append(mine)
        if chain in groups.busy:
            # Whoever commits may need this thread's session to do it.
            database.release()

        def ended_or_free() -> bool:
            return mine.ended or chain not in groups.busy

        in_time = groups.changed.wait_for(ended_or_free, LONGEST_WAIT_SECONDS)
        if not in_time and mine in groups.waiting[chain]:
            groups.waiting[chain].remove(mine)
            raise Busy
        # Else it is being committed, and the database's time-outs end that.
        groups.changed.wait_for(ended_or_free)
        if mine.ended:
            return []
        groups.busy.add(chain)
        return groups.waiting.pop(chain)


def _commit_all(chain: UUID, batch: list[_Entry]) -> None:
    groups = _groups
    try:
        _commit(batch)
    finally:
        with groups.changed:
            groups.busy.discard(chain)
            for entry in batch:
                entry.ended = True
            groups.changed.notify_all()


def _commit(batch: list[_Entry]) -> None:
    try:
        with transaction.atomic(durable=True):
            chains.append(event for entry in batch for event in entry.events)
    except Exception as error:  # noqa: BLE001 - each raises it in its own thread
        if len(batch) > 1 and sentence_about(error) is None:
            # One of them cannot be stored, which must not keep the others from it.
            for entry in batch:
                _commit([entry])
            return
        for entry in batch:
            entry.error = error
    else:
        for entry in batch:
            entry.committed = True


def _forked() -> None:
    """In a child nobody waits: the threads that did are the parent's."""
    global _groups  # noqa: PLW0603
    _groups = _Groups()


os.register_at_fork(after_in_child=_forked)
