"""Projects: made with their own keys, renamed, and ended by destroying those keys."""

import uuid
from collections.abc import Callable, Collection
from typing import Any

from django.apps import apps
from django.db import IntegrityError

from kalixweb.accounts.models import User
from kalixweb.audit.unit_of_work import record, unit_of_work
from kalixweb.core.actor import Actor
from kalixweb.core.refusals import NameTaken
from kalixweb.keys import lifecycle
from kalixweb.projects.models import Membership, Project
from kalixweb.projects.permissions import instance_rights_of, require, require_instance
from kalixweb.projects.services.memberships import put_membership
from kalixweb.projects.tenancy import TenantModel

CREATOR_ROLES = ("project_admin", "secret_keeper")
# The address of the form that makes a project stands where its name would.
RESERVED = frozenset({"new"})
# Apps above add the projects that a setting of the operator names, in ready().
TRUSTED_NAMES: list[Callable[[], Collection[str]]] = []


TAKEN = "The name {name} is taken. Choose another one."


class NameReserved(NameTaken):
    """The name stands for a page of kalixweb, or for a project that the operator has in mind."""


def record_project(
    action: str,
    project: Project,
    *,
    also_instance: bool = False,
    **details: Any,  # noqa: ANN401
) -> None:
    """An event about the project on its own chain, and on the instance's when asked for."""
    for chain in [project.pk, None] if also_instance else [project.pk]:
        record(
            action,
            chain=chain,
            object_kind="project",
            object_id=project.pk,
            object_label=project.name,
            **details,
        )


def _check_name(project: Project) -> None:
    if project.name in RESERVED:
        raise NameReserved(TAKEN.format(name=project.name))
    if Project.objects.filter(name=project.name).exclude(pk=project.id).exists():
        raise NameTaken(TAKEN.format(name=project.name))


def create_project(
    *, actor: Actor, name: str, description: str = "", owner: User | None = None
) -> Project:
    """Make a project with keys of its own.

    The creator, or ``owner`` when the host operator makes it, gets project admin and secret
    keeper. Raises Denied, NameTaken, and ValidationError for a name that is no DNS label.
    """
    require_instance(actor, "instance.projects", object_label=name)
    project = Project(id=uuid.uuid4(), name=name, description=description)
    project.clean_fields()
    _check_name(project)
    # Committed on their own and read back first: a project without keys could keep nothing,
    # while keys without a project harm nobody.
    lifecycle.create_project_keys(project.id)
    with unit_of_work(actor):
        return add_project(actor, project, owner)


def add_project(actor: Actor, project: Project, owner: User | None) -> Project:
    """Insert a project whose keys exist, inside the caller's unit of work."""
    _check_name(project)
    try:
        project.save(force_insert=True)
    except IntegrityError as taken:
        raise NameTaken(TAKEN.format(name=project.name)) from taken
    record_project(
        "project.created", project, also_instance=True, description_set=bool(project.description)
    )
    holder = owner or _user_of(actor)
    if holder is not None:
        put_membership(project, holder, CREATOR_ROLES)
    return project


def _user_of(actor: Actor) -> User | None:
    return User.objects.get(pk=actor.id) if actor.kind == "user" and actor.id else None


def edit_project(*, actor: Actor, project: Project, name: str, description: str) -> Project:
    """Rename a project or change its description; raises as ``create_project`` does."""
    require(actor, project.id, "project.edit", object_label=project.name)
    before = project.name
    project.name = name
    project.description = description
    project.clean_fields()
    if name != before:
        _require_free_to_take(actor, name)
    with unit_of_work(actor):
        _check_name(project)
        try:
            project.save(update_fields=["name", "description"])
        except IntegrityError as taken:
            raise NameTaken(TAKEN.format(name=project.name)) from taken
        if name != before:
            record_project("project.renamed", project, name_before=before, name_after=name)
        else:
            record_project("project.changed", project, fields=["description"])
    return project


def _require_free_to_take(actor: Actor, name: str) -> None:
    """Whoever takes a name that the operator's settings trust is trusted, too."""
    named = any(name in names() for names in TRUSTED_NAMES)
    if named and "instance.projects" not in instance_rights_of(actor):
        raise NameReserved(TAKEN.format(name=name))


def delete_project(*, actor: Actor, project: Project) -> None:
    """Delete everything in the project and destroy its keys; its audit chain stays.

    After this no backup of the database can be read for this project either, once the keyring's
    rows are gone from it. Raises Denied.
    """
    require(actor, project.id, "project.delete", object_label=project.name)
    # Django empties the row's id on deletion, and keys without a project are the instance's own.
    key = project.id
    with unit_of_work(actor):
        members = list(Membership.objects.for_project(project).select_related("user"))
        for row in members:
            _record_end(project, row)
        record_project("project.deleted", project, also_instance=True, members=len(members))
        _delete_rows(project)
        lifecycle.destroy_project_keys(key)


def _record_end(project: Project, row: Membership) -> None:
    record(
        "membership.ended",
        chain=project.pk,
        object_kind="user",
        object_id=row.user_id,
        object_label=row.user.username,
        roles_before=row.roles,
        roles_after=[],
    )


def _delete_rows(project: Project) -> None:
    """Delete from the apps above downwards: references between their rows are protected."""
    tenant_models = [model for model in apps.get_models() if issubclass(model, TenantModel)]
    for model in reversed(tenant_models):
        model.all_projects.filter(project=project).delete()
    project.delete()
