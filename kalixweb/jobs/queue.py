"""Jobs on their way to a worker. Messages carry ids only; the row of a job is the truth."""

import logging
from collections.abc import Mapping
from typing import Any

from celery import Task, current_app, shared_task
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from kalixweb.core.actor import Actor
from kalixweb.jobs import bulk, maintenance, transitions
from kalixweb.jobs.execution import execute
from kalixweb.jobs.kinds import Ending, J, Kind, all_kinds, kind_of
from kalixweb.jobs.models import QUEUED, Job

log = logging.getLogger(__name__)

# The second when it answers but may not write, as on a full disk.
_QUEUE_AWAY = (OperationalError, RedisError)


def task(model: type[Job]) -> Task[..., None]:
    """The Celery task that carries out one job of the table."""
    kind = kind_of(model)

    @shared_task(name=kind.task)
    def carry_out(**message: str) -> None:
        take(kind, message)

    return carry_out


def bulk_task(model: type[Job]) -> Task[..., None]:
    """The Celery task that carries out the bulk jobs of the table until none is left."""
    kind = kind_of(model)
    many = kind.bulk
    if many is None:
        raise ValueError(f"{model.__name__} has no bulk jobs.")

    @shared_task(name=many.task)
    def carry_out_many(**_later: object) -> None:
        bulk.execute_all(kind, many)

    return carry_out_many


def take(kind: Kind[Any], message: Mapping[str, str]) -> None:
    """Carry out what the message names. Without a free slot it stays queued and is sent again."""
    if kind.slots is None:
        _execute(kind, message)
        return
    with kind.slots.take() as mine:
        if mine:
            _execute(kind, message)


def _execute(kind: Kind[Any], message: Mapping[str, str]) -> None:
    if (job := kind.find(message)) is not None:
        execute(job)


def put(job: J) -> None:
    """Queue a job that is committed; raises what the queue raises when it is away."""
    kind = kind_of(type(job))
    current_app.tasks[kind.task].delay(**kind.message(job))


def send(job: J, actor: Actor) -> bool:
    """Queue a job that somebody asked for; False if the queue is away: then the job is stopped."""
    try:
        put(job)
    except _QUEUE_AWAY as away:
        log.warning("the queue takes nothing: %s", away)
        transitions.end(job, Ending.QUEUE_AWAY, actor=actor)
        return False
    return True


def send_bulk(model: type[Job], count: int) -> bool:
    """Wake as many workers as there are committed bulk jobs to share out.

    False if the queue is away; the jobs wait, and are begun when it is back.
    """
    try:
        _wake(kind_of(model), count)
    except _QUEUE_AWAY as away:
        log.warning("the queue takes nothing: %s", away)
        return False
    return True


def look_after_jobs() -> None:
    """End dead jobs, send lost messages again, go on with bulk jobs: a periodic task."""
    for kind in all_kinds():
        maintenance.end_dead(kind)
        for job in maintenance.lost_in_queue(kind):
            put(job)
        if kind.bulk and kind.rows().filter(state=QUEUED, **kind.bulk.where).exists():
            # A few always: another worker may be idle while this one is full.
            slots = kind.bulk.slots
            _wake(kind, max(slots.free, slots.most // 8))


def forget_old_jobs() -> None:
    """Delete what is not kept any longer: a periodic task."""
    for kind in all_kinds():
        maintenance.forget_old(kind)


def _wake(kind: Kind[Any], count: int) -> None:
    if kind.bulk:
        for _ in range(min(count, kind.bulk.slots.most)):
            current_app.tasks[kind.bulk.task].delay()
