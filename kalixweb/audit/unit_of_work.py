"""The unit of work: a change and its audit events are committed together or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from kalixweb.audit import chain as chains
from kalixweb.audit import coalescing, group_commit
from kalixweb.audit.events import Outcome, check_details
from kalixweb.audit.payload import Draft
from kalixweb.core import bulkhead, clock
from kalixweb.core.actor import Actor
from kalixweb.keys import lifecycle


class NoUnitOfWork(RuntimeError):
    """An event was recorded outside a unit of work: nothing would commit it with its change."""


class UnitOfWorkOpen(RuntimeError):
    """An event that must be committed on its own was recorded inside a unit of work."""


@dataclass(slots=True)
class _Unit:
    actor: Actor
    drafts: list[Draft] = field(default_factory=list)
    events_only: bool = False


_open: ContextVar[_Unit | None] = ContextVar("kalixweb_unit_of_work", default=None)


@contextmanager
def unit_of_work(actor: Actor) -> Iterator[None]:
    """Run changes and their events in one transaction; an inner unit joins the outer one.

    The outermost appends all events as its last statements. An exception that leaves any unit,
    inner ones included, rolls everything back. Raises Busy.
    """
    outer = _open.get()
    if outer is None:
        unit = _Unit(actor)
        with bulkhead.place(), transaction.atomic(durable=True):
            with _opened(unit):
                yield
            chains.append(map(chains.prepare, unit.drafts))
        return
    if outer.events_only:
        raise UnitOfWorkOpen("Events that are committed on their own have no change beside them.")
    # savepoint=False: when an inner unit fails, the outer one cannot go on and commit a half.
    with transaction.atomic(savepoint=False), _opened(_Unit(actor, outer.drafts)):
        yield


@contextmanager
def _opened(unit: _Unit) -> Iterator[None]:
    token = _open.set(unit)
    try:
        yield
    finally:
        _open.reset(token)


@contextmanager
def unit_of_its_own(actor: Actor) -> Iterator[None]:
    """Events of one chain that are committed when this is left, whatever happens afterwards.

    Nothing else belongs inside. Raises Busy; UnitOfWorkOpen inside a unit of work, whose
    rollback would take the events along.
    """
    if _open.get() is not None:
        raise UnitOfWorkOpen("These events must be committed on their own.")
    unit = _Unit(actor, events_only=True)
    with _opened(unit):
        yield
    if unit.drafts:
        with bulkhead.place():
            group_commit.commit([chains.prepare(draft) for draft in unit.drafts])


def record(
    action: str,
    *,
    chain: UUID | None,
    object_kind: str,
    object_id: UUID | str | None,
    object_label: str,
    outcome: Outcome = "ok",
    **details: object,
) -> None:
    """Add an event to the open unit of work; ``chain`` None is the instance's chain.

    Raises NoUnitOfWork, UnknownAction, DetailRefused.
    """
    unit = _open.get()
    if unit is None:
        raise NoUnitOfWork(f"{action} was recorded outside a unit of work.")
    target = (object_kind, object_id, object_label)
    unit.drafts.append(_draft(unit.actor, action, chain, target, outcome, details))


def _draft(
    actor: Actor,
    action: str,
    chain: UUID | None,
    target: tuple[str, UUID | str | None, str],
    outcome: Outcome,
    details: dict[str, object],
) -> Draft:
    kind, object_id, label = target
    return Draft(
        actor=actor,
        chain=lifecycle.instance_id() if chain is None else chain,
        action=action,
        object_kind=kind,
        object_id=None if object_id is None else str(object_id),
        object_label=label,
        outcome=outcome,
        details=check_details(action, details),
    )


def record_alone(
    actor: Actor,
    action: str,
    *,
    chain: UUID | None,
    object_kind: str,
    object_id: UUID | str | None,
    object_label: str,
    outcome: Outcome = "ok",
    **details: object,
) -> None:
    """Commit one event before returning: uses, reveals, denials, failed sign-ins.

    Raises UnitOfWorkOpen inside a unit of work.
    """
    with unit_of_its_own(actor):
        record(
            action,
            chain=chain,
            object_kind=object_kind,
            object_id=object_id,
            object_label=object_label,
            outcome=outcome,
            **details,
        )


def record_coalesced(
    actor: Actor,
    action: str,
    *,
    chain: UUID | None,
    object_kind: str,
    object_id: UUID | str | None,
    object_label: str,
    outcome: Outcome = "denied",
    per: str = "",
    **details: object,
) -> None:
    """Like ``record_alone``, but of like events within a minute only the first is written at once.

    Alike are events with the same action, chain, outcome, actor, address, object and ``per``; the
    further ones become one event with their ``count`` when the minute is over.
    """
    if _open.get() is not None:
        raise UnitOfWorkOpen(f"{action} must be committed on its own, not inside a unit of work.")
    target = (object_kind, object_id, object_label)
    draft = _draft(actor, action, chain, target, outcome, details)
    now = clock.now()
    with bulkhead.place(), transaction.atomic(durable=True):
        drafts = coalescing.take_due(now, draft.chain)
        if not coalescing.is_repeat(draft, per, now):
            drafts.append(draft)
        chains.append(map(chains.prepare, drafts))


def flush_coalesced() -> None:
    """Write the events of the minutes that are over; a periodic task calls it."""
    now = clock.now()
    for chain in coalescing.due_chains(now):
        with transaction.atomic(durable=True):
            chains.append(map(chains.prepare, coalescing.take_due(now, chain)))
