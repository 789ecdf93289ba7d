"""What ``kalixweb up`` sets up before it serves: database, static files, setup link."""

import shutil
import sqlite3
from http import HTTPStatus
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.migrations.executor import MigrationExecutor

from kalixweb import __version__
from kalixweb.accounts.services import setup
from kalixweb.audit import start
from kalixweb.core.refusals import Refusal
from kalixweb.core.shipped_files import shipped_folder
from kalixweb.keys import lifecycle


class NotStarted(Refusal):
    """The database is not fit for this version."""

    status = HTTPStatus.CONFLICT


def prepare(*, made_keys: bool) -> dict[str, str]:
    """Bring database and static files to this version; the facts to announce.

    ``made_keys`` says that the key files were only made by this start. Raises NotStarted,
    KeysUnusable, TriggersMissing.
    """
    # Before the first write: an existing database must be the one of these keys.
    if lifecycle.stored_instance():
        lifecycle.verify()
    _bring_database_up()
    if connection.vendor == "sqlite":
        lifecycle.create_instance_keys()
    start.verify_start()
    _collect_static(Path(settings.STATIC_ROOT))
    facts = {"version": __version__, "url": settings.KALIXWEB_URL}
    if link := setup.issue_link():
        facts["setup_link"] = link
    if made_keys or lifecycle.backed_up_at() is None:
        facts["notice"] = (
            f"Without the keys in {settings.KALIXWEB_KEYRING.parent} no stored secret can be read "
            "again. Back them up: kalixweb backup keys FILE"
        )
    return facts


def migrate() -> None:
    """Bring any database to this version, and make the instance's keys where there are none."""
    call_command("migrate", verbosity=1, interactive=False)
    lifecycle.create_instance_keys()


def _bring_database_up() -> None:
    """Migrate an embedded database after copying it; only check one that is somebody else's."""
    default = connections[DEFAULT_DB_ALIAS]
    executor = MigrationExecutor(default)
    _refuse_newer_database(executor)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending and default.vendor != "sqlite":
        raise NotStarted(f"{len(pending)} migrations are missing. Run first: kalixweb migrate")
    if pending:
        if executor.loader.applied_migrations:
            _copy_aside(Path(default.settings_dict["NAME"]))
        call_command("migrate", verbosity=0, interactive=False)


def _refuse_newer_database(executor: MigrationExecutor) -> None:
    known = set(executor.loader.disk_migrations)
    ours = {app for app, _ in known}
    applied = executor.loader.applied_migrations
    unknown = sorted(f"{app} {name}" for app, name in set(applied) - known if app in ours)
    if unknown:
        raise NotStarted(
            f"The database was made by a newer kalixweb ({unknown[-1]}); this is {__version__}. "
            "Install that version again; nothing was changed."
        )


def _copy_aside(database: Path) -> None:
    copy = database.with_name(f"before-{__version__}.sqlite3")
    with sqlite3.connect(database) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    copy.chmod(0o600)


def _collect_static(root: Path) -> None:
    mark = root / ".version"
    newest = _newest_static()
    if mark.is_file() and mark.read_text(encoding="ascii") == newest:
        return
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(mode=0o700, parents=True)
    call_command("collectstatic", verbosity=0, interactive=False)
    mark.write_text(newest, encoding="ascii")


def _newest_static() -> str:
    """Changes with the version, and in a clone with each edit of a static file."""
    files = [path for path in shipped_folder("static").rglob("*") if path.is_file()]
    return f"{__version__} {len(files)} {max(path.stat().st_mtime_ns for path in files)}"
