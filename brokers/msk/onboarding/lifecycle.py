"""MSK onboardings: begun, gone on with, given up. Each step's form is one ``change``."""

from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID, uuid4

from brokers.aws.arn import ClusterArn
from brokers.models import AwsAccount, Connection, MskOnboarding
from brokers.msk.aws_queries import validation
from brokers.msk.aws_queries.requests import OfAnotherProject
from brokers.msk.aws_queries.validation import QueryNotAccepted
from kalixweb.audit.unit_of_work import record, unit_of_work
from kalixweb.core import clock
from kalixweb.core.actor import Actor
from kalixweb.core.refusals import ChangedMeanwhile
from kalixweb.projects import permissions
from kalixweb.projects.models import Project
from secrets_app.models import Secret

__all__ = ["OfAnotherProject", "QueryNotAccepted"]

MOST_NAMES = 50
# An onboarding leads to a connection, and asks AWS on its way.
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


def _changed_meanwhile(row: MskOnboarding) -> ChangedMeanwhile:
    return ChangedMeanwhile(row, f"{row.changed_by} went on with this MSK onboarding meanwhile.")


def start(*, actor: Actor, project: Project, changes: Changes | None = None) -> MskOnboarding:
    """Begin an onboarding. Raises Denied, QueryNotAccepted, OfAnotherProject."""
    _require(actor, project.id)
    wanted = _checked(project.id, changes or Changes())
    row = MskOnboarding(id=uuid4(), project=project, created_by=actor.label)
    with unit_of_work(actor):
        _apply(actor, row, wanted)
        row.save(force_insert=True)
        _record("msk_setup.created", row)
    return row


def change(
    *,
    actor: Actor,
    onboarding: MskOnboarding,
    changes: Changes,
    expected_revision: int | None = None,
) -> MskOnboarding:
    """Set what a step asked for; nothing is written when nothing differs.

    Another account or cluster forgets the confirmed ACLs, which were those of the one before; a
    connection to another cluster stays, and the onboarding leads to it no more.
    Raises Denied, QueryNotAccepted, OfAnotherProject, ChangedMeanwhile.
    """
    _require(actor, onboarding.project_id, onboarding)
    wanted = _checked(onboarding.project_id, changes)
    with unit_of_work(actor):
        row = _locked(onboarding)
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


def confirm_acls(
    *, actor: Actor, onboarding: MskOnboarding, expected_revision: int
) -> MskOnboarding:
    """Write down that the actor says the cluster has ACLs: the step that could lock everyone out
    is shown from then on.

    Raises Denied, QueryNotAccepted (no cluster is chosen), ChangedMeanwhile: it is said of
    the cluster that the actor has seen.
    """
    _require(actor, onboarding.project_id, onboarding)
    with unit_of_work(actor):
        row = _locked(onboarding)
        if row.revision != expected_revision:
            raise _changed_meanwhile(row)
        if not row.cluster_arn:
            raise QueryNotAccepted("cluster", "Choose the cluster first.")
        row.acls_confirmed_by, row.acls_confirmed_at = actor.label, clock.now()
        row.changed_by, row.changed_at = actor.label, clock.now()
        row.revision += 1
        row.save()
        _record("msk.acls_confirmed", row)
    return row


def delete(*, actor: Actor, onboarding: MskOnboarding) -> None:
    """Forget the onboarding and its queries; the connection that it led to stays. Raises Denied."""
    _require(actor, onboarding.project_id, onboarding)
    with unit_of_work(actor):
        row = _locked(onboarding)
        _record("msk_setup.deleted", row)
        row.delete()


def joined(actor: Actor, onboarding: MskOnboarding, changes: Changes) -> MskOnboarding:
    """The same as ``change`` for a service that has asked for its own rights already."""
    with unit_of_work(actor):
        row = _locked(onboarding)
        if changed := _apply(actor, row, _checked(row.project_id, changes)):
            row.revision += 1
            row.save()
            _record("msk_setup.changed", row, fields=changed)
    return row


def _require(actor: Actor, project: UUID, onboarding: MskOnboarding | None = None) -> None:
    permissions.require(
        actor,
        project,
        *_RIGHTS,
        object_kind="msk_setup",
        object_id=onboarding.id if onboarding else None,
        object_label=str(onboarding) if onboarding else "",
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
        raise QueryNotAccepted("user", f"A user has at most {validation.LONGEST_USER} characters.")
    return found


def _names(field: str, names: tuple[str, ...]) -> list[str]:
    kept = list(dict.fromkeys(names))
    if len(kept) > MOST_NAMES:
        raise QueryNotAccepted(
            field, f"{len(kept)} {field} are too many; {MOST_NAMES} is the most."
        )
    if any(not name or len(name) > 260 for name in kept):
        raise QueryNotAccepted(field, "A name has 1 to 249 characters.")
    return kept


def _apply(actor: Actor, row: MskOnboarding, wanted: dict[str, Any]) -> list[str]:
    """Put the values into the row; the names of the columns that differ."""
    changed = [name for name, value in wanted.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, wanted[name])
    row.changed_by, row.changed_at = actor.label, clock.now()
    return changed


def _leave_connection(row: MskOnboarding) -> list[str]:
    """What a test of another cluster's connection shows would be taken for this one's."""
    if row.connection is None or row.connection.cluster_arn == row.cluster_arn:
        return []
    row.connection = None
    return ["connection_id"]


def _locked(onboarding: MskOnboarding) -> MskOnboarding:
    rows = MskOnboarding.objects.for_project(onboarding.project_id).select_for_update(of=("self",))
    return rows.select_related("account", "connection", "password_secret").get(id=onboarding.id)


def _record(action: str, row: MskOnboarding, **details: Any) -> None:  # noqa: ANN401 - the audit table checks them
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
