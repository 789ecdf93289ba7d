"""What is done by the clock, over all projects: dead runs, lost messages, old history, drafts."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from itertools import chain, repeat
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from brokers.models import BULK, OPEN, QUEUED, RUNNING, Connection, Sweep, TestRun
from brokers.runs.services import runs
from kalixweb.core import clock
from kalixweb.core.actor import Actor
from secrets_app.services import drafts

RUNS_EVERY = timedelta(seconds=5)
HISTORY_EVERY = timedelta(hours=1)
LONGEST_IN_QUEUE = timedelta(minutes=15)
WORKER_LOST = "The worker ended or fell silent during this test. Test again."
NOBODY_TOOK_IT = (
    "No worker took this test within 15 minutes. Ask the operator of kalixweb to run kalixweb "
    "doctor, then test again."
)
# A free place is mostly found at once; where all brokers are busy, every run is looked at.
_WINDOWS = (5, 50, 500)
_BATCH = 500


def worker() -> Actor:
    """This process as an actor."""
    return Actor(kind="worker", id=None, label=socket.gethostname())


def take_turn(name: str, every: timedelta) -> bool:
    """Whether this process does the sweep now; of several that ask, one gets it."""
    now = clock.now()
    turn = Sweep.objects.filter(name=name, due_at__lte=now)
    if turn.update(due_at=now + every):
        return True
    if Sweep.objects.filter(name=name).exists():
        return False
    try:
        with transaction.atomic():
            Sweep.objects.create(name=name, due_at=now + every)
    except IntegrityError:
        return False
    return True


def end_dead_runs() -> int:
    """Write down as stopped what passed its deadline or never left the queue; answers how many."""
    now = clock.now()
    dead = TestRun.all_projects.filter(state=RUNNING, deadline_at__lt=now)
    left = TestRun.all_projects.filter(state=QUEUED, queued_at__lt=now - LONGEST_IN_QUEUE)
    if TestRun.all_projects.filter(state=RUNNING, origin=BULK).exists():
        left = left.exclude(origin=BULK)  # they wait for their turn
    ended = [(run, WORKER_LOST) for run in dead.defer("document")]
    ended += [(run, NOBODY_TOOK_IT) for run in left.defer("document")]
    return sum(runs.stop(actor=worker(), run=run, reason=reason) for run, reason in ended)


def lost_in_queue() -> list[TestRun]:
    """Queued runs that nobody took in five seconds; the caller sends them again."""
    waiting = TestRun.all_projects.filter(
        state=QUEUED, sent_at__lte=clock.now() - runs.RESEND_AFTER
    ).exclude(origin=BULK)
    return [run for run in waiting.defer("document") if runs.take_resend(run)]


def bulk_is_waiting() -> bool:
    """Whether runs of a test of many are queued."""
    return TestRun.all_projects.filter(state=QUEUED, origin=BULK).exists()


def waiting_bulk() -> Iterator[TestRun]:
    """Queued runs of tests of many, of any project, the oldest first.

    In the order of an index alone: to sort by more would mean to read all that wait each time that
    one of them begins.
    """
    waiting = TestRun.all_projects.filter(state=QUEUED, origin=BULK).order_by("queued_at")
    left, seen = waiting, set[UUID]()
    for size in chain(_WINDOWS, repeat(_WINDOWS[-1])):
        batch = list(left.exclude(id__in=seen)[:size])
        if not batch:
            return
        yield from batch
        newest = batch[-1].queued_at
        left, seen = (
            waiting.filter(queued_at__gte=newest),
            {run.id for run in batch if run.queued_at == newest},
        )


def forget_old_runs() -> int:
    """Delete finished runs older than the setting says, but never a connection's last one."""
    oldest = clock.now() - timedelta(days=settings.KALIXWEB_RUN_HISTORY_DAYS)
    old = (
        TestRun.all_projects.filter(queued_at__lt=oldest)
        .exclude(state__in=OPEN)
        .exclude(Exists(Connection.all_projects.filter(last_run_id=OuterRef("id"))))
    )
    gone = 0
    while ids := list(old.values_list("id", flat=True)[:_BATCH]):
        gone += TestRun.all_projects.filter(id__in=ids).delete()[0]
    return gone


def forget_drafts() -> int:
    """Delete values that were typed for a test and have expired; answers how many."""
    return drafts.sweep()
