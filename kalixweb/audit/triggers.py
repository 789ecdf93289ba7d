"""Database triggers that keep the audit tables append-only; made anew after every migration."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.db import connection as default_connection

from kalixweb.core.refusals import Refusal

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

_REFUSED = "the audit trail is append-only"


@dataclass(frozen=True, slots=True)
class _Trigger:
    name: str
    table: str
    event: str
    condition: str = ""


_EXISTS = (
    "EXISTS (SELECT 1 FROM audit_event WHERE id = NEW.id OR (chain = NEW.chain AND seq = NEW.seq))"
)
_NOT_RAISED = "NEW.seq <= OLD.seq OR NEW.chain <> OLD.chain"

_BOTH = (
    _Trigger("audit_event_no_update", "audit_event", "UPDATE"),
    _Trigger("audit_event_no_delete", "audit_event", "DELETE"),
    _Trigger("audit_event_no_replace", "audit_event", "INSERT", _EXISTS),
    _Trigger("audit_head_only_forward", "audit_head", "UPDATE", _NOT_RAISED),
    _Trigger("audit_head_no_delete", "audit_head", "DELETE"),
)
_SQLITE = (
    *_BOTH,
    # INSERT OR REPLACE is SQLite's own way around the two above.
    _Trigger(
        "audit_head_no_replace",
        "audit_head",
        "INSERT",
        "EXISTS (SELECT 1 FROM audit_head WHERE chain = NEW.chain)",
    ),
)
_POSTGRES = (
    *_BOTH,
    _Trigger("audit_event_no_truncate", "audit_event", "TRUNCATE"),
    _Trigger("audit_head_no_truncate", "audit_head", "TRUNCATE"),
)
# pg_trigger.tgtype
_ROW, _BEFORE = 1, 2
_EVENT_BIT = {"INSERT": 4, "DELETE": 8, "UPDATE": 16, "TRUNCATE": 32}


def expected(vendor: str) -> tuple[str, ...]:
    """The names of the triggers that a database must have."""
    return tuple(trigger.name for trigger in _triggers(vendor))


def _triggers(vendor: str) -> tuple[_Trigger, ...]:
    return _SQLITE if vendor == "sqlite" else _POSTGRES


def make(connection: "BaseDatabaseWrapper | None" = None) -> None:
    """Make every trigger anew, whatever stood under its name."""
    db = connection or default_connection
    with db.cursor() as cursor:
        for trigger in _triggers(db.vendor):
            statements = _sqlite(trigger) if db.vendor == "sqlite" else _postgres(trigger)
            for statement in statements:
                cursor.execute(statement)


def missing(connection: "BaseDatabaseWrapper | None" = None) -> list[str]:
    """What is missing, switched off or differs, by name; empty when the trail is guarded."""
    db = connection or default_connection
    return _missing_in_sqlite(db) if db.vendor == "sqlite" else _missing_in_postgres(db)


def _sqlite(trigger: _Trigger) -> tuple[str, str]:
    return f"DROP TRIGGER IF EXISTS {trigger.name}", _sqlite_definition(trigger)


def _sqlite_definition(trigger: _Trigger) -> str:
    when = f" WHEN {trigger.condition}" if trigger.condition else ""
    return (
        f"CREATE TRIGGER {trigger.name} BEFORE {trigger.event} ON {trigger.table}{when} "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
    )


def _missing_in_sqlite(db: "BaseDatabaseWrapper") -> list[str]:
    with db.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        found = dict(cursor.fetchall())
        cursor.execute("PRAGMA recursive_triggers")
        recursive = cursor.fetchone()[0]
    lost = [t.name for t in _SQLITE if found.get(t.name) != _sqlite_definition(t)]
    return lost if recursive else [*lost, "recursive_triggers"]


def _body(trigger: _Trigger) -> str:
    """A function of its own for each trigger, so that what it refuses stands in one place."""
    refuse = f"RAISE EXCEPTION '{_REFUSED}' USING ERRCODE = 'restrict_violation';"
    if not trigger.condition:
        return f"BEGIN {refuse} END"
    return f"BEGIN IF {trigger.condition} THEN {refuse} END IF; RETURN NEW; END"


def _postgres(trigger: _Trigger) -> tuple[str, str, str]:
    each = "STATEMENT" if trigger.event == "TRUNCATE" else "ROW"
    function = (
        f"CREATE OR REPLACE FUNCTION {trigger.name}() RETURNS trigger "
        f"LANGUAGE plpgsql AS $body${_body(trigger)}$body$"
    )
    create = (
        f"CREATE TRIGGER {trigger.name} BEFORE {trigger.event} ON {trigger.table} "
        f"FOR EACH {each} EXECUTE FUNCTION {trigger.name}()"
    )
    return function, f"DROP TRIGGER IF EXISTS {trigger.name} ON {trigger.table}", create


def _missing_in_postgres(db: "BaseDatabaseWrapper") -> list[str]:
    with db.cursor() as cursor:
        cursor.execute(
            "SELECT t.tgname, t.tgtype, t.tgenabled, p.prosrc "
            "FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE t.tgrelid IN ('audit_event'::regclass, 'audit_head'::regclass) "
            "AND NOT t.tgisinternal AND t.tgqual IS NULL AND t.tgattr = ''::int2vector"
        )
        found = {name: (kind, enabled, body) for name, kind, enabled, body in cursor.fetchall()}
    return [t.name for t in _POSTGRES if not _is_unchanged(t, found.get(t.name))]


def _is_unchanged(trigger: _Trigger, found: tuple[int, str | bytes, str] | None) -> bool:
    if found is None:
        return False
    kind, enabled, body = found
    level = 0 if trigger.event == "TRUNCATE" else _ROW
    enabled_word = enabled.decode() if isinstance(enabled, bytes) else enabled
    return (
        kind == _EVENT_BIT[trigger.event] | _BEFORE | level
        and enabled_word in {"O", "A"}
        and body == _body(trigger)
    )


class TriggersMissing(Refusal):
    """kalixweb must not start, because events could be altered; the message names the triggers."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


def verify() -> None:
    """Raise TriggersMissing unless every trigger stands as it was made. Never writes."""
    if lost := missing():
        names = ", ".join(lost)
        raise TriggersMissing(
            f"The audit trail is not guarded: {names} missing or changed. Find out who did it, "
            "then run `kalixweb migrate`, which makes them anew, and `kalixweb audit verify`."
        )
