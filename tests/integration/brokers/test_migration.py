"""The tables of AWS come to a full database, and go again without taking a connection along."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection as database

from brokers.models import Connection
from tests.integration.brokers.conftest import Make

pytestmark = pytest.mark.django_db(transaction=True)
AWS = {"aws_account", "aws_external_id", "aws_inquiry", "msk_setup"}


@pytest.fixture(autouse=True)
def _migrated_again() -> Iterator[None]:
    yield
    migrate()


def migrate(*target: str) -> None:
    """To the named migration, else to the newest one."""
    call_command("migrate", "brokers", *target, verbosity=0)


def columns() -> set[str]:
    with database.cursor() as cursor:
        description = database.introspection.get_table_description(cursor, "connection")
    return {column.name for column in description}


def stored() -> list[tuple[Any, ...]]:
    with database.cursor() as cursor:
        cursor.execute("SELECT name, auth, revision FROM connection ORDER BY name")
        return cursor.fetchall()


def test_there_and_back_with_connections_in_the_table(make: Make) -> None:
    for number in range(3):
        make(f"c-{number}")
    before = stored()
    migrate("0001_initial")
    assert AWS.isdisjoint(database.introspection.table_names())
    assert "cluster_arn" not in columns()
    assert stored() == before
    migrate()
    assert set(database.introspection.table_names()) >= AWS
    assert stored() == before
    row = Connection.all_projects.get(name="c-0")
    assert (row.aws_account, row.cluster_arn, row.offered_servers) == (None, "", [])
