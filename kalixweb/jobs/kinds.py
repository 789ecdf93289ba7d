"""What a kind of job registers: how its jobs are carried out, ended and kept."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from kalixweb.core.actor import Actor
from kalixweb.jobs.models import Job
from kalixweb.jobs.scheduler import Bulk, Slots

if TYPE_CHECKING:
    from kalixweb.jobs.context import JobContext

J = TypeVar("J", bound=Job)


class Cancelled(Exception):
    """The job was stopped, or its time was up, before it was finished."""


class Ending(StrEnum):
    """Why a job was stopped by the mechanism itself."""

    NOT_ACTIVE = "not_active"
    NOT_ALLOWED = "not_allowed"
    NO_PLACE = "no_place"
    WORKER_STOPPED = "worker_stopped"
    WORKER_LOST = "worker_lost"
    NOT_TAKEN = "not_taken"
    TOO_LONG = "too_long"
    FAILED = "failed"
    QUEUE_AWAY = "queue_away"


@dataclass(frozen=True, slots=True)
class Subject:
    """What the audit events about a job are about; ``chain`` None is the instance's chain."""

    chain: UUID | None
    object_kind: str
    object_id: UUID | None
    object_label: str


class Kind(ABC, Generic[J]):
    """One kind of job. Made once a process; see ``register``."""

    task: ClassVar[str]
    """The name of its messages, which may wait in a queue: it keeps its spelling."""
    longest: ClassVar[timedelta]
    """A running job counts as lost so long after its start, or after its last sign of life."""
    signs_of_life: ClassVar[bool] = False
    """Whether each sign of life moves the deadline on: for work of which nobody knows the end."""
    slots: ClassVar[Slots | None] = None
    """None: as many at a time as the worker has threads. Without a free one, a job stays queued."""
    bulk: ClassVar[Bulk | None] = None
    related: ClassVar[Sequence[str]] = ()
    """Rows that are read together with a job."""
    stopped_action: ClassVar[str]
    """The audit action of a stopped job; it also gets ``reason`` and ``details``."""
    stopped_columns: ClassVar[Mapping[str, Any]] = {}
    sentences: ClassVar[Mapping[Ending, str]]
    """What is said of a job that ended so; ``{actor}`` is who asked for it."""

    @abstractmethod
    def rows(self) -> QuerySet[J]:
        """All jobs of this kind."""

    @abstractmethod
    def message(self, job: J) -> dict[str, str]:
        """What the queue carries: ids only."""

    @abstractmethod
    def find(self, message: Mapping[str, str]) -> J | None:
        """The job that the message names, with its related rows, or None."""

    @abstractmethod
    def require(self, actor: Actor, job: J) -> None:
        """Raise PermissionDenied unless the actor may have this done now."""

    @abstractmethod
    def carry_out(self, job: J, actor: Actor, context: "JobContext") -> None:
        """Do it, and finish the row; raises Cancelled when it was cut short, or a Refusal."""

    @abstractmethod
    def subject(self, job: J) -> Subject:
        """What its audit events are about."""

    @abstractmethod
    def details(self, job: J) -> dict[str, Any]:
        """What else the event of a stopped job tells."""

    def claimed(self) -> dict[str, Any]:
        """Columns that say which worker took it."""
        return {}

    def ended(self, job: J) -> None:
        """Clean up after a job that ended, inside the transaction that ends it."""

    def resources(self, job: J) -> Sequence[str]:
        """Names of what only so many jobs may use at a time."""
        return ()

    def hold(self, job: J) -> AbstractContextManager[bool]:
        """Hold a place at each resource; yields False, holding none, if one has no free place."""
        return nullcontext(enter_result=True)

    def kept_for(self) -> timedelta:
        """How long after it was asked for an ended job is kept."""
        return timedelta(days=settings.KALIXWEB_RUN_HISTORY_DAYS)

    def forgettable(self, old: QuerySet[J]) -> QuerySet[J]:
        """Those of the old jobs that may go."""
        return old

    def is_bulk(self, job: J) -> bool:
        """Whether it was asked for together with many others, so that nobody waits for it."""
        return self.bulk is not None and all(
            getattr(job, column) == value for column, value in self.bulk.where.items()
        )

    def without_bulk(self, rows: QuerySet[J]) -> QuerySet[J]:
        return rows.exclude(**self.bulk.where) if self.bulk else rows


_paths: dict[type[Job], str] = {}
_kinds: dict[type[Job], Kind[Any]] = {}


def register(model: type[Job], path: str) -> None:
    """Say by which class, given as ``module.Class``, the jobs of a table are carried out.

    It is loaded when it is first needed: most commands and pages only read such tables.
    """
    _paths[model] = path
    _kinds.pop(model, None)


def kind_of(model: type[J]) -> Kind[J]:
    """The kind that is registered for the table."""
    if model not in _kinds:
        _kinds[model] = import_string(_paths[model])()
    return _kinds[model]


def sentence(job: Job, ending: Ending) -> str:
    """What is said of the job that ended so."""
    return kind_of(type(job)).sentences[ending].format(actor=job.actor_label)


def all_kinds() -> list[Kind[Any]]:
    """Every registered kind."""
    return [kind_of(model) for model in _paths]
