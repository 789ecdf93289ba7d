"""Sessions with the database: given back when they are not needed, never shared by a fork."""

import os
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections

# A migration may rewrite whole tables. It does not wait for a lock for ever: what everybody else
# asks for would queue up behind it.
_WHILE_MIGRATING = {
    "statement_timeout": "0",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "10min",
}


def release() -> None:
    """Give this thread's session back to the pool, unless a transaction is open on it.

    For whoever goes on without the database for a while; the next query gets one again.
    """
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        connection.close()


def close_all() -> None:
    """End every session, the pool's too: before a fork, and before a process ends."""
    connections.close_all()
    if close_pool := getattr(connections[DEFAULT_DB_ALIAS], "close_pool", None):
        close_pool()


def lift_timeouts(*, using: str = DEFAULT_DB_ALIAS, **_signal: Any) -> None:  # noqa: ANN401
    """Give this session the time that migrations take."""
    _set(using, [f"SET {name} = '{value}'" for name, value in _WHILE_MIGRATING.items()])


def restore_timeouts(*, using: str = DEFAULT_DB_ALIAS, **_signal: Any) -> None:  # noqa: ANN401
    """Let the session's own time-outs hold again."""
    _set(using, [f"RESET {name}" for name in _WHILE_MIGRATING])


def _set(using: str, statements: list[str]) -> None:
    if connections[using].vendor == "postgresql":
        with connections[using].cursor() as cursor:
            cursor.execute("; ".join(statements))


_inherited: list[Any] = []  # kept, since to end one in a child would speak on its parent's socket


def _forked() -> None:
    """The parent's sessions stay the parent's: two processes on one socket mix their answers."""
    for one in connections.all(initialized_only=True):
        if one.vendor == "postgresql":
            pools = one._connection_pools  # type: ignore[attr-defined]  # noqa: SLF001
            _inherited.append((one.connection, dict(pools)))
            one.connection = None
            pools.clear()


os.register_at_fork(after_in_child=_forked)
