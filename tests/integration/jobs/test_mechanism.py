"""What the mechanism does for any kind: progress, signs of life, slots, bulk, the clock."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine

from brokers.models import PeriodicTask
from kalixweb.core import clock
from kalixweb.jobs import bulk, context, execution, kinds, maintenance, periodic, queue, transitions
from kalixweb.jobs.context import JobContext
from kalixweb.jobs.kinds import Cancelled, Ending, sentence
from kalixweb.jobs.models import DONE, QUEUED, RUNNING, STOPPED
from tests.integration.jobs import tiny as tinies
from tests.integration.jobs.tiny import Tiny, TinyKind, ask

pytestmark = pytest.mark.django_db


def state(job: Tiny) -> str:
    return Tiny.objects.get(id=job.id).state


# ----- progress


def test_progress_is_written_at_most_five_times_a_second_and_only_what_is_new(
    tiny: TinyKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = iter(range(0, 10_000, 50))
    now = [1000.0]
    monkeypatch.setattr(context.time, "monotonic", lambda: now[0])
    job = ask()
    assert transitions.claim(job)
    under_way = JobContext(job)
    for number in range(40):  # two seconds, with something new each time
        now[0] = 1000.0 + next(times) / 1000
        under_way.keep(number, lambda seen: {"document": {"seen": seen}})
    row = Tiny.objects.get(id=job.id)
    assert row.seq - 1 <= 10
    assert row.document["seen"] >= 36
    for _ in range(40):
        now[0] = 1000.0 + next(times) / 1000
        under_way.keep(row.document["seen"], lambda seen: {"document": {"seen": seen}})
    assert Tiny.objects.get(id=job.id).seq == row.seq


@pytest.mark.parametrize("is_new", [True, False])
def test_a_job_that_was_stopped_is_cancelled_at_the_next_look(
    tiny: TinyKind, monkeypatch: pytest.MonkeyPatch, is_new: bool
) -> None:
    monkeypatch.setattr(context, "WRITE_EVERY_SECONDS", 0.0)
    monkeypatch.setattr(context, "LOOK_EVERY_SECONDS", 0.0)
    called: list[str] = []

    def work(job: Tiny, under_way: JobContext) -> None:
        with under_way.on_cancel(lambda: called.append("cancelled")):
            under_way.keep(1, lambda seen: {"document": seen})
            transitions.stop(job, actor=transitions.worker(), reason="No more.")
            under_way.keep(2 if is_new else 1, lambda seen: {"document": seen})
            assert under_way.is_cancelled()
        assert not transitions.finish(job, sentence="Too late.")
        raise Cancelled

    tiny.work = work
    job = ask()
    assert execution.execute(job)
    row = Tiny.objects.get(id=job.id)
    assert (called, row.state, row.sentence, row.document) == (
        ["cancelled"], STOPPED, "No more.", 1,
    )  # fmt: skip


def test_a_job_whose_time_is_up_says_so(tiny: TinyKind, monkeypatch: pytest.MonkeyPatch) -> None:
    def work(_job: Tiny, under_way: JobContext) -> None:
        monkeypatch.setattr(context.time, "monotonic", lambda: float("inf"))
        assert under_way.is_cancelled()
        raise Cancelled

    tiny.work = work
    job = ask()
    execution.execute(job)
    assert Tiny.objects.get(id=job.id).sentence == sentence(job, Ending.TOO_LONG)


@pytest.mark.parametrize("signs_of_life", [True, False])
def test_a_sign_of_life_moves_the_deadline_of_a_kind_that_wants_it(
    tiny: TinyKind, monkeypatch: pytest.MonkeyPatch, signs_of_life: bool
) -> None:
    monkeypatch.setattr(TinyKind, "signs_of_life", signs_of_life)
    job = ask()
    with time_machine.travel(clock.now(), tick=False) as travel:
        transitions.claim(job)
        travel.shift(timedelta(seconds=30))
        assert transitions.beat(job)
        travel.shift(timedelta(seconds=30))
        assert maintenance.end_dead(tiny) == (0 if signs_of_life else 1)


# ----- slots and bulk


def test_without_a_free_slot_a_job_stays_queued(tiny: TinyKind) -> None:
    inner, outer = ask(), ask()

    def work(job: Tiny, _context: JobContext) -> None:
        tiny.work = tinies._finish
        assert queue.send(inner, transitions.worker())
        assert state(inner) == QUEUED
        transitions.finish(job)

    tiny.work = work
    assert queue.send(outer, transitions.worker())
    assert queue.send(inner, transitions.worker())
    assert (state(outer), state(inner)) == (DONE, DONE)


def test_bulk_jobs_are_carried_out_by_one_message_the_oldest_first(tiny: TinyKind) -> None:
    start = clock.now()
    jobs = [ask(origin="bulk", queued_at=start - timedelta(seconds=n)) for n in (1, 3, 2)]
    clicked = ask()
    assert queue.send_bulk(Tiny, 1)
    assert tiny.done == [jobs[1].id, jobs[2].id, jobs[0].id]
    assert state(clicked) == QUEUED


def test_a_bulk_job_waits_while_what_it_needs_is_busy(
    tiny: TinyKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "LOOK_AGAIN_SECONDS", 0.0)
    waits = ask(origin="bulk", actor_label="busy", queued_at=clock.now() - timedelta(seconds=9))
    goes = ask(origin="bulk")
    tiny.busy = {"busy"}
    queue.send_bulk(Tiny, 1)
    assert (state(waits), state(goes)) == (QUEUED, DONE)
    tiny.busy = set()
    queue.send_bulk(Tiny, 1)
    assert state(waits) == DONE


def test_a_clicked_job_that_finds_no_place_says_so(
    tiny: TinyKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execution, "WAIT_FOR_PLACE_SECONDS", 0.0)
    tiny.busy = {"mira"}
    job = ask()
    assert execution.execute(job)
    row = Tiny.objects.get(id=job.id)
    assert (row.state, row.sentence) == (STOPPED, sentence(job, Ending.NO_PLACE))


def test_the_clock_goes_on_with_bulk_jobs_and_calls_none_that_waits_lost(tiny: TinyKind) -> None:
    hour = clock.now() - timedelta(hours=1)
    going = ask(origin="bulk", state=RUNNING, deadline_at=clock.now() + timedelta(minutes=1))
    waiting = ask(origin="bulk", queued_at=hour, sent_at=hour)
    assert maintenance.end_dead(tiny) == 0
    assert maintenance.lost_in_queue(tiny) == []
    queue.look_after_jobs()
    assert (state(going), state(waiting)) == (RUNNING, DONE)


# ----- the clock


def test_what_is_due_is_done_once_in_the_order_of_registration(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done: list[str] = []
    monkeypatch.setattr(periodic, "_tasks", {})
    periodic.register("often", timedelta(seconds=5), lambda: done.append("often"))
    periodic.register("seldom", timedelta(hours=1), lambda: done.append("seldom"))
    with time_machine.travel(clock.now(), tick=False) as travel:
        for _ in range(3):
            periodic.run_due(PeriodicTask)
        assert done == ["often", "seldom"]
        travel.shift(timedelta(seconds=6))
        periodic.run_due(PeriodicTask)
    assert done == ["often", "seldom", "often"]


def test_a_kind_is_loaded_when_it_is_needed(tiny: TinyKind, monkeypatch: Any) -> None:
    monkeypatch.setattr(kinds, "_kinds", {})
    assert kinds.all_kinds()
    again = kinds.kind_of(Tiny)
    assert (type(again), again is tiny) == (TinyKind, False)
    assert isinstance(ask().id, UUID)
