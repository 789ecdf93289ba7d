"""Asking AWS and stopping it. The caller sends what comes back to the queue on commit."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from brokers.connections.services import limits
from brokers.connections.services.limits import TooManyQueries
from brokers.models import (
    BROKERS,
    PASSWORD,
    AwsAccount,
    AwsQuery,
    Connection,
    MskOnboarding,
)
from brokers.msk.accounts.sign_in import HostNotServed, host_serves
from brokers.msk.aws_queries import lookup, validation
from brokers.msk.aws_queries.rights import may_request, require_rights, right_for
from brokers.msk.aws_queries.validation import QueryNotAccepted
from kalixweb.audit.unit_of_work import record, unit_of_work
from kalixweb.core.actor import Actor
from kalixweb.jobs import transitions
from kalixweb.jobs.models import requested_by
from kalixweb.projects import permissions

__all__ = ["HostNotServed", "QueryNotAccepted", "TooManyQueries"]


class OfAnotherProject(ValueError):
    """An onboarding or a connection of another project was named; to this one it does not exist."""


def request(
    *,
    actor: Actor,
    account: AwsAccount,
    kind: str,
    parameters: Mapping[str, Any] | None = None,
    onboarding: MskOnboarding | None = None,
    connection: Connection | None = None,
) -> tuple[AwsQuery, bool]:
    """The open query and whether it is a new one, which the caller sends.

    A second click gets the query of the first; another question of the same kind takes its
    place. Raises Denied, QueryNotAccepted, HostNotServed, OfAnotherProject, TooManyQueries.
    """
    require_rights(actor, account, kind)
    for other in (onboarding, connection):
        if other is not None and other.project_id != account.project_id:
            raise OfAnotherProject
    parameters = _possible(actor, account, kind, parameters or {})
    subject = (onboarding or connection or account).id
    present = lookup.open_of(account, kind, subject)
    if present is not None and present.parameters == parameters:
        return present, False
    limits.count_query(actor, account.project_id)
    row = _new(actor, account, kind, parameters, subject)
    row.onboarding, row.connection = onboarding, connection
    try:
        _enter(actor, row, present)
    except IntegrityError:
        # Two at the same moment: the constraint let one of them in.
        present = lookup.open_of(account, kind, subject)
        if present is not None and present.parameters == parameters:
            return present, False
        _enter(actor, row, present)
    return row, True


def _enter(actor: Actor, row: AwsQuery, present: AwsQuery | None) -> None:
    """Store the new query in the place of the present one, which asks something else."""
    with unit_of_work(actor):
        if present is not None:
            transitions.stop(present, actor=actor, reason=f"{actor.label} asked something else.")
        with transaction.atomic():
            row.save(force_insert=True)
        _record(row)


def _possible(
    actor: Actor, account: AwsAccount, kind: str, parameters: Mapping[str, Any]
) -> validation.QueryParameters:
    """The question as it is stored; raises where its answer could not be had or kept."""
    parameters = validation.checked(kind, parameters)
    if kind == PASSWORD:
        validation.require_takeable(actor, account.project_id, parameters)
    if account.uses_host and not host_serves(account.project):
        raise HostNotServed(account.project.name)
    return parameters


def request_scheduled(
    *, actor: Actor, account: AwsAccount, connection: Connection
) -> AwsQuery | None:
    """Ask for a connection's bootstrap servers by the clock; ``actor`` is the schedule.

    None when the account cannot be used, or it is being asked already: nobody waits for it.
    """
    if not may_request(actor, account, BROKERS):
        return None
    parameters = validation.checked(BROKERS, {"arn": connection.cluster_arn})
    row = _new(actor, account, BROKERS, parameters, connection.id)
    row.connection = connection
    try:
        with unit_of_work(actor):
            with transaction.atomic():
                row.save(force_insert=True)
            _record(row, scheduled=True)
    except IntegrityError:
        return None
    return row


def stop(*, actor: Actor, query: AwsQuery) -> bool:
    """End an open query on request; answers False when it had ended before. Raises Denied."""
    permissions.require(
        actor,
        query.project_id,
        right_for(actor, query.account, query.kind),
        object_kind="aws_account",
        object_id=query.account_id,
        object_label=query.account.name,
    )
    return transitions.stop(query, actor=actor, reason=f"Stopped by {actor.label}.")


def _new(
    actor: Actor,
    account: AwsAccount,
    kind: str,
    parameters: validation.QueryParameters,
    subject: UUID,
) -> AwsQuery:
    return AwsQuery(
        project_id=account.project_id,
        account=account,
        subject=subject,
        kind=kind,
        cluster_arn=parameters.get("arn") or "",
        parameters=parameters,
        **requested_by(actor),
    )


def _record(row: AwsQuery, **more: Any) -> None:  # noqa: ANN401 - details of the event
    record(
        "aws_inquiry.asked",
        chain=row.project_id,
        object_kind="aws_account",
        object_id=row.account_id,
        object_label=row.account.name,
        **event_details(row),
        **more,
    )


def event_details(row: AwsQuery) -> dict[str, Any]:
    """What every event about an AWS query tells."""
    return {
        "kind": row.kind,
        "cluster": row.cluster_arn,
        "setup": str(row.onboarding_id or ""),
        "inquiry": str(row.id),
    }
