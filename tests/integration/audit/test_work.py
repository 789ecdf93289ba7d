"""A change and its events are committed together or not at all."""

import contextlib
import json
import threading
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import connection, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from kalixweb.audit.models import AuditEvent, AuditHead, Repeat
from kalixweb.audit.unit_of_work import (
    NoUnitOfWork,
    UnitOfWorkOpen,
    flush_coalesced,
    record,
    record_alone,
    record_coalesced,
    unit_of_work,
)
from kalixweb.audit.verify import verify
from kalixweb.core import clock
from kalixweb.core.actor import Actor
from kalixweb.keys import lifecycle
from kalixweb.keys.models import CryptoKey

pytestmark = pytest.mark.django_db

OBJECT = {"object_kind": "secret", "object_id": UUID(int=9), "object_label": "db"}


class Refused(Exception):
    pass


def test_the_payload_is_the_event(actor: Actor, chain: UUID) -> None:
    with unit_of_work(actor):
        record("secret.created", chain=chain, **OBJECT, version=1, entries=["user", "pwd"])
    row = AuditEvent.objects.get()
    payload = bytes(row.payload)
    told = json.loads(payload)
    assert payload == json.dumps(told, sort_keys=True, separators=(",", ":")).encode()
    assert told.pop("id") == str(row.id)
    assert told.pop("time") == row.time.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert told == {
        "v": 1,
        "action": "secret.created",
        "actor": {"kind": "user", "id": str(UUID(int=5)), "label": "ada"},
        "address": "192.0.2.7",
        "request_id": "r-1",
        "object": {"kind": "secret", "id": str(UUID(int=9)), "label": "db"},
        "outcome": "ok",
        "details": {"version": 1, "entries": ["pwd", "user"]},
    }
    assert (row.chain, row.seq, row.actor_label, row.object_id) == (
        chain,
        1,
        "ada",
        str(UUID(int=9)),
    )


def test_events_without_a_project_go_to_the_instance(actor: Actor) -> None:
    record_alone(actor, "user.signed_in", chain=None, **OBJECT, method="password")
    assert AuditEvent.objects.get().chain == lifecycle.instance_id()


def test_an_exception_keeps_neither_change_nor_event(actor: Actor, chain: UUID) -> None:
    def change_and_fail() -> None:
        with unit_of_work(actor):
            CryptoKey.objects.update(epoch=7)
            record("secret.created", chain=chain, **OBJECT)
            raise Refused

    with pytest.raises(Refused):
        change_and_fail()
    assert not CryptoKey.objects.filter(epoch=7).exists()
    assert not AuditEvent.objects.exists()
    assert not AuditHead.objects.exists()


