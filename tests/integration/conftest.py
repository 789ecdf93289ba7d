"""Fixtures of every test with a database: keys that open, and audit triggers that let go."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from kalixweb.audit import anchors, triggers
from kalixweb.keys import key_cache, lifecycle


@pytest.fixture(scope="session")
def keyring_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One keyring for the whole run; tests that spoil a keyring make their own."""
    path = tmp_path_factory.mktemp("keys") / "keyring.json"
    lifecycle.init_keyring(path)
    return path


@pytest.fixture(autouse=True)
def keys_ready(
    request: pytest.FixtureRequest, keyring_path: Path, settings: Settings
) -> Iterator[None]:
    """Instance keys for each test that uses the database."""
    mark = request.node.get_closest_marker("django_db")
    names = set(request.fixturenames)
    transactional = bool(names & {"transactional_db", "live_server"}) or bool(
        mark and (mark.kwargs.get("transaction") or (mark.args and mark.args[0]))
    )
    settings.KALIXWEB_KEYRING = keyring_path
    key_cache.forget()
    if not (mark or transactional or names & {"db", "client", "admin_client"}):
        yield
        return
    request.getfixturevalue("transactional_db" if transactional else "db")
    if connection.vendor == "postgresql" and not transactional:
        with connection.cursor() as cursor:  # the whole test is one transaction
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
    lifecycle.create_instance_keys()
    yield
    anchors.flush()
    if transactional:
        # Such a test ends by emptying all tables, which the triggers exist to refuse; the
        # migration signal that follows makes them anew.
        drop_audit_triggers()


def drop_audit_triggers() -> None:
    """Take the triggers away, as somebody with the database's password could."""
    tables = {True: "audit_event", False: "audit_head"}
    with connection.cursor() as cursor:
        for name in triggers.expected(connection.vendor):
            where = f" ON {tables[name.startswith('audit_event')]}"
            on_table = where if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")
