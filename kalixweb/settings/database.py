"""The database, and how long anybody waits for it: a process that hangs must not freeze others."""

import os
import socket
from typing import Any

import dj_database_url

from kalixweb.settings import env
from kalixweb.settings.product import KALIXWEB_DATA

# All in seconds. What ends so is answered with a 503, and nothing of it is stored.
_WAIT_FOR_LOCK = 2
_STATEMENT = 30
_IDLE_IN_TRANSACTION = 5
_WAIT_FOR_SQLITE = 5
_WAIT_FOR_CONNECTION = 5

# As libpq's option rather than as statements: they cost no round trip and hold from the start.
_POSTGRES_SESSION = {
    "lock_timeout": f"{_WAIT_FOR_LOCK}s",
    "statement_timeout": f"{_STATEMENT}s",
    "idle_in_transaction_session_timeout": f"{_IDLE_IN_TRANSACTION}s",
    # So that the server notices a machine that vanished, and frees what it held.
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "3",
    "tcp_keepalives_count": "3",
}
_POSTGRES = {
    "connect_timeout": _WAIT_FOR_CONNECTION,
    # And so that this side notices a server that vanished.
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
    # READ COMMITTED, whatever the server's default: who waited for a row sees it as it is then.
    "isolation_level": 2,
    # By it `kalixweb doctor` counts the processes, and an administrator of PostgreSQL finds one.
    "application_name": f"kalixweb {socket.gethostname()[:40]} {os.getpid()}",
    "pool": {
        "min_size": 1,
        "max_size": 8,
        "timeout": _WAIT_FOR_CONNECTION,
        "max_idle": 60,
    },
}
_SQLITE = {
    # IMMEDIATE avoids the upgrade from read to write lock, which SQLite refuses at once whatever
    # the timeout; recursive_triggers makes INSERT OR REPLACE fire the audit table's triggers.
    "transaction_mode": "IMMEDIATE",
    "timeout": _WAIT_FOR_SQLITE,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON; "
        "PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-8000; PRAGMA temp_store=MEMORY"
    ),
}


def _with_timeouts(database: dict[str, Any]) -> dict[str, Any]:
    """The database with our options; what its URL sets comes after ours, and wins."""
    given = database.get("OPTIONS", {})
    if database["ENGINE"] == "django.db.backends.sqlite3":
        # A new connection would start with a cold cache, and with all its PRAGMAs.
        return database | {"OPTIONS": {**_SQLITE, **given}, "CONN_MAX_AGE": 60}
    session = [f"-c {name}={value}" for name, value in _POSTGRES_SESSION.items()]
    options = " ".join([*session, given.get("options", "")]).strip()
    return database | {"OPTIONS": {**_POSTGRES, **given, "options": options}}


if url := env.text("DATABASE_URL"):
    _default = dict(dj_database_url.parse(url, conn_health_checks=True))
else:
    _default = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(KALIXWEB_DATA / "db" / "kalixweb.sqlite3"),
    }
DATABASES = {"default": _with_timeouts(_default) | {"ATOMIC_REQUESTS": False}}