def test_an_event_that_cannot_be_written_keeps_no_change(
    actor: Actor, chain: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kalixweb.audit.payload.chain_hash", lambda *_: 1 / 0)

    def change() -> None:
        with unit_of_work(actor):
            CryptoKey.objects.update(epoch=7)
            record("secret.created", chain=chain, **OBJECT)

    with pytest.raises(ZeroDivisionError):
        change()
    assert not CryptoKey.objects.filter(epoch=7).exists()


def test_inner_units_join_the_outer_one(actor: Actor, chain: UUID) -> None:
    with unit_of_work(actor):
        with unit_of_work(actor):
            record("secret.created", chain=chain, **OBJECT)
        assert not AuditEvent.objects.exists()
    AuditEvent.objects.get()
    with unit_of_work(actor):
        with unit_of_work(Actor("worker", None, "worker")):
            record("secret.created", chain=chain, **OBJECT)
        record("secret.renamed", chain=chain, **OBJECT)
    labels = (
        AuditEvent.objects.filter(seq__gt=1).order_by("seq").values_list("action", "actor_label")
    )
    assert list(labels) == [("secret.created", "worker"), ("secret.renamed", "ada")]


def test_a_failed_inner_unit_cannot_be_committed_by_halves(actor: Actor, chain: UUID) -> None:
    def inner() -> None:
        with unit_of_work(actor):
            record("secret.created", chain=chain, **OBJECT)
            raise Refused

    def outer() -> None:
        with unit_of_work(actor), contextlib.suppress(Refused):
            inner()

    with pytest.raises(transaction.TransactionManagementError):
        outer()
    assert not AuditEvent.objects.exists()


def test_nothing_is_recorded_outside_a_unit_of_work(chain: UUID) -> None:
    with pytest.raises(NoUnitOfWork):
        record("secret.created", chain=chain, **OBJECT)


def test_what_must_stand_alone_refuses_to_join(actor: Actor, chain: UUID) -> None:
    with pytest.raises(UnitOfWorkOpen), unit_of_work(actor):
        record_alone(actor, "secret.used", chain=chain, **OBJECT)
    with pytest.raises(UnitOfWorkOpen), unit_of_work(actor):
        record_coalesced(actor, "access.denied", chain=chain, **OBJECT)


def test_hooks_of_the_caller_run_after_the_events_are_there(
    actor: Actor,
    chain: UUID,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    seen: list[int] = []
    with django_capture_on_commit_callbacks(execute=True), unit_of_work(actor):
        transaction.on_commit(lambda: seen.append(AuditEvent.objects.count()))
        record("secret.created", chain=chain, **OBJECT)
    assert seen == [1]


@pytest.mark.django_db(transaction=True)
def test_a_unit_of_work_never_hides_in_another_transaction(actor: Actor) -> None:
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic(), unit_of_work(actor):
        pass


def test_chains_are_appended_in_ascending_order(actor: Actor) -> None:
    chains = sorted(uuid4() for _ in range(5))
    with unit_of_work(actor):
        for chain in reversed(chains):
            record("secret.created", chain=chain, **OBJECT)
    assert set(AuditEvent.objects.values_list("seq", flat=True)) == {1}
    assert verify().findings == []


@pytest.mark.django_db(transaction=True)
def test_eight_threads_leave_no_gap(append: Callable[..., None], chain: UUID, actor: Actor) -> None:
    other = uuid4()

    def work() -> None:
        for number in range(10):
            append(1)
            with unit_of_work(actor):
                for on in (other, chain) if number % 2 else (chain, other):
                    record("secret.renamed", chain=on, **OBJECT)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for on, count in ((chain, 160), (other, 80)):
        seqs = AuditEvent.objects.filter(chain=on).order_by("seq").values_list("seq", flat=True)
        assert list(seqs) == list(range(1, count + 1))
    assert verify().findings == []


def deny(actor: Actor, **changes: object) -> None:
    given = {"chain": None, **OBJECT, "right": "secret.read"} | changes
    record_coalesced(actor, "access.denied", **given)


def test_a_flood_of_denials_is_two_events() -> None:
    flooding = Actor("anonymous", None, "", address="192.0.2.7")
    with time_machine.travel(clock.now(), tick=False) as travel:
        for _ in range(50):
            deny(flooding)
        assert AuditEvent.objects.count() == 1
        flush_coalesced()
        assert AuditEvent.objects.count() == 1
        travel.shift(timedelta(seconds=61))
        flush_coalesced()
        flush_coalesced()
    summary = AuditEvent.objects.get(seq=2)
    details = json.loads(bytes(summary.payload))["details"]
    assert (details["count"], details["right"]) == (49, "secret.read")
    assert (summary.address, summary.outcome) == ("192.0.2.7", "denied")
    assert not Repeat.objects.exists()


def test_only_like_events_are_counted_together() -> None:
    flooding = Actor("anonymous", None, "", address="192.0.2.7")
    with time_machine.travel(clock.now(), tick=False) as travel:
        deny(flooding)
        deny(Actor("anonymous", None, "", address="192.0.2.8"))
        deny(flooding, per="another name")
        deny(flooding, object_id=UUID(int=10))
        assert AuditEvent.objects.count() == 4
        travel.shift(timedelta(seconds=61))
        deny(flooding)
    assert AuditEvent.objects.count() == 5
    assert verify().findings == []
