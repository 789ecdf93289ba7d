"""Making, changing and deleting secrets. Every call is audited in its own unit of work."""

from collections.abc import Collection, Mapping
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import ProtectedError, RestrictedError

from kalixweb.audit.unit_of_work import unit_of_work
from kalixweb.core.actor import Actor
from kalixweb.core.secret_value import SecretValue
from kalixweb.projects import permissions
from secrets_app.models import GENERIC, TLS_CA, Secret
from secrets_app.services import naming, rows, sealed
from secrets_app.services.allowed_hosts import check_patterns
from secrets_app.services.naming import NotAccepted
from secrets_app.services.rows import SecretGone, StillInUse
from secrets_app.services.sealed import Part
from secrets_app.services.versions import make_current, save_version

__all__ = [
    "create",
    "delete",
    "make_current",
    "rename",
    "save_version",
]


def create(
    *,
    actor: Actor,
    project: UUID,
    name: str,
    type: str,  # noqa: A002 - the field's own word
    entries: Mapping[str, SecretValue],
    allowed_hosts: Collection[str] = (),
    saved_by: Actor | None = None,
) -> Secret:
    """Make a secret with version 1; ``saved_by`` knows its values if the actor does not.

    Raises Denied, NotAccepted, NameTaken.
    """
    permissions.require(
        actor, project, "secret.create", object_kind="secret", object_label=name[:63]
    )
    naming.check_name(name)
    if type not in {GENERIC, TLS_CA}:
        raise NotAccepted("type", f"A secret is {GENERIC} or {TLS_CA}, not {type}.")
    values, bundle = sealed.checked(type, entries)
    naming.check_sizes([len(value) for value in values.values()])
    secret = Secret(
        id=uuid4(),
        project_id=project,
        type=type,
        name=name,
        current_version=1,
        allowed_hosts=check_patterns(allowed_hosts),
    )
    with unit_of_work(actor):
        rows.write(secret, adding=True)
        sealed.write_version(
            secret=secret,
            number=1,
            actor=saved_by or actor,
            parts={key: Part(value, 1) for key, value in values.items()},
            bundle=bundle,
        )
        rows.record(secret, "secret.created", type=type, entries=set(values))
    return secret


def rename(*, actor: Actor, secret: Secret, name: str) -> Secret:
    """Give the secret another name; references follow.

    Raises Denied, NotAccepted, NameTaken, SecretGone, RowAltered.
    """
    rows.require(actor, secret, "secret.update")
    naming.check_name(name)
    with unit_of_work(actor):
        row = rows.locked(secret)
        before, row.name = row.name, name
        if before != name:
            rows.write(row)
            rows.record(row, "secret.renamed", name_before=before)
    return row


def delete(*, actor: Actor, secret: Secret) -> None:
    """Delete the secret with all its versions. Raises Denied, StillInUse, SecretGone."""
    rows.require(actor, secret, "secret.delete")
    with unit_of_work(actor):
        found = Secret.objects.for_project(secret.project_id).select_for_update()
        row = found.filter(id=secret.id).first()
        if row is None:
            raise SecretGone(secret.name)
        if usages := rows.usages_of(row):
            raise StillInUse(f"{row.name} cannot be deleted", usages)
        rows.record(row, "secret.deleted", type=row.type)
        try:
            with transaction.atomic():
                row.delete()
        except (ProtectedError, RestrictedError):
            raise StillInUse(f"{row.name} cannot be deleted", rows.usages_of(row)) from None
