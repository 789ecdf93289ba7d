"""The tiny kind, registered for the test that uses it, with a table that ends with the test."""

from collections.abc import Iterator

import pytest
from django.db import connection

from kalixweb.jobs import kinds, shutdown
from tests.integration.jobs.tiny import PATH, Tiny, TinyKind


@pytest.fixture
def tiny(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[TinyKind]:
    # The schema editor of SQLite refuses to work inside the transaction of a test.
    sql, params = connection.SchemaEditorClass(connection).table_sql(Tiny)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
    monkeypatch.setitem(kinds._paths, Tiny, PATH)
    kind = kinds.kind_of(Tiny)
    assert isinstance(kind, TinyKind)
    kind.reset()
    shutdown._closing.clear()
    yield kind
    shutdown._closing.clear()
