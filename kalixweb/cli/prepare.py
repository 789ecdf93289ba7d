"""What ``kalixweb up`` sets up before it serves: keys, database, static files, setup link."""

import os
import shutil
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from kalixweb import __version__
from kalixweb.cli.client import load_django
from kalixweb.cli.output import CannotBeDone

if TYPE_CHECKING:
    from django.db.migrations.executor import MigrationExecutor


def prepare() -> dict[str, str]:
    """Bring keys, database and static files to this version; the facts to announce."""
    made_keys = _make_keys_once()
    load_django()
    from django.conf import settings
    from django.db import connection

    from kalixweb.accounts.services import setup
    from kalixweb.audit import start
    from kalixweb.keys import lifecycle

    try:
        # Before the first write: an existing database must be the one of these keys.
        if lifecycle.stored_instance():
            lifecycle.verify()
        _bring_database_up()
        if connection.vendor == "sqlite":
            lifecycle.create_instance_keys()
        start.verify_start()
    except (start.KeysUnusable, start.TriggersMissing) as refusal:
        raise CannotBeDone(str(refusal)) from refusal
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


def _make_keys_once() -> bool:
    """Keys are made by themselves only for a new embedded instance, never beside stored data."""
    from kalixweb.core.paths import data_folder
    from kalixweb.keys import bootstrap

    data = data_folder()
    new = not any((data / "keys").iterdir()) and not any((data / "db").iterdir())
    if os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE") or not new:
        return False
    bootstrap.make_key_files(data / "keys")
    return True


def _bring_database_up() -> None:
    """Migrate an embedded database after copying it; only check one that is somebody else's."""
    from django.core.management import call_command
    from django.db import DEFAULT_DB_ALIAS, connections
    from django.db.migrations.executor import MigrationExecutor

    connection = connections[DEFAULT_DB_ALIAS]
    executor = MigrationExecutor(connection)
    _refuse_newer_database(executor)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending and connection.vendor != "sqlite":
        raise CannotBeDone(f"{len(pending)} migrations are missing. Run first: kalixweb migrate")
    if pending:
        if executor.loader.applied_migrations:
            _copy_aside(Path(connection.settings_dict["NAME"]))
        call_command("migrate", verbosity=0, interactive=False)


def _refuse_newer_database(executor: "MigrationExecutor") -> None:
    known = set(executor.loader.disk_migrations)
    ours = {app for app, _ in known}
    applied = executor.loader.applied_migrations
    unknown = sorted(f"{app} {name}" for app, name in set(applied) - known if app in ours)
    if unknown:
        raise CannotBeDone(
            f"The database was made by a newer kalixweb ({unknown[-1]}); this is {__version__}. "
            "Install that version again; nothing was changed."
        )


def _copy_aside(database: Path) -> None:
    copy = database.with_name(f"before-{__version__}.sqlite3")
    with sqlite3.connect(database) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    copy.chmod(0o600)


def _collect_static(root: Path) -> None:
    from django.core.management import call_command

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
    from kalixweb.core.shipped_files import shipped_folder

    files = [path for path in shipped_folder("static").rglob("*") if path.is_file()]
    return f"{__version__} {len(files)} {max(path.stat().st_mtime_ns for path in files)}"
