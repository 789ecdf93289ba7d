"""The columns that every job has, whatever it does. Each kind of job has a table of its own."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import models

from kalixweb.core import clock
from kalixweb.core.actor import Actor

QUEUED, RUNNING, DONE, STOPPED = "queued", "running", "done", "stopped"
OPEN = (QUEUED, RUNNING)
STATES = [(name, name) for name in (QUEUED, RUNNING, DONE, STOPPED)]
# A worker that is there has taken a job by then.
PATIENCE = timedelta(seconds=5)


class Job(models.Model):
    """Work that a person or a schedule asked for and a worker carries out.

    The row is the truth about it: a message in the queue only names the row. ``sent_at`` is when
    the last message went out. ``deadline_at`` is when a running job counts as lost. ``document``
    is what is known so far, written again with each ``seq``; ``sentence`` says how it ended.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.UUIDField(null=True)
    actor_label = models.CharField(max_length=150)

    state = models.CharField(max_length=16, default=QUEUED, choices=STATES)
    queued_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(default=clock.now)
    started_at = models.DateTimeField(null=True)
    deadline_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    seq = models.PositiveIntegerField(default=0)
    sentence = models.TextField(blank=True, default="")
    document = models.JSONField(null=True)

    class Meta:
        abstract = True

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    def state_at(self, now: datetime) -> str:
        """The state as any reader sees it: past its deadline it has stopped, whoever says so."""
        is_over = self.deadline_at is not None and self.deadline_at < now
        return STOPPED if self.state == RUNNING and is_over else self.state

    def is_late(self, now: datetime) -> bool:
        """Whether it has been queued for longer than a worker takes to come."""
        return self.state == QUEUED and now - self.queued_at > PATIENCE


def requested_by(actor: Actor) -> dict[str, Any]:
    """The columns of a new job that say who asked for it."""
    return {"actor_kind": actor.kind, "actor_id": actor.id, "actor_label": actor.label}


class PeriodicTask(models.Model):
    """When a periodic task is due next; whoever moves ``due_at`` on does the work."""

    name = models.CharField(max_length=32, primary_key=True)
    due_at = models.DateTimeField()

    class Meta:
        abstract = True
