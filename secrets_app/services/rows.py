"""What every change of a secret's row shares: the lock, the checks, the signature, the event."""

from collections.abc import Collection, Container
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from kalixweb.audit import unit_of_work
from kalixweb.core.actor import Actor
from kalixweb.core.refusals import ChangedMeanwhile, Gone, NameTaken, Refusal
from kalixweb.projects import permissions
from secrets_app.models import ACTIVE, TLS_CA, Secret, SecretVersion, Usage
from secrets_app.services import row_macs
from secrets_app.services.fresh_sign_in import require_fresh


class SecretGone(Gone):
    """The secret was deleted since it was read."""


class StillInUse(Refusal):
    """The secret, or an entry that would go, is used by ``usages``."""

    status = HTTPStatus.CONFLICT

    def __init__(self, what: str, usages: Collection[Usage]) -> None:
        labels = sorted({usage.label for usage in usages})
        named = ", ".join(labels[:3]) + (f" and {len(labels) - 3} more" if len(labels) > 3 else "")
        verb = "uses" if len(labels) == 1 else "use"
        super().__init__(f"{what} while {named} {verb} it.")
        self.usages = list(usages)


def require(actor: Actor, secret: Secret, right: str) -> None:
    """Raise Denied unless the actor has the right on the secret."""
    permissions.require(
        actor,
        secret.project_id,
        right,
        object_kind="secret",
        object_id=secret.id,
        object_label=secret.name,
    )


def locked(secret: Secret, expected: int | None = None) -> Secret:
    """The row as it stands now, locked until the unit of work ends and proven unaltered.

    Raises SecretGone, RowAltered, and ChangedMeanwhile when ``expected`` is not its version.
    """
    rows = Secret.objects.for_project(secret.project_id).select_for_update()
    row = rows.filter(id=secret.id).first()
    if row is None:
        raise SecretGone(secret.name)
    row_macs.require_unaltered(row)
    if expected is not None and row.current_version != expected:
        newest = SecretVersion.objects.for_project(row.project_id).get(
            secret=row, number=row.current_version
        )
        raise ChangedMeanwhile(
            newest,
            f"{newest.saved_by_label} saved version {newest.number} of {row.name} meanwhile. "
            "Nothing was changed.",
        )
    return row


def require_fresh_for_ca(actor: Actor, row: Secret) -> None:
    """A CA in use decides which servers get passwords: changing it needs a fresh sign-in."""
    if row.type == TLS_CA and usages_of(row):
        require_fresh(actor, "Replacing a CA that is in use")


def usages_of(row: Secret) -> list[Usage]:
    """Who uses the secret, by label."""
    return list(
        Usage.objects.for_project(row.project_id).filter(secret=row).order_by("label", "entry")
    )


def refuse_missing(row: Secret, entries: Container[str], fact: str) -> None:
    """Raise StillInUse when something uses an entry that would not be among ``entries``.

    ``fact`` is what cannot be; its ``{names}`` are those of the missing entries.
    """
    missing = [usage for usage in usages_of(row) if usage.entry not in entries]
    if missing:
        names = ", ".join(sorted({usage.entry for usage in missing}))
        raise StillInUse(fact.format(names=names), missing)


def write(row: Secret, *, adding: bool = False) -> None:
    """Sign and store the row; NameTaken when the project has its name already."""
    row_macs.sign_secret(row)
    try:
        with transaction.atomic():
            row.save(force_insert=adding)
    except IntegrityError:
        same = Secret.objects.for_project(row.project_id).filter(name=row.name)
        if same.exclude(id=row.id).exists():
            raise NameTaken(
                f"A secret named {row.name} exists already. Choose another name."
            ) from None
        raise


def record(row: Secret, action: str, **details: Any) -> None:  # noqa: ANN401 - the audit table checks them
    """Append the event of a change, with the row as it is from now on, for later comparison."""
    unit_of_work.record(
        action,
        chain=row.project_id,
        object_kind="secret",
        object_id=row.id,
        object_label=row.name,
        version=row.current_version,
        state=ACTIVE,
        allowed_hosts=sorted(row.allowed_hosts),
        **details,
    )


def find(project: UUID, secret: UUID) -> Secret | None:
    """The secret of the project, or None."""
    return Secret.objects.for_project(project).filter(id=secret).first()
