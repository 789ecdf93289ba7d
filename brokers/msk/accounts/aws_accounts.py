"""Making, changing and deleting AWS accounts. Every call is audited in its own unit of work."""

import secrets as randomness
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, transaction

from brokers.connections.services.validation import NotAcceptable
from brokers.models import AwsAccount, AwsExternalId
from brokers.msk.accounts.sign_in import HostNotServed, host_serves, sign_in_of
from brokers.msk.accounts.validation import KeyReference, Wanted, require_possible, wanted_of
from kalixweb.audit.unit_of_work import record, unit_of_work
from kalixweb.core import clock
from kalixweb.core.actor import Actor
from kalixweb.core.refusals import ChangedMeanwhile, NameTaken
from kalixweb.projects import permissions
from kalixweb.projects.models import Project
from secrets_app.services import usage

__all__ = ["HostNotServed", "KeyReference", "NotAcceptable", "Wanted", "host_serves", "sign_in_of"]

HOLDER = "aws account"


def create(*, actor: Actor, project: Project, wanted: Wanted) -> AwsAccount:
    """Make an account.

    Raises Denied, NotAcceptable, ReferenceMissing, HostNotServed, NameTaken.
    """
    permissions.require(
        actor,
        project.id,
        "aws_account.edit",
        object_kind="aws_account",
        object_label=wanted.name[:63],
    )
    require_possible(actor, project, wanted)
    row = AwsAccount(id=uuid4(), project=project, created_by=actor.label)
    with unit_of_work(actor):
        _external_id(project)
        _store(actor, row, wanted, new=True)
        _record("aws_account.created", row, **facts(row))
    return row


def change(
    *, actor: Actor, account: AwsAccount, expected_revision: int, wanted: Wanted
) -> AwsAccount:
    """Save the account anew; nothing is written when nothing differs.

    What AWS said about it is forgotten. Raises as ``create`` does, and ChangedMeanwhile.
    """
    _require(actor, account)
    require_possible(actor, account.project, wanted)
    with unit_of_work(actor):
        row = _locked(account)
        if row.revision != expected_revision:
            raise ChangedMeanwhile(row)
        before = {"name": row.name, **facts(row)}
        _external_id(row.project)
        if wanted_of(row) == wanted:
            return row
        row.revision += 1
        row.account_number, row.identity_arn, row.seen_at = "", "", None
        _store(actor, row, wanted)
        after = {"name": row.name, **facts(row)}
        changed = sorted(name for name in after if after[name] != before[name])
        _record("aws_account.changed", row, fields=changed, before=before, after=after)
    return row


def delete(*, actor: Actor, account: AwsAccount) -> None:
    """Delete the account; connections and onboardings that it served stay, without it. Raises
    Denied."""
    _require(actor, account)
    with unit_of_work(actor):
        row = _locked(account)
        _declare_usage(row, None)
        _record("aws_account.deleted", row, **facts(row))
        row.delete()


def external_id(*, actor: Actor, project: Project) -> str:
    """The project's external id, made when it is first asked for. Raises Denied."""
    made = AwsExternalId.objects.for_project(project).first()
    if made is not None:
        return made.value
    permissions.require(actor, project.id, "aws_account.edit", object_kind="aws_account")
    with unit_of_work(actor):
        return _external_id(project)


def facts(row: AwsAccount) -> dict[str, str]:
    """What the audit tells about an account: references, no value."""
    key = row.key_secret.name if row.key_secret else ""
    return {
        "region": row.region,
        "way": row.way,
        "role_arn": row.role_arn,
        "key_id": f"{key}/{row.key_id_entry}" if key else "",
        "key_secret": f"{key}/{row.key_secret_entry}" if key else "",
    }


def _require(actor: Actor, account: AwsAccount) -> None:
    permissions.require(
        actor,
        account.project_id,
        "aws_account.edit",
        object_kind="aws_account",
        object_id=account.id,
        object_label=account.name,
    )


def _locked(account: AwsAccount) -> AwsAccount:
    rows = AwsAccount.objects.for_project(account.project_id).select_for_update(of=("self",))
    return rows.select_related("project", "key_secret").get(id=account.id)


def _store(actor: Actor, row: AwsAccount, wanted: Wanted, *, new: bool = False) -> None:
    row.name, row.region = wanted.name, wanted.region
    row.way, row.role_arn = wanted.way, wanted.role_arn
    row.key_secret = wanted.key.secret if wanted.key else None
    row.key_id_entry = wanted.key.id_entry if wanted.key else ""
    row.key_secret_entry = wanted.key.secret_entry if wanted.key else ""
    row.changed_at, row.changed_by = clock.now(), actor.label
    try:
        with transaction.atomic():
            row.save(force_insert=new)
    except IntegrityError:
        same = AwsAccount.objects.for_project(row.project_id).filter(name=row.name)
        if same.exclude(id=row.id).exists():
            raise NameTaken(
                f"An AWS account named {row.name} exists already. Choose another name."
            ) from None
        raise
    _declare_usage(row, wanted.key)


def _declare_usage(row: AwsAccount, key: KeyReference | None) -> None:
    entries = (key.id_entry, key.secret_entry) if key else ()
    usage.replace(
        project=row.project_id,
        holder_kind=HOLDER,
        holder_id=row.id,
        label=row.name,
        entries=[(key.secret.id, entry) for entry in entries] if key else (),
    )


def _external_id(project: Project) -> str:
    """Inside a unit of work. Of two at the same moment, one makes it."""
    ids = AwsExternalId.objects.for_project(project)
    if (made := ids.first()) is not None:
        return made.value
    value = f"kalixweb-{randomness.token_urlsafe(24)}"
    row = AwsExternalId(project=project, value=value)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return ids.get().value
    record(
        "aws_external_id.created",
        chain=project.id,
        object_kind="project",
        object_id=project.id,
        object_label=project.name,
    )
    return value


def _record(action: str, row: AwsAccount, **details: Any) -> None:  # noqa: ANN401 - the audit table checks them
    record(
        action,
        chain=row.project_id,
        object_kind="aws_account",
        object_id=row.id,
        object_label=row.name,
        **details,
    )
