"""The smallest kind of job: it does what a test tells it, and its table is made for the tests."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet

from kalixweb.accounts.models import User
from kalixweb.core.actor import Actor
from kalixweb.jobs import kinds, queue, transitions
from kalixweb.jobs.context import JobContext
from kalixweb.jobs.kinds import Ending, Kind, Subject
from kalixweb.jobs.models import Job
from kalixweb.jobs.scheduler import Bulk, Slots

Work = Callable[["Tiny", JobContext], None]


class Tiny(Job):
    origin = models.CharField(max_length=16, default="page")

    class Meta:
        app_label = "jobs_tests"
        db_table = "tiny_job"


class Lacking(PermissionDenied):
    right = "tiny.do"


def _finish(job: Tiny, _context: JobContext) -> None:
    transitions.finish(job, sentence="Done.")


class TinyKind(Kind[Tiny]):
    task = "jobs_tests.run"
    longest = timedelta(seconds=40)
    slots = Slots(1)
    bulk = Bulk(where={"origin": "bulk"}, task="jobs_tests.run_many", slots=Slots(2))
    stopped_action = "run.stopped"
    sentences: ClassVar[Mapping[Ending, str]] = {
        ending: f"{{actor}}: {ending}." for ending in Ending
    }

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.work: Work = _finish
        self.may = True
        self.done: list[UUID] = []
        self.busy: set[str] = set()
        self.bulk.all_busy_at = None

    def rows(self) -> QuerySet[Tiny]:
        return Tiny.objects.all()

    def message(self, job: Tiny) -> dict[str, str]:
        return {"id": str(job.id)}

    def find(self, message: Mapping[str, str]) -> Tiny | None:
        return self.rows().filter(id=message["id"]).first()

    def require(self, actor: Actor, job: Tiny) -> None:
        if not self.may:
            raise Lacking

    def carry_out(self, job: Tiny, actor: Actor, context: JobContext) -> None:
        self.done.append(job.id)
        self.work(job, context)

    def subject(self, job: Tiny) -> Subject:
        return Subject(None, "instance", None, "tiny")

    def details(self, job: Tiny) -> dict[str, Any]:
        return {"run": str(job.id)}

    def resources(self, job: Tiny) -> Sequence[str]:
        return [job.actor_label]

    @contextmanager
    def hold(self, job: Tiny) -> Iterator[bool]:
        yield job.actor_label not in self.busy


PATH = f"{__name__}.TinyKind"
kinds.register(Tiny, PATH)
run = queue.task(Tiny)
run_many = queue.bulk_task(Tiny)
kinds._paths.pop(Tiny)  # only while a test uses it: see the fixture


def ask(**columns: Any) -> Tiny:
    """A queued job, asked for by an active user."""
    user, _ = User.objects.get_or_create(username="mira")
    who = {"actor_kind": "user", "actor_id": user.id, "actor_label": "mira"}
    return Tiny.objects.create(**who | columns)
