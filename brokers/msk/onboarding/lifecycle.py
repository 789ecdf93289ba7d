"""Walks through the guide: begun, gone on with, given up. Each step's form is one ``change``."""

from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID, uuid4

from brokers.aws.arn import ClusterArn
from brokers.models import AwsAccount, Connection, MskSetup
from brokers.msk.aws_queries import validation
from brokers.msk.aws_queries.requests import OfAnotherProject
from brokers.msk.aws_queries.validation import NotAQuestion
from kalixweb.audit.unit_of_work import record, unit_of_work
from kalixweb.core import clock
from kalixweb.core.actor import Actor
from kalixweb.core.refusals import ChangedMeanwhile
from kalixweb.projects import permissions
from kalixweb.projects.models import Project
from secrets_app.models import Secret

__all__ = ["NotAQuestion", "OfAnotherProject"]

MOST_NAMES = 50
# A walk leads to a connection, and asks AWS on its way.
_RIGHTS = ("msk.read", "connection.create")


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What one step sets; None leaves the field as it is. ``password`` is (secret, entry)."""

    account: AwsAccount | None = None
    cluster_arn: str | None = None
    user: str | None = None
    password: tuple[Secret, str] | None = None
    topics: tuple[str, ...] | None = None
    groups: tuple[str, ...] | None = None
    connection: Connection | None = None


def _changed_meanwhile(row: MskSetup) -> ChangedMeanwhile:
    return ChangedMeanwhile(row, f"{row.changed_by} went on with this walk meanwhile.")


def start(*, actor: Actor, project: Project, changes: Changes | None = None) -> MskSetup:
    """Begin a walk. Raises Denied, NotAQuestion, OfAnotherProject."""
    _require(actor, project.id)
    wanted = _checked(project.id, changes or Changes())
    row = MskSetup(id=uuid4(), project=project, created_by=actor.label)
    with unit_of_work(actor):
        _apply(actor, row, wanted)
        row.save(force_insert=True)
        _record("msk_setup.created", row)
    return row


def change(
    *, actor: Actor, setup: MskSetup, changes: Changes, expected_revision: int | None = None
) -> MskSetup:
    """Set what a step asked for; nothing is written when nothing differs.

    Another account or cluster forgets the confirmed ACLs, which were those of the one before; a
    connection to another cluster stays, and the walk leads to it no more.
    Raises Denied, NotAQuestion, OfAnotherProject, ChangedMeanwhile.
    """
    _require(actor, setup.project_id, setup)
    wanted = _checked(setup.project_id, changes)
    with unit_of_work(actor):
        row = _locked(setup)
        if expected_revision is not None and row.revision != expected_revision:
            raise _changed_meanwhile(row)
        if changed := _apply(actor, row, wanted):
            if {"account_id", "cluster_arn"} & set(changed):
                row.acls_confirmed_by, row.acls_confirmed_at = "", None
                changed += _leave_connection(row)
            row.revision += 1
            row.save()
            _record("msk_setup.changed", row, fields=changed)
    return row


def confirm_acls(*, actor: Actor, setup: MskSetup, expected_revision: int) -> MskSetup:
    """Write down that the actor says the cluster has ACLs: the step that could lock everyone out
    is shown from then on.

    Raises Denied, NotAQuestion (no cluster is chosen), ChangedMeanwhile: it is said of the cluster
    that the actor has seen.
    """
    _require(actor, setup.project_id, setup)
    with unit_of_work(actor):
        row = _locked(setup)
        if row.revision != expected_revision:
            raise _changed_meanwhile(row)
        if not row.cluster_arn:
            raise NotAQuestion("cluster", "Choose the cluster first.")
        row.acls_confirmed_by, row.acls_confirmed_at = actor.label, clock.now()
        row.changed_by, row.changed_at = actor.label, clock.now()
        row.revision += 1
        row.save()
        _record("msk.acls_confirmed", row)
    return row


def delete(*, actor: Actor, setup: MskSetup) -> None:
    """Forget the walk and what it asked; the connection that it led to stays. Raises Denied."""
    _require(actor, setup.project_id, setup)
    with unit_of_work(actor):
        row = _locked(setup)
        _record("msk_setup.deleted", row)
        row.delete()


def joined(actor: Actor, setup: MskSetup, changes: Changes) -> MskSetup:
    """The same as ``change`` for a service that has asked for its own rights already."""
    with unit_of_work(actor):
        row = _locked(setup)
        if changed := _apply(actor, row, _checked(row.project_id, changes)):
            row.revision += 1
            row.save()
            _record("msk_setup.changed", row, fields=changed)
    return row


def _require(actor: Actor, project: UUID, setup: MskSetup | None = None) -> None:
    permissions.require(
        actor,
        project,
        *_RIGHTS,
        object_kind="msk_setup",
        object_id=setup.id if setup else None,
        object_label=str(setup) if setup else "",
    )


def _checked(project: UUID, changes: Changes) -> dict[str, Any]:
    """Column → value of what is to be set."""
    given = {f.name: getattr(changes, f.name) for f in fields(Changes)}
    found = {name: value for name, value in given.items() if value is not None}
    if "cluster_arn" in found:
        arn = validation.cluster_of(found["cluster_arn"])
        found |= {"cluster_arn": arn, "cluster_name": ClusterArn.parse(arn).name}
    if "password" in found:
        found["password_secret"], found["password_entry"] = found.pop("password")
    for name in {"account", "connection", "password_secret"} & found.keys():
        other = found.pop(name)
        if other.project_id != project:
            raise OfAnotherProject
        found[f"{name}_id"] = other.id
    for name in {"topics", "groups"} & found.keys():
        found[name] = _names(name, found[name])
    if len(found.get("user", "")) > validation.LONGEST_USER:
        raise NotAQuestion("user", f"A user has at most {validation.LONGEST_USER} characters.")
    return found


def _names(field: str, names: tuple[str, ...]) -> list[str]:
    kept = list(dict.fromkeys(names))
    if len(kept) > MOST_NAMES:
        raise NotAQuestion(field, f"{len(kept)} {field} are too many; {MOST_NAMES} is the most.")
    if any(not name or len(name) > 260 for name in kept):
        raise NotAQuestion(field, "A name has 1 to 249 characters.")
    return kept


def _apply(actor: Actor, row: MskSetup, wanted: dict[str, Any]) -> list[str]:
    """Put the values into the row; the names of the columns that differ."""
    changed = [name for name, value in wanted.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, wanted[name])
    row.changed_by, row.changed_at = actor.label, clock.now()
    return changed


def _leave_connection(row: MskSetup) -> list[str]:
    """What a test of another cluster's connection shows would be taken for this one's."""
    if row.connection is None or row.connection.cluster_arn == row.cluster_arn:
        return []
    row.connection = None
    return ["connection_id"]


def _locked(setup: MskSetup) -> MskSetup:
    rows = MskSetup.objects.for_project(setup.project_id).select_for_update(of=("self",))
    return rows.select_related("account", "connection", "password_secret").get(id=setup.id)


def _record(action: str, row: MskSetup, **details: Any) -> None:  # noqa: ANN401 - the audit table checks them
    record(
        action,
        chain=row.project_id,
        object_kind="msk_setup",
        object_id=row.id,
        object_label=row.cluster_name,
        account=row.account.name if row.account else "",
        cluster=row.cluster_arn,
        user=row.user,
        connection=row.connection.name if row.connection else "",
        **details,
    )
