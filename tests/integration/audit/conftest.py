"""Chains to look at, and the ways in which somebody with the database might change them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest

from kalixweb.audit import triggers
from kalixweb.audit.models import AuditEvent
from kalixweb.audit.unit_of_work import record, unit_of_work
from kalixweb.core.actor import Actor
from tests.integration.conftest import drop_audit_triggers


@pytest.fixture
def actor() -> Actor:
    return Actor("user", UUID(int=5), "ada", address="192.0.2.7", request_id="r-1")


@pytest.fixture
def chain() -> UUID:
    return uuid4()


Append = Callable[..., None]


@pytest.fixture
def append(actor: Actor, chain: UUID) -> Append:
    """``append(n)`` puts n events on the chain, in one unit of work each."""

    def put(count: int, on: UUID = chain) -> None:
        for _ in range(count):
            with unit_of_work(actor):
                record(
                    "secret.created",
                    chain=on,
                    object_kind="secret",
                    object_id=UUID(int=9),
                    object_label="db",
                    entries=["pwd"],
                    version=1,
                )

    return put


@pytest.fixture
def event(chain: UUID) -> Callable[[int], AuditEvent]:
    return lambda seq: AuditEvent.objects.get(chain=chain, seq=seq)


@contextmanager
def unguarded() -> Iterator[None]:
    """Let the test change what the triggers protect, and put them back."""
    drop_audit_triggers()
    try:
        yield
    finally:
        triggers.make()
