"""What the worker does. Messages carry ids only; the row of a run is the truth about it."""

import logging
import threading
from importlib import import_module
from uuid import UUID

from celery import shared_task
from celery.signals import worker_init, worker_ready, worker_shutting_down
from django.conf import settings
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from brokers.models import AwsInquiry, TestRun
from brokers.msk.aws_queries import execution as inquiry_work
from brokers.msk.aws_queries import periodic, requests
from brokers.msk.onboarding import bootstrap_changes
from brokers.runs.services import execution, runs
from brokers.runs.services import periodic as sweeps
from kalixweb.audit import unit_of_work
from kalixweb.core.actor import Actor

log = logging.getLogger(__name__)

# The second when it answers but may not write, as on a full disk.
_QUEUE_AWAY = (OperationalError, RedisError)

# Four of five slots at most, so that a click during a test of many starts at once.
LANES = max(1, settings.KALIXWEB_WORKER_THREADS * 4 // 5)
_lanes: set[int] = set()  # the threads of this process that are in one
_entering = threading.Lock()
# An AWS that is silent must not keep tests waiting: with bulk tests, some slots are left.
INQUIRIES_AT_ONCE = max(1, settings.KALIXWEB_WORKER_THREADS // 8)
_asking = threading.BoundedSemaphore(INQUIRIES_AT_ONCE)


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


@shared_task(name="brokers.run_inquiry")
def run_inquiry(*, project_id: str, inquiry_id: str, **_later: object) -> None:
    """Ask AWS one question; without a free place it stays queued, and the sweep sends it again."""
    if not _asking.acquire(blocking=False):
        return
    try:
        inquiry_work.execute(project=UUID(project_id), inquiry_id=UUID(inquiry_id))
    finally:
        _asking.release()


@shared_task(name="brokers.sweep")
def sweep(**_later: object) -> None:
    """Every five seconds, in whichever worker gets the turn."""
    if sweeps.take_turn("runs", sweeps.RUNS_EVERY):
        _look_after_runs()
        _look_after_inquiries()
    if sweeps.take_turn("bootstrap servers", periodic.LOOK_FOR_CHANGES_EVERY):
        for inquiry in bootstrap_changes.ask_again():
            _send_inquiry(inquiry)
    if sweeps.take_turn("history", sweeps.HISTORY_EVERY):
        sweeps.forget_old_runs()
        periodic.forget_old_inquiries()
    if sweeps.take_turn("drafts", sweeps.RUNS_EVERY * 12):
        sweeps.forget_drafts()
    if sweeps.take_turn("repeated events", sweeps.RUNS_EVERY * 12):
        unit_of_work.flush_coalesced()


def _look_after_runs() -> None:
    sweeps.end_dead_runs()
    for run in sweeps.lost_in_queue():
        _send(run)
    if sweeps.bulk_is_waiting():
        # A few always: another worker may be idle while this one is full.
        _start_lanes(max(LANES - len(_lanes), LANES // 8))


def _look_after_inquiries() -> None:
    periodic.end_dead_inquiries()
    for inquiry in periodic.lost_in_queue():
        _send_inquiry(inquiry)


def send(run: TestRun, actor: Actor) -> bool:
    """Queue a run that is committed; False if the queue is away, and then the run is stopped."""
    try:
        _send(run)
    except _QUEUE_AWAY as away:
        log.warning("the queue takes nothing: %s", away)
        runs.stop(actor=actor, run=run, reason=runs.QUEUE_AWAY)
        return False
    return True


def send_inquiry(inquiry: AwsInquiry, actor: Actor) -> bool:
    """The same for a question to AWS."""
    try:
        _send_inquiry(inquiry)
    except _QUEUE_AWAY as away:
        log.warning("the queue takes nothing: %s", away)
        requests.end(actor=actor, inquiry=inquiry, reason=requests.QUEUE_AWAY)
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


def _send_inquiry(inquiry: AwsInquiry) -> None:
    run_inquiry.delay(project_id=str(inquiry.project_id), inquiry_id=str(inquiry.id))


def _start_lanes(count: int) -> None:
    for _ in range(min(count, LANES)):
        run_many.delay()


@worker_init.connect
def _load_engine(**_signal: object) -> None:
    """Before the first test is asked for: the person who asks would wait for it."""
    import_module("brokers.engine.runner")


@worker_ready.connect
def _read_trusted_authorities(**_signal: object) -> None:
    """The same for what the first handshake needs, once the worker takes tests."""
    from brokers.engine.tls import trust_store

    trust_store.system()


@worker_shutting_down.connect
def _stop_runs(**_signal: object) -> None:
    """A worker that ends takes its runs along, so that no page waits for them."""
    execution.cancel_all()
    inquiry_work.cancel_all()
