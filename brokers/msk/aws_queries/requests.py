"""Asking AWS and stopping it. The caller sends what comes back to the queue on commit."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from brokers.connections.services import limits
from brokers.connections.services.limits import TooManyInquiries
from brokers.models import (
    BROKERS,
    PASSWORD,
    AwsAccount,
    AwsInquiry,
    Connection,
    MskSetup,
)
from brokers.msk.accounts.sign_in import HostNotServed, host_serves
from brokers.msk.aws_queries import lookup, validation
from brokers.msk.aws_queries.rights import may_ask, require_rights, right_to_ask
from brokers.msk.aws_queries.validation import NotAQuestion
from kalixweb.audit.unit_of_work import record, unit_of_work
from kalixweb.core import clock
from kalixweb.core.actor import Actor
from kalixweb.jobs import transitions
from kalixweb.projects import permissions

__all__ = ["HostNotServed", "NotAQuestion", "TooManyInquiries"]


class OfAnotherProject(ValueError):
    """A walk or a connection of another project was named; to this one it does not exist."""


def request(
    *,
    actor: Actor,
    account: AwsAccount,
    kind: str,
    asked: Mapping[str, Any] | None = None,
    setup: MskSetup | None = None,
    connection: Connection | None = None,
) -> tuple[AwsInquiry, bool]:
    """The open inquiry and whether it is a new one, which the caller sends.

    A second click gets the inquiry of the first; another question of the same kind takes its
    place. Raises Denied, NotAQuestion, HostNotServed, OfAnotherProject, TooManyInquiries.
    """
    require_rights(actor, account, kind)
    for other in (setup, connection):
        if other is not None and other.project_id != account.project_id:
            raise OfAnotherProject
    question = _possible(actor, account, kind, asked or {})
    subject = (setup or connection or account).id
    present = lookup.open_of(account, kind, subject)
    if present is not None and present.asked == question:
        return present, False
    limits.count_inquiry(actor, account.project_id)
    row = _new(actor, account, kind, question, subject)
    row.setup, row.connection = setup, connection
    try:
        _enter(actor, row, present)
    except IntegrityError:
        # Two at the same moment: the constraint let one of them in.
        present = lookup.open_of(account, kind, subject)
        if present is not None and present.asked == question:
            return present, False
        _enter(actor, row, present)
    return row, True


def _enter(actor: Actor, row: AwsInquiry, present: AwsInquiry | None) -> None:
    """Store the new inquiry in the place of the present one, which asks something else."""
    with unit_of_work(actor):
        if present is not None:
            transitions.stop(present, actor=actor, reason=f"{actor.label} asked something else.")
        with transaction.atomic():
            row.save(force_insert=True)
        _record(row)


def _possible(
    actor: Actor, account: AwsAccount, kind: str, asked: Mapping[str, Any]
) -> validation.Question:
    """The question as it is stored; raises where its answer could not be had or kept."""
    question = validation.checked(kind, asked)
    if kind == PASSWORD:
        validation.require_takeable(actor, account.project_id, question)
    if account.uses_host and not host_serves(account.project):
        raise HostNotServed(account.project.name)
    return question


def request_scheduled(
    *, actor: Actor, account: AwsAccount, connection: Connection
) -> AwsInquiry | None:
    """Ask for a connection's bootstrap servers by the clock, in the name of ``actor``.

    None when they may not have that asked, or it is being asked already: nobody waits for it.
    """
    if not may_ask(actor, account, BROKERS):
        return None
    question = validation.checked(BROKERS, {"arn": connection.cluster_arn})
    row = _new(actor, account, BROKERS, question, connection.id)
    row.connection = connection
    try:
        with unit_of_work(actor):
            with transaction.atomic():
                row.save(force_insert=True)
            _record(row, scheduled=True)
    except IntegrityError:
        return None
    return row


def stop(*, actor: Actor, inquiry: AwsInquiry) -> bool:
    """End an open inquiry on request; answers False when it had ended before. Raises Denied."""
    permissions.require(
        actor,
        inquiry.project_id,
        right_to_ask(actor, inquiry.account, inquiry.kind),
        object_kind="aws_account",
        object_id=inquiry.account_id,
        object_label=inquiry.account.name,
    )
    return transitions.stop(inquiry, actor=actor, reason=f"Stopped by {actor.label}.")


def _new(
    actor: Actor, account: AwsAccount, kind: str, question: validation.Question, subject: UUID
) -> AwsInquiry:
    now = clock.now()
    return AwsInquiry(
        id=uuid4(),
        project_id=account.project_id,
        account=account,
        subject=subject,
        kind=kind,
        cluster_arn=question.get("arn") or "",
        asked=question,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
        queued_at=now,
        sent_at=now,
    )


def _record(row: AwsInquiry, **more: Any) -> None:  # noqa: ANN401 - details of the event
    record(
        "aws_inquiry.asked",
        chain=row.project_id,
        object_kind="aws_account",
        object_id=row.account_id,
        object_label=row.account.name,
        **event_details(row),
        **more,
    )


def event_details(row: AwsInquiry) -> dict[str, Any]:
    """What every event about an AWS query tells."""
    return {
        "kind": row.kind,
        "cluster": row.cluster_arn,
        "setup": str(row.setup_id or ""),
        "inquiry": str(row.id),
    }
