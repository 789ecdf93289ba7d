"""Carries a run out in a worker: claim the row, open the values, probe, keep what was seen."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, nullcontext
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.db.models import F

from brokers.connections.services import limits
from brokers.engine.results import Field, RunResult
from brokers.engine.target import Target, parse_servers
from brokers.engine.wait import Cancel
from brokers.models import BULK, QUEUED, RUNNING, TestRun
from brokers.runs.services import drafts as asked
from brokers.runs.services import opening, outcomes, periodic, runs, scheduler, snapshots
from kalixweb.core import clock
from kalixweb.keys.envelope import BlobRefused
from kalixweb.keys.key_cache import KeyUnavailable
from kalixweb.projects import permissions
from secrets_app.services import drafts, values
from secrets_app.services.row_macs import RowAltered

log = logging.getLogger(__name__)

Probe = Callable[[Target, Cancel], Iterator[RunResult]]

# The probe ends by itself after 30 s; opening values and the last write get the rest.
LONGEST = timedelta(seconds=40)
WRITE_EVERY_SECONDS = 0.2
# Whether somebody stopped it, of a test in which nothing happens.
LOOK_EVERY_SECONDS = 1.0
LOOK_AGAIN_SECONDS = 1.0
WAIT_FOR_PLACE_SECONDS = 10.0
STOPPING = "The worker was stopped during this test. Test again."

_under_way: set[Cancel] = set()
_closing = threading.Event()
_picking = threading.Lock()
_all_full: list[float] = []  # when that was found, if it was


def cancel_all() -> None:
    """Stop every run of this process and begin no other: the worker shuts down."""
    _closing.set()
    for cancel in list(_under_way):
        cancel.set()


def execute(*, project: UUID, run_id: UUID, probe: Probe | None = None) -> bool:
    """Carry out a queued run; answers False when another worker has it or it has ended."""
    run = TestRun.objects.for_project(project).filter(id=run_id, state=QUEUED).first()
    if run is None or _closing.is_set() or not _claim(run):
        return False
    ends = time.monotonic() + WAIT_FOR_PLACE_SECONDS
    while True:
        with limits.places(run.id, run.target["servers"], bulk=run.origin == BULK) as free:
            if free:
                with nullcontext() if run.origin == BULK else scheduler.clicked():
                    _carry_out(run, probe or engine)
                return True
        if time.monotonic() > ends or _closing.is_set():
            break
        time.sleep(0.05)
    reason = STOPPING if _closing.is_set() else (
        f"{limits.AT_ONE_BROKER} other tests of the same broker were running all the time. "
        "Test again in a moment."
    )  # fmt: skip
    runs.stop(actor=periodic.worker(), run=run, reason=reason)
    return True


def execute_next(*, probe: Probe | None = None) -> bool:
    """Carry out one queued run of many whose brokers have a free place; False if there is none."""
    with ExitStack() as held:
        held.enter_context(scheduler.turn(_closing.is_set))
        # One thread looks at a time: forty would ask for the same run and the same places.
        with _picking:
            run = _pick(held)
        if run is None:
            return False
        _carry_out(run, probe or engine)
    _all_full.clear()
    return True


def _pick(held: ExitStack) -> TestRun | None:
    """A claimed run, whose places ``held`` gives back.

    When every broker was found busy, nobody looks again until one of our own runs has ended, or a
    while has passed: to find that out takes a look at all that wait.
    """
    if _all_full and time.monotonic() - _all_full[0] < LOOK_AGAIN_SECONDS:
        return None
    full: set[str] = set()
    for run in periodic.waiting_bulk():
        servers = run.target["servers"]
        if _closing.is_set():
            return None
        if not full.isdisjoint(servers):
            continue
        with ExitStack() as tried:
            if not tried.enter_context(limits.places(run.id, servers, bulk=True)):
                full.update(servers)
            elif _claim(run):
                held.push(tried.pop_all())
                return run
    _all_full[:] = [time.monotonic()] if full else []
    return None


def _claim(run: TestRun) -> bool:
    """Make the row ours by one conditional UPDATE: of two workers, one gets it."""
    now = clock.now()
    run.started_at, run.deadline_at = now, now + LONGEST
    run.place = {"host": socket.gethostname(), "worker": f"worker {os.getpid()}"}
    mine = TestRun.objects.for_project(run.project_id).filter(id=run.id, state=QUEUED)
    return bool(
        mine.update(
            state=RUNNING,
            started_at=run.started_at,
            deadline_at=run.deadline_at,
            place=run.place,
            seq=F("seq") + 1,
        )
    )


def engine(target: Target, cancel: Cancel) -> Iterator[RunResult]:
    """The probe, loaded when it is needed: web processes only queue."""
    from brokers.engine import runner

    return runner.run(target, cancel)


def _carry_out(run: TestRun, probe: Probe) -> None:
    try:
        target = opening.open_target(run)
    except permissions.Denied as denied:
        opening.record_denial(run, denied)
        runs.stop(
            actor=periodic.worker(), run=run, reason=f"{run.actor_label} may not make it any more."
        )
        return
    except values.ValueGone as gone:
        outcomes.finish(run, _reference_missing(run, gone))
        return
    except (
        opening.NotAllowedAnyMore,
        drafts.DraftGone,
        RowAltered,
        KeyUnavailable,
        BlobRefused,
    ) as why:
        runs.stop(actor=periodic.worker(), run=run, reason=str(why))
        return
    with Cancel() as cancel:
        _under_way.add(cancel)
        try:
            if _closing.is_set():
                cancel.set()
            _follow(run, probe(target, cancel), cancel)
        except Exception:
            runs.stop(
                actor=periodic.worker(), run=run, reason="kalixweb itself failed during this test."
            )
            raise
        finally:
            _under_way.discard(cancel)


def _reference_missing(run: TestRun, gone: values.ValueGone) -> RunResult:
    """What a test says that has no password, or no CA, to be made with."""
    from brokers.engine import runner
    from brokers.engine.input import reference_missing

    password, _ = snapshots.pins_of(run.target)
    field: Field = "password" if gone.pin == password else "ca"
    named = run.target[field]
    of = f"version {gone.pin.version} of {gone.name}" if gone.name else "this project"
    missing = f"{'no entry' if gone.name else 'no secret'} of {of} any more"
    fault = reference_missing(field, f"{named['name']}/{named['entry']}", missing)
    servers, _ = parse_servers("\n".join(run.target["servers"]))
    return runner.refused(servers, (fault,), run.target["user"])


def _follow(run: TestRun, results: Iterator[RunResult], cancel: Cancel) -> None:
    """Keep the newest snapshot in the row, at most five times a second, and the last one."""
    looked = written = 0.0
    kept: RunResult | None = None
    last: RunResult | None = None
    for last in results:
        now = time.monotonic()
        if last.verdict is not None or now - written < WRITE_EVERY_SECONDS:
            continue
        if kept is None or replace(kept, took_ms=last.took_ms) != last:
            goes_on, kept = outcomes.keep_snapshot(run, last), last
            looked = written = now
        elif now - looked >= LOOK_EVERY_SECONDS:
            goes_on, looked = outcomes.is_open(run), now
        else:
            continue
        if not goes_on:
            cancel.set()  # somebody stopped the run, or deleted its connection
    if last is None or last.stopped or last.verdict is None:
        runs.stop(actor=periodic.worker(), run=run, reason=STOPPING)
    else:
        outcomes.finish(run, last)
        asked.note_advertised(run, [n.name for n in last.nodes if n.origin == "advertised"])
