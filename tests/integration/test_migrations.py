"""Each migration goes back and comes again over full tables, and takes nothing along.

What the newest ones are is asked of the loader. Whatever happens, the tests that follow find the
database as the newest migrations leave it.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection as database
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from pytest_django import Settings

from kalixweb.audit import triggers
from secrets_app.models import Secret
from secrets_app.services import row_macs
from tests.world import World, leave_queued

pytestmark = pytest.mark.django_db(transaction=True)

Node = tuple[str, str]
Table = tuple[tuple[str, ...], list[tuple[Any, ...]]]
OURS = ("accounts", "audit", "brokers", "keys", "projects", "secrets_app")
_GRAPH = MigrationLoader(None).graph


def before(node: Node) -> list[Node]:
    """The migrations of the same app that it follows."""
    return [one.key for one in _GRAPH.node_map[node].parents if one.key[0] == node[0]]


LATER = sorted(node for node in _GRAPH.nodes if node[0] in OURS and before(node))


@pytest.fixture(autouse=True)
def _newest_again() -> Iterator[None]:
    yield
    call_command("migrate", verbosity=0, interactive=False)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> World:
    leave_queued(monkeypatch)
    settings.KALIXWEB_AWS_HOST_PROJECTS = None
    return World()


def migrate(*targets: Node) -> None:
    """Exactly so far, back or forth, with what Django and the apps do afterwards."""
    for app, name in targets:
        call_command("migrate", app, name, verbosity=0, interactive=False)


def unapplied() -> list[Node]:
    executor = MigrationExecutor(database)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [(migration.app_label, migration.name) for migration, _ in plan]


def stored() -> dict[str, Table]:
    """What stands in each table that is not Django's own: (columns, rows)."""
    with database.cursor() as cursor:
        names = database.introspection.table_names(cursor)
        ours = [name for name in names if not name.startswith(("django_", "auth_"))]
        return {name: _stored_in(cursor, name) for name in ours}


def _stored_in(cursor: Any, table: str) -> Table:
    quoted = database.ops.quote_name(table)
    cursor.execute(f"SELECT * FROM {quoted}")
    columns = tuple(column[0] for column in cursor.description)
    return columns, cursor.fetchall()


def only(table: Table, columns: set[str]) -> list[tuple[Any, ...]]:
    """The rows with these columns alone, in an order that depends on nothing else."""
    names, rows = table
    places = [names.index(name) for name in sorted(columns)]
    return sorted((tuple(row[place] for place in places) for row in rows), key=repr)


@pytest.mark.parametrize("node", LATER, ids=".".join)
def test_it_goes_back_and_comes_again_over_full_tables(world: World, node: Node) -> None:
    new = stored()
    migrate(*before(node))
    assert node in unapplied()
    old = stored()
    kept = {name: set(new[name][0]) & set(old[name][0]) for name in new.keys() & old.keys()}
    for table, columns in kept.items():
        assert only(old[table], columns) == only(new[table], columns), f"{table}, going back"
    call_command("migrate", verbosity=0, interactive=False)
    assert not unapplied()
    again = stored()
    assert {name: set(table[0]) for name, table in again.items()} == {
        name: set(table[0]) for name, table in new.items()
    }
    for table, columns in kept.items():
        assert only(again[table], columns) == only(new[table], columns), f"{table}, coming again"
    database.check_constraints()
    assert triggers.missing() == []
    row_macs.require_unaltered(Secret.all_projects.get(id=world.secret.id))


def test_all_goes_and_comes_again(world: World) -> None:
    """From nothing the tables become the same, and their triggers stand."""
    new = stored()
    for app in OURS:
        call_command("migrate", app, "zero", verbosity=0, interactive=False)
    tables = {one._meta.db_table for one in apps.get_models() if one._meta.app_label in OURS}
    assert tables <= new.keys()
    assert tables.isdisjoint(stored())
    call_command("migrate", verbosity=0, interactive=False)
    assert not unapplied()
    assert {name: set(columns) for name, (columns, _) in stored().items()} == {
        name: set(columns) for name, (columns, _) in new.items()
    }
    assert triggers.missing() == []


def test_the_models_are_what_the_migrations_make() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_each_app_ends_in_one_newest_migration() -> None:
    for app in OURS:
        assert len(_GRAPH.leaf_nodes(app)) == 1, app
