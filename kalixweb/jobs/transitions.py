"""From one state of a job to the next, by one conditional UPDATE each: of two, one wins."""

import socket
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from kalixweb.audit.unit_of_work import record, unit_of_work
from kalixweb.core import clock
from kalixweb.core.actor import Actor
from kalixweb.jobs.kinds import Ending, J, kind_of, sentence
from kalixweb.jobs.models import DONE, OPEN, QUEUED, RUNNING, STOPPED

RESEND_AFTER = timedelta(seconds=5)


def worker() -> Actor:
    """This process as an actor."""
    return Actor(kind="worker", id=None, label=socket.gethostname())


def claim(job: J) -> bool:
    """Make a queued job ours; False when another worker has it or it has ended."""
    kind = kind_of(type(job))
    now = clock.now()
    columns = {"started_at": now, "deadline_at": now + kind.longest, **kind.claimed()}
    if not _row(job, QUEUED).update(state=RUNNING, seq=F("seq") + 1, **columns):
        return False
    for name, value in columns.items():
        setattr(job, name, value)
    return True


def keep(job: J, **columns: Any) -> bool:  # noqa: ANN401 - values of any column
    """Store how far it is; False when it is not running any more."""
    return bool(_row(job, RUNNING).update(seq=F("seq") + 1, **columns, **_deadline(job)))


def beat(job: J) -> bool:
    """Give a sign of life; False when somebody stopped or deleted the job."""
    row = _row(job, RUNNING)
    deadline = _deadline(job)
    return bool(row.update(**deadline)) if deadline else row.exists()


def finish(job: J, **columns: Any) -> bool:  # noqa: ANN401
    """Store the result; False, storing nothing, when it had been stopped or deleted."""
    columns = {"finished_at": clock.now(), **columns}
    with transaction.atomic():
        finished = _row(job, RUNNING).update(state=DONE, seq=F("seq") + 1, **columns)
        kind_of(type(job)).ended(job)
    return bool(finished)


def stop(job: J, *, actor: Actor, reason: str) -> bool:
    """End an open job without a result; False when it had ended before."""
    kind = kind_of(type(job))
    with unit_of_work(actor):
        stopped = _row(job, *OPEN).update(
            state=STOPPED,
            finished_at=clock.now(),
            sentence=reason,
            seq=F("seq") + 1,
            **kind.stopped_columns,
        )
        if stopped:
            kind.ended(job)
            subject = kind.subject(job)
            record(
                kind.stopped_action,
                chain=subject.chain,
                object_kind=subject.object_kind,
                object_id=subject.object_id,
                object_label=subject.object_label,
                reason=reason,
                **kind.details(job),
            )
    return bool(stopped)


def end(job: J, ending: Ending, *, actor: Actor | None = None) -> bool:
    """Stop a job for a reason of the mechanism's own, in the name of this worker by default."""
    return stop(job, actor=actor or worker(), reason=sentence(job, ending))


def take_resend(job: J) -> bool:
    """Whether the caller must send it again: queued, and nobody took it in five seconds."""
    now = clock.now()
    is_lost = job.state == QUEUED and now - job.sent_at >= RESEND_AFTER
    if not is_lost or kind_of(type(job)).is_bulk(job):
        return False
    return bool(_row(job, QUEUED).filter(sent_at__lte=now - RESEND_AFTER).update(sent_at=now))


def _row(job: J, *states: str) -> QuerySet[J]:
    return kind_of(type(job)).rows().filter(pk=job.pk, state__in=states)


def _deadline(job: J) -> dict[str, Any]:
    kind = kind_of(type(job))
    return {"deadline_at": clock.now() + kind.longest} if kind.signs_of_life else {}
