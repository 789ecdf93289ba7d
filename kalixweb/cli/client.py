"""The seam between commands and the instance: today the local one, opened through its database.

Commands that open the database are the host operator's: they act as kind ``shell``, are audited
like anyone, and refuse to run as another operating-system user than the data folder's owner.
"""

import getpass
import logging
import os
import pwd
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kalixweb.cli.output import CannotBeDone, UsedWrongly
from kalixweb.core.actor import Actor
from kalixweb.core.paths import config_file, data_folder

if TYPE_CHECKING:
    from kalixweb.projects.models import Project


@dataclass(frozen=True)
class Local:
    """The instance on this machine, ready for services and queries."""

    actor: Actor

    def project(self, name: str | None = None) -> "Project":
        """The named project, else the remembered one, else the only one."""
        from kalixweb.projects.models import Project

        wanted = name or remembered_project()
        if wanted:
            found = Project.objects.filter(name=wanted).first()
            if not found:
                raise CannotBeDone(f"There is no project “{wanted}”. See: kalixweb projects list")
            return found
        several = list(Project.objects.all()[:2])
        if len(several) != 1:
            raise UsedWrongly(
                "Which project? Add --project NAME, or once: kalixweb config set-project NAME"
            )
        return several[0]


def load_django() -> None:
    """Load settings and apps; a wrong setting becomes one sentence."""
    import django
    from django.core.exceptions import ImproperlyConfigured

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kalixweb.settings")
    try:
        django.setup()
    except ImproperlyConfigured as wrong:
        raise CannotBeDone(str(wrong)) from wrong
    # What a server logs as a matter of course would stand between a command's sentences.
    logging.getLogger().setLevel(logging.WARNING)


def local() -> Local:
    """Open this machine's instance for reading and writing, or say why it cannot be."""
    refuse_other_users()
    load_django()
    from django.db import Error as DatabaseError

    from kalixweb.keys import lifecycle

    try:
        lifecycle.verify()
    except DatabaseError as broken:
        raise CannotBeDone(
            "The database cannot be read or has not been set up. See: kalixweb doctor"
        ) from broken
    return Local(actor=shell_actor())


def shell_actor() -> Actor:
    """Whoever runs the command on this host."""
    return Actor(kind="shell", id=None, label=getpass.getuser())


def refuse_other_users() -> None:
    """The files of an instance belong to one user; another one would leave files it cannot read."""
    folder = data_folder()
    if folder.exists() and (owner := folder.stat().st_uid) != os.geteuid():
        name = pwd.getpwuid(owner).pw_name
        raise CannotBeDone(f"{folder} belongs to {name}. Run this command as {name}.")


def remembered_project() -> str | None:
    """The project that ``config set-project`` chose for this user, or None."""
    try:
        return config_file().read_text(encoding="utf-8").strip() or None
    except OSError:
        return None


def remember_project(name: str) -> None:
    """Keep the name of the current project for this user's next commands."""
    config_file().parent.mkdir(parents=True, exist_ok=True)
    config_file().write_text(name + "\n", encoding="utf-8")
