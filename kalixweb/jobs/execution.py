"""Carries out a job in a worker: claim the row, ask again who may, do it, end it in every case."""

import time
from contextlib import nullcontext

from django.core.exceptions import PermissionDenied

from kalixweb.accounts.actors import actor_of
from kalixweb.audit.unit_of_work import record_alone
from kalixweb.core import database
from kalixweb.core.actor import Actor
from kalixweb.core.refusals import Refusal
from kalixweb.jobs import scheduler, shutdown, transitions
from kalixweb.jobs.context import JobContext
from kalixweb.jobs.kinds import Cancelled, Ending, J, kind_of
from kalixweb.jobs.patience import patiently

WAIT_FOR_PLACE_SECONDS = 10.0


def execute(job: J) -> bool:
    """Carry out a queued job; False when another worker has it or it has ended."""
    kind = kind_of(type(job))
    if shutdown.is_closing() or not transitions.claim(job):
        return False
    ends = time.monotonic() + WAIT_FOR_PLACE_SECONDS
    while True:
        database.release()
        with kind.hold(job) as is_free:
            if is_free:
                with scheduler.clicked() if kind.bulk else nullcontext():
                    carry_out(job)
                return True
        if time.monotonic() > ends or shutdown.is_closing():
            break
        time.sleep(0.05)
    _end(job, Ending.WORKER_STOPPED if shutdown.is_closing() else Ending.NO_PLACE)
    return True


def carry_out(job: J) -> None:
    """Do the work of a claimed job in the name of whoever asked for it, if they still may."""
    kind = kind_of(type(job))
    actor = patiently(actor_of, job.actor_kind, job.actor_id, job.actor_label)
    if actor is None:
        _end(job, Ending.NOT_ACTIVE)
        return
    try:
        patiently(kind.require, actor, job)
        kind.carry_out(job, actor, JobContext(job))
    except PermissionDenied as denied:
        patiently(_record_denial, actor, job, denied)
        _end(job, Ending.NOT_ALLOWED)
    except Cancelled:
        _end(job, Ending.WORKER_STOPPED if shutdown.is_closing() else Ending.TOO_LONG)
    except Refusal as refused:
        patiently(transitions.stop, job, actor=transitions.worker(), reason=refused.sentence)
    except Exception:
        _end(job, Ending.FAILED)
        raise


def _end(job: J, ending: Ending) -> None:
    patiently(transitions.end, job, ending)


def _record_denial(actor: Actor, job: J, denied: PermissionDenied) -> None:
    """Write down that the one who asked lost the right in between."""
    subject = kind_of(type(job)).subject(job)
    record_alone(
        actor,
        "access.denied",
        chain=subject.chain,
        object_kind=subject.object_kind,
        object_id=subject.object_id,
        object_label=subject.object_label,
        outcome="denied",
        right=getattr(denied, "right", ""),
    )
