"""Jobs that were asked for many at once: shared out among the threads that have nothing to do."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import chain, repeat
from uuid import UUID

from kalixweb.core import database
from kalixweb.jobs import scheduler, shutdown, transitions
from kalixweb.jobs.execution import carry_out
from kalixweb.jobs.kinds import J, Kind
from kalixweb.jobs.models import QUEUED
from kalixweb.jobs.scheduler import Bulk

LOOK_AGAIN_SECONDS = 1.0
# A job that can begin is mostly found at once; where all is busy, every one is looked at.
_WINDOWS = (5, 50, 500)


def execute_all(kind: Kind[J], bulk: Bulk) -> None:
    """Carry out queued jobs one after the other until none can begin, if there is a free slot."""
    with bulk.slots.take() as mine:
        while mine and execute_next(kind, bulk):
            pass


def execute_next(kind: Kind[J], bulk: Bulk) -> bool:
    """Carry out one queued job whose resources have a free place; False if there is none."""
    database.release()  # others may need it to end the jobs that this one waits for
    with ExitStack() as held:
        held.enter_context(scheduler.bulk_may_begin(shutdown.is_closing))
        with bulk.picking:
            job = _pick(kind, bulk, held)
        if job is None:
            return False
        carry_out(job)
    bulk.all_busy_at = None
    return True


def _pick(kind: Kind[J], bulk: Bulk, held: ExitStack) -> J | None:
    """A claimed job, whose places ``held`` gives back.

    When every resource was found busy, nobody looks again until one of our own jobs has ended, or
    a while has passed: to find that out takes a look at all that wait.
    """
    busy_at = bulk.all_busy_at
    if busy_at is not None and time.monotonic() - busy_at < LOOK_AGAIN_SECONDS:
        return None
    full: set[str] = set()
    for job in waiting(kind, bulk):
        if shutdown.is_closing():
            return None
        resources = kind.resources(job)
        if not full.isdisjoint(resources):
            continue
        with ExitStack() as tried:
            if not tried.enter_context(kind.hold(job)):
                full.update(resources)
            elif transitions.claim(job):
                held.push(tried.pop_all())
                return job
    bulk.all_busy_at = time.monotonic() if full else None
    return None


def waiting(kind: Kind[J], bulk: Bulk) -> Iterator[J]:
    """Queued bulk jobs, the oldest first.

    In the order of an index alone: to sort by more would mean to read all that wait each time that
    one of them begins.
    """
    queued = kind.rows().filter(state=QUEUED, **bulk.where).order_by("queued_at")
    left, seen = queued, set[UUID]()
    for size in chain(_WINDOWS, repeat(_WINDOWS[-1])):
        batch = list(left.exclude(id__in=seen)[:size])
        if not batch:
            return
        yield from batch
        newest = batch[-1].queued_at
        left, seen = (
            queued.filter(queued_at__gte=newest),
            {job.id for job in batch if job.queued_at == newest},
        )
