"""The questions that services ask: may this actor do that, in this project or in the instance."""

from collections.abc import Iterable
from http import HTTPStatus
from uuid import UUID

from django.core.exceptions import PermissionDenied

from kalixweb.accounts.models import User
from kalixweb.core.actor import Actor
from kalixweb.core.refusals import Refusal
from kalixweb.projects.models import Membership
from kalixweb.projects.roles import SERVICES, all_rights, rights_of_roles

# What the roles may do with the project itself; the apps above register theirs.
_AUDIT = frozenset({"audit.read", "audit.verify", "audit.export"})
PROJECT_RIGHTS = {
    "auditor": _AUDIT,
    "project_admin": frozenset(
        {"project.edit", "project.delete", "members", "keys", "tokens"}
        | {"audit.read", "audit.verify"}
    ),
}
PROJECT_PHRASES = {
    "auditor": "reads, verifies and exports the audit trail; sees nothing else",
    "project_admin": "manages members, keys and tokens; reads the audit trail",
}

INSTANCE_ROLES: dict[str, frozenset[str]] = {
    "administrator": frozenset({"instance.users", "instance.projects", "instance.admin_site"}),
    "instance_auditor": _AUDIT | {"instance.admin_site"},
}
INSTANCE_RIGHTS: frozenset[str] = frozenset().union(*INSTANCE_ROLES.values())
# An instance auditor reads every chain, so these hold in each project without a membership.
_EVERYWHERE = _AUDIT


class Denied(Refusal, PermissionDenied):
    """The actor lacks a right. ``project`` is None for a right on the whole instance."""

    status = HTTPStatus.FORBIDDEN
    on_its_own = True

    def __init__(
        self,
        right: str,
        project: UUID | None,
        *,
        object_kind: str = "",
        object_id: UUID | str | None = None,
        object_label: str = "",
    ) -> None:
        super().__init__(f"This needs the right {right}.")
        self.right = right
        self.project = project
        self.object_kind = object_kind
        self.object_id = object_id
        self.object_label = object_label


def instance_rights_of(actor: Actor) -> frozenset[str]:
    """What the actor may do outside any project."""
    if actor.kind == "shell":
        return INSTANCE_RIGHTS
    if actor.kind != "user" or actor.id is None:
        return frozenset()
    flags = User.objects.filter(pk=actor.id, is_active=True).values_list(
        "is_administrator", "is_instance_auditor"
    )
    administrator, auditor = flags.first() or (False, False)
    held = INSTANCE_ROLES["administrator"] if administrator else frozenset()
    return held | INSTANCE_ROLES["instance_auditor"] if auditor else held


def rights_of(actor: Actor, project: UUID) -> frozenset[str]:
    """What the actor may do in the project: at most two queries for a person, none otherwise.

    The host operator's shell may do everything, a service what is registered for it, a worker or an
    anonymous visitor nothing.
    """
    held = _rights_of_membership(actor, project)
    if held >= _EVERYWHERE:
        return held
    return held | (instance_rights_of(actor) & _EVERYWHERE)


def _rights_of_membership(actor: Actor, project: UUID) -> frozenset[str]:
    if actor.kind == "shell":
        return all_rights()
    if actor.kind == "service":
        return SERVICES.get(actor.label, frozenset())
    if actor.kind != "user" or actor.id is None:
        return frozenset()
    rows = Membership.objects.for_project(project).filter(user_id=actor.id, user__is_active=True)
    return rights_of_roles(next(iter(rows.values_list("roles", flat=True)), ()))


def projects_with(actor: Actor, right: str) -> list[UUID]:
    """The projects in which a person's membership holds the right; one query."""
    if actor.id is None:
        return []
    rows = Membership.objects.visible_to(actor).filter(user_id=actor.id, user__is_active=True)
    return [
        project
        for project, roles in rows.values_list("project_id", "roles")
        if right in rights_of_roles(roles)
    ]


def may(actor: Actor, project: UUID, right: str, obj: object | None = None) -> bool:  # noqa: ARG001
    """Whether the actor has the right in the project, for ``obj`` when one is meant.

    Today no right is granted per object; callers pass it all the same.
    """
    return not _lacking(actor, project, (right,))


def require(
    actor: Actor,
    project: UUID,
    right: str,
    *more: str,
    object_kind: str = "",
    object_id: UUID | str | None = None,
    object_label: str = "",
) -> None:
    """Raise Denied, for the first that is lacking, unless the actor has every right."""
    for lacking in _lacking(actor, project, (right, *more)):
        raise Denied(
            lacking,
            project,
            object_kind=object_kind,
            object_id=object_id,
            object_label=object_label,
        )


def _lacking(actor: Actor, project: UUID, rights: Iterable[str]) -> list[str]:
    # What the instance's roles give everywhere is not asked for a right that they never hold.
    everywhere = not _EVERYWHERE.isdisjoint(rights)
    held = (rights_of if everywhere else _rights_of_membership)(actor, project)
    return [right for right in rights if right not in held]


def require_instance(actor: Actor, right: str, *, object_label: str = "") -> None:
    """Raise Denied unless the actor has the right on the whole instance."""
    if right not in instance_rights_of(actor):
        raise Denied(right, None, object_kind="instance", object_label=object_label)
