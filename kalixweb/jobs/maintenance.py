"""What is done by the clock about jobs of any kind: dead ones, lost messages, old history."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet

from kalixweb.core import clock
from kalixweb.jobs import transitions
from kalixweb.jobs.kinds import Ending, J, Kind
from kalixweb.jobs.models import OPEN, QUEUED, RUNNING

LONGEST_IN_QUEUE = timedelta(minutes=15)
_BATCH = 500


def end_dead(kind: Kind[J]) -> int:
    """Write down as stopped what passed its deadline or never left the queue; answers how many."""
    now = clock.now()
    dead = _narrow(kind, state=RUNNING, deadline_at__lt=now)
    left = _narrow(kind, state=QUEUED, queued_at__lt=now - LONGEST_IN_QUEUE)
    if kind.bulk and kind.rows().filter(state=RUNNING, **kind.bulk.where).exists():
        left = kind.without_bulk(left)  # they wait for a slot
    ended = [(job, Ending.WORKER_LOST) for job in dead]
    ended += [(job, Ending.NOT_TAKEN) for job in left]
    return sum(transitions.end(job, ending) for job, ending in ended)


def lost_in_queue(kind: Kind[J]) -> list[J]:
    """Queued jobs that nobody took in five seconds; the caller sends them again."""
    sent_before = clock.now() - transitions.RESEND_AFTER
    queued = kind.without_bulk(_narrow(kind, state=QUEUED, sent_at__lte=sent_before))
    return [job for job in queued if transitions.take_resend(job)]


def forget_old(kind: Kind[J]) -> int:
    """Delete the ended jobs that are not kept any longer; answers how many rows went."""
    old = kind.rows().filter(queued_at__lt=clock.now() - kind.kept_for())
    old = kind.forgettable(old.exclude(state__in=OPEN))
    gone = 0
    while ids := list(old.values_list("id", flat=True)[:_BATCH]):
        gone += kind.rows().filter(id__in=ids).delete()[0]
    return gone


def _narrow(kind: Kind[J], **where: Any) -> QuerySet[J]:  # noqa: ANN401 - values of any column
    rows = kind.rows().filter(**where).defer("document")
    return rows.select_related(*kind.related) if kind.related else rows
