"""What the worker does. Messages carry ids only; the row of a run is the truth about it."""

import logging
import threading
from importlib import import_module
from uuid import UUID

from celery import shared_task
from celery.signals import worker_init, worker_shutting_down
from django.conf import settings
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from brokers.models import TestRun
from brokers.services import execution, runs, sweeps
from kalixweb.audit import work
from kalixweb.core.actor import Actor

log = logging.getLogger(__name__)

# The second when it answers but may not write, as on a full disk.
_QUEUE_AWAY = (OperationalError, RedisError)

# Four of five slots at most, so that a click during a test of many starts at once.
LANES = max(1, settings.KALIXWEB_WORKER_THREADS * 4 // 5)
_lanes: set[int] = set()  # the threads of this process that are in one
_entering = threading.Lock()


@shared_task(name="brokers.run_test")
def run_test(*, project_id: str, run_id: str, **_later: object) -> None:
    """Carry out one run."""
    execution.execute(project=UUID(project_id), run_id=UUID(run_id))


@shared_task(name="brokers.run_many")
def run_many(**_later: object) -> None:
    """Carry out queued runs of tests of many, one after the other, until none is left."""
    me = threading.get_ident()
    with _entering:
        if len(_lanes) >= LANES:
            return
        _lanes.add(me)
    try:
        while execution.execute_next():
            pass
    finally:
        _lanes.discard(me)


@shared_task(name="brokers.sweep")
def sweep(**_later: object) -> None:
    """Every five seconds, in whichever worker gets the turn."""
    if sweeps.take_turn("runs", sweeps.RUNS_EVERY):
        sweeps.end_dead_runs()
        for run in sweeps.lost_in_queue():
            _send(run)
        if sweeps.bulk_is_waiting():
            _start_lanes(LANES - len(_lanes))
    if sweeps.take_turn("history", sweeps.HISTORY_EVERY):
        sweeps.forget_old_runs()
    if sweeps.take_turn("drafts", sweeps.RUNS_EVERY * 12):
        sweeps.forget_drafts()
    if sweeps.take_turn("repeated events", sweeps.RUNS_EVERY * 12):
        work.flush_coalesced()


def send(run: TestRun, actor: Actor) -> bool:
    """Queue a run that is committed; False if the queue is away, and then the run is stopped."""
    try:
        _send(run)
    except _QUEUE_AWAY as away:
        log.warning("the queue takes nothing: %s", away)
        runs.stop(actor=actor, run=run, reason=runs.QUEUE_AWAY)
        return False
    return True


def send_many(count: int) -> bool:
    """Start as many lanes as there are committed runs to share out.

    False if the queue is away; the runs wait, and the sweep starts them when it is back.
    """
    try:
        _start_lanes(count)
    except _QUEUE_AWAY as away:
        log.warning("the queue takes nothing: %s", away)
        return False
    return True


def _send(run: TestRun) -> None:
    run_test.delay(project_id=str(run.project_id), run_id=str(run.id))


def _start_lanes(count: int) -> None:
    for _ in range(min(count, LANES)):
        run_many.delay()


@worker_init.connect
def _load_engine(**_signal: object) -> None:
    """Before the first test is asked for: the person who asks would wait for it."""
    import_module("brokers.probe.runner")


@worker_shutting_down.connect
def _stop_runs(**_signal: object) -> None:
    """A worker that ends takes its runs along, so that no page waits for them."""
    execution.cancel_all()
