"""The first minute of an instance: its first administrator and first project, together."""

import uuid
from dataclasses import replace

from kalixweb.accounts.models import User
from kalixweb.accounts.services.setup import consume_link
from kalixweb.accounts.services.users import create_user
from kalixweb.audit.unit_of_work import unit_of_work
from kalixweb.core.actor import Actor
from kalixweb.core.secret_value import SecretValue
from kalixweb.keys import lifecycle
from kalixweb.projects.models import Project
from kalixweb.projects.services.memberships import put_membership
from kalixweb.projects.services.projects import CREATOR_ROLES, add_project


def complete_setup(
    *, actor: Actor, digest: bytes, username: str, password: SecretValue, project_name: str
) -> tuple[User, Project | None]:
    """Use the setup link up: make the administrator and, unless the name is empty, a project.

    Projects that a command made before get the administrator as their admin, for they have none.
    Raises SetupLinkNotValid, NameTaken and ValidationError; then nothing has changed.
    """
    project = Project(id=uuid.uuid4(), name=project_name) if project_name else None
    if project is not None:
        project.clean_fields()
        lifecycle.create_project_keys(project.id)
    actor = replace(actor, label="setup link")
    with unit_of_work(actor):
        consume_link(digest)
        user = create_user(
            actor=actor, username=username, password=password, via="setup", is_administrator=True
        )
        orphans = list(Project.objects.filter(memberships=None))
        if project is not None:
            add_project(actor, project, user)
        for orphan in orphans:
            put_membership(orphan, user, CREATOR_ROLES)
    return user, project or next(iter(orphans), None)
