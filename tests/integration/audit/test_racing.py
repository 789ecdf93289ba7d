"""Many append to one chain at the same moment: one event a change, no gap, nobody refused."""

import threading
from collections import Counter
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import OperationalError, connection, transaction

from kalixweb.audit import chain as chains
from kalixweb.audit import group_commit
from kalixweb.audit.models import AuditEvent, AuditHead
from kalixweb.audit.unit_of_work import (
    UnitOfWorkOpen,
    record,
    record_alone,
    unit_of_its_own,
    unit_of_work,
)
from kalixweb.audit.verify import verify
from kalixweb.core.actor import Actor
from kalixweb.core.outages import Busy
from tests.integration.audit.appender import OBJECT, start, told

pytestmark = pytest.mark.django_db(transaction=True)

Append = Callable[..., None]


def in_threads(count: int, work: Callable[[int], None]) -> Counter[str]:
    """Do it in so many threads at once; what they raised, by name."""
    raised: Counter[str] = Counter()
    together = threading.Barrier(count)

    def one(number: int) -> None:
        try:
            together.wait()
            work(number)
        except Exception as error:  # noqa: BLE001 - counted
            raised[type(error).__name__] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def seqs(chain: UUID) -> list[int]:
    return list(
        AuditEvent.objects.filter(chain=chain).order_by("seq").values_list("seq", flat=True)
    )


def test_processes_that_race_leave_no_gap(chain: UUID) -> None:
    processes = [start(chain, "append", 6, 10) for _ in range(3)]
    for process in processes:
        assert told(process) == "ready"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        process.communicate(timeout=120)
        assert process.returncode == 0
    assert seqs(chain) == list(range(1, 181))
    assert verify().findings == []


def test_who_comes_second_four_times_holds_the_head_and_is_written(
    append: Append, chain: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time")
    append(1)
    read, reads = chains._head, [0]

    def one_comes_first(on: UUID, *, locked: bool) -> AuditHead:
        head = read(on, locked=locked)
        reads[0] += 1
        if not locked and threading.current_thread() is threading.main_thread():
            in_threads(1, lambda _: append(1))
        return head

    monkeypatch.setattr(chains, "_head", one_comes_first)
    append(1)
    assert reads[0] == 9  # five of its own, and one of each that came first
    assert seqs(chain) == [1, 2, 3, 4, 5, 6]
    assert verify().findings == []


def test_events_of_their_own_are_committed_together(
    append: Append, actor: Actor, chain: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(1)
    seen: list[int] = []
    write = chains.append

    def counted(events: object) -> None:
        given = list(events)  # type: ignore[call-overload]
        seen.append(len(given))
        write(given)

    monkeypatch.setattr(chains, "append", counted)

    def use(number: int) -> None:
        record_alone(actor, "secret.used", chain=chain, **OBJECT, version=number)
        assert AuditEvent.objects.filter(chain=chain, seq__gt=1).exists()

    assert not in_threads(20, use)
    assert seqs(chain) == list(range(1, 22))
    assert sum(seen) == 20
    assert len(seen) < 20
    assert verify().findings == []


def test_one_that_cannot_be_stored_keeps_no_other_from_it(
    actor: Actor, chain: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = chains.append

    def picky(events: object) -> None:
        given = list(events)  # type: ignore[call-overload]
        write(given)
        if any(event.columns["object_label"] == "poison" for event in given):
            raise ValueError

    monkeypatch.setattr(chains, "append", picky)

    def use(number: int) -> None:
        label = "poison" if number == 3 else "db"
        record_alone(actor, "secret.used", chain=chain, **OBJECT | {"object_label": label})

    assert in_threads(8, use) == {"ValueError": 1}
    assert seqs(chain) == list(range(1, 8))


def test_without_the_database_all_are_told_and_none_is_stored(
    actor: Actor, chain: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []

    def away(events: object) -> None:
        tried.append(1)
        raise OperationalError

    monkeypatch.setattr(chains, "append", away)
    raised = in_threads(8, lambda _: record_alone(actor, "secret.used", chain=chain, **OBJECT))
    assert raised == {"OperationalError": 8}
    assert len(tried) < 8
    assert seqs(chain) == []


def test_who_waits_too_long_is_refused_and_leaves_no_event(
    actor: Actor, chain: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_commit, "LONGEST_WAIT_SECONDS", 0.2)
    write, begun, go_on = chains.append, threading.Event(), threading.Event()

    def slow(events: object) -> None:
        begun.set()
        assert go_on.wait(10)
        write(events)  # type: ignore[arg-type]

    monkeypatch.setattr(chains, "append", slow)

    def use(number: int) -> None:
        if number == 0:
            record_alone(actor, "secret.used", chain=chain, **OBJECT)
            return
        begun.wait(10)
        try:
            with pytest.raises(Busy):
                record_alone(actor, "secret.used", chain=chain, **OBJECT)
        finally:
            go_on.set()

    assert not in_threads(2, use)
    assert seqs(chain) == [1]


def test_nothing_but_events_belongs_into_a_unit_of_its_own(actor: Actor, chain: UUID) -> None:
    def change() -> None:
        with unit_of_its_own(actor), unit_of_work(actor):
            record("secret.used", chain=chain, **OBJECT)

    with pytest.raises(UnitOfWorkOpen):
        change()
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        record_alone(actor, "secret.used", chain=chain, **OBJECT)
    assert seqs(chain) == []
