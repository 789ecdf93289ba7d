"""Every connection has its time-outs, is given back when it is not needed, and survives a fork."""

import os

import pytest
from django.db import connection, transaction

from kalixweb.core import database
from kalixweb.settings.database import _with_timeouts

pytestmark = pytest.mark.django_db(transaction=True)

POSTGRES = {
    "lock_timeout": "2s",
    "statement_timeout": "30s",
    "idle_in_transaction_session_timeout": "5s",
    "transaction_isolation": "read committed",
}


def value(statement: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def needs(vendor: str) -> None:
    if connection.vendor != vendor:
        pytest.skip(f"{connection.vendor} has it otherwise")


def test_sqlite_waits_for_five_seconds() -> None:
    needs("sqlite")
    assert value("PRAGMA busy_timeout") == 5000


def test_postgresql_has_its_timeouts_but_while_it_is_migrated() -> None:
    needs("postgresql")
    assert {name: value(f"SHOW {name}") for name in POSTGRES} == POSTGRES
    database.lift_timeouts()
    assert value("SHOW statement_timeout") == "0"
    assert value("SHOW lock_timeout") == "10s"
    database.restore_timeouts()
    assert {name: value(f"SHOW {name}") for name in POSTGRES} == POSTGRES


def test_what_the_url_says_comes_after_ours() -> None:
    given = {"options": "-c lock_timeout=9s", "keepalives_idle": "60"}
    whole = _with_timeouts({"ENGINE": "django.db.backends.postgresql", "OPTIONS": given})
    assert whole["OPTIONS"]["options"].endswith("-c tcp_keepalives_count=3 -c lock_timeout=9s")
    assert whole["OPTIONS"]["keepalives_idle"] == "60"
    assert whole["OPTIONS"]["pool"]["max_size"] == 8


def test_a_connection_goes_back_to_the_pool_but_never_out_of_a_transaction() -> None:
    needs("postgresql")

    def free() -> object:
        return connection.pool.get_stats()["pool_available"]

    mine, before = value("SELECT pg_backend_pid()"), free()
    with transaction.atomic():
        database.release()
        assert value("SELECT pg_backend_pid()") == mine
    database.release()
    assert free() == before + 1


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_fork_has_connections_of_its_own() -> None:
    needs("postgresql")
    mine = value("SELECT pg_backend_pid()")
    near, far = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(far, str(value("SELECT pg_backend_pid()")).encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert int(os.read(near, 20)) != mine
    assert value("SELECT pg_backend_pid()") == mine
