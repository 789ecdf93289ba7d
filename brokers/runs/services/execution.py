"""How a test run is carried out in a worker: open the values, probe, keep what was seen."""

import os
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from brokers.connections.services import limits
from brokers.engine.bootstrap_servers import parse_servers
from brokers.engine.faults.run import STOPPED
from brokers.engine.input import reference_missing
from brokers.engine.results import Field, RunResult
from brokers.engine.target import Target
from brokers.engine.wait import Cancel
from brokers.models import BULK, Connection, TestRun
from brokers.runs.services import drafts as asked
from brokers.runs.services import opening, outcomes, snapshots
from kalixweb.core import database
from kalixweb.core.actor import Actor
from kalixweb.jobs.context import JobContext
from kalixweb.jobs.kinds import Cancelled, Ending, Subject
from kalixweb.jobs.patience import patiently
from kalixweb.jobs.scheduler import Bulk, Slots
from kalixweb.projects.jobs import ProjectKind
from secrets_app.services import drafts, values

Probe = Callable[[Target, Cancel], Iterator[RunResult]]


class TestRuns(ProjectKind[TestRun]):
    """Test runs as jobs."""

    model = TestRun
    task = "brokers.run_test"
    id_argument = "run_id"
    # The probe ends by itself after 30 s; opening values and the last write get the rest.
    longest = timedelta(seconds=40)
    bulk = Bulk(
        where={"origin": BULK},
        task="brokers.run_many",
        # Four of five slots at most, so that a click during a bulk test starts at once.
        slots=Slots(max(1, settings.KALIXWEB_WORKER_THREADS * 4 // 5)),
    )
    stopped_action = "run.stopped"
    stopped_columns = {"fault": STOPPED}
    sentences = {
        Ending.NOT_ACTIVE: "{actor} asked for this test and is not active now.",
        Ending.NOT_ALLOWED: "{actor} may not make it any more.",
        Ending.NO_PLACE: (
            f"{limits.AT_ONE_BROKER} other tests of the same broker were running all the time. "
            "Test again in a moment."
        ),
        Ending.WORKER_STOPPED: "The worker was stopped during this test. Test again.",
        Ending.WORKER_LOST: "The worker ended or fell silent during this test. Test again.",
        Ending.NOT_TAKEN: (
            "No worker took this test within 15 minutes. Ask the operator of kalixweb to run "
            "kalixweb doctor, then test again."
        ),
        Ending.TOO_LONG: "The test was cut short before it had a verdict. Test again.",
        Ending.FAILED: "kalixweb itself failed during this test.",
        Ending.QUEUE_AWAY: (
            "The queue cannot be reached, so no worker got this test. Ask the operator of "
            "kalixweb to run kalixweb doctor, then test again."
        ),
    }

    def claimed(self) -> dict[str, Any]:
        return {"place": {"host": socket.gethostname(), "worker": f"worker {os.getpid()}"}}

    def require(self, actor: Actor, job: TestRun) -> None:
        opening.require_rights(actor, job)

    def carry_out(self, job: TestRun, actor: Actor, context: JobContext) -> None:
        try:
            target = patiently(opening.open_target, job, actor)
        except values.ValueGone as gone:
            patiently(outcomes.finish, job, _reference_missing(job, gone))
            return
        database.release()
        with Cancel() as cancel, context.on_cancel(cancel.set):
            _follow(job, engine(target, cancel), context)

    def subject(self, job: TestRun) -> Subject:
        name = str(job.target.get("name", ""))
        return Subject(job.project_id, "connection", job.connection_id, name)

    def details(self, job: TestRun) -> dict[str, Any]:
        return {"run": str(job.id)}

    def ended(self, job: TestRun) -> None:
        drafts.delete(project=job.project_id, run_id=job.id)

    def resources(self, job: TestRun) -> Sequence[str]:
        servers: Sequence[str] = job.target["servers"]
        return servers

    def hold(self, job: TestRun) -> AbstractContextManager[bool]:
        return limits.places(job.id, job.target["servers"], bulk=self.is_bulk(job))

    def forgettable(self, old: QuerySet[TestRun]) -> QuerySet[TestRun]:
        """All but each connection's last one."""
        return old.exclude(Exists(Connection.all_projects.filter(last_run_id=OuterRef("id"))))


def engine(target: Target, cancel: Cancel) -> Iterator[RunResult]:
    """The probe, loaded when it is needed: web processes only queue."""
    from brokers.engine import runner  # noqa: PLC0415 - loads the engine, which only workers need

    return runner.run(target, cancel)


def _reference_missing(run: TestRun, gone: values.ValueGone) -> RunResult:
    """What a test says that has no password, or no CA, to be made with."""
    from brokers.engine import runner  # noqa: PLC0415 - loads the engine, which only workers need

    password, _ = snapshots.pins_of(run.target)
    field: Field = "password" if gone.pin == password else "ca"
    named = run.target[field]
    of = f"version {gone.pin.version} of {gone.name}" if gone.name else "this project"
    missing = f"{'no entry' if gone.name else 'no secret'} of {of} any more"
    fault = reference_missing(field, f"{named['name']}/{named['entry']}", missing)
    servers, _ = parse_servers("\n".join(run.target["servers"]))
    return runner.refused(servers, (fault,), run.target["user"])


def _follow(run: TestRun, results: Iterator[RunResult], context: JobContext) -> None:
    """Keep the newest result while the test goes on, and the last one."""
    last: RunResult | None = None
    for last in results:
        if last.verdict is None:
            context.keep(last, lambda seen: outcomes.so_far(run, seen), _is_the_same)
    if last is None or last.stopped or last.verdict is None:
        raise Cancelled
    patiently(outcomes.finish, run, last)
    asked.note_advertised(run, [n.name for n in last.nodes if n.origin == "advertised"])


def _is_the_same(kept: RunResult, seen: RunResult) -> bool:
    return replace(kept, took_ms=seen.took_ms) == seen
