from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    name = "kalixweb.audit"
    label = "audit"

    def ready(self) -> None:
        from kalixweb.audit import actions, events

        events.register(actions.ACTIONS)
        post_migrate.connect(_guard_tables, sender=self, dispatch_uid="audit-triggers")


def _guard_tables(*, using: str, **_: object) -> None:
    """SQLite loses a table's triggers without a word when Django rebuilds the table."""
    from kalixweb.audit import triggers

    connection = connections[using]
    if {"audit_event", "audit_head"} <= set(connection.introspection.table_names()):
        triggers.make(connection)
