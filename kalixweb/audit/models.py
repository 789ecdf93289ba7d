"""The audit trail: one row an event, one head a chain. Both are append-only, held by triggers."""

import uuid

from django.db import models

from kalixweb.audit.events import OUTCOMES


class AuditEvent(models.Model):
    """One event. ``payload`` is the event; the other columns are copies of it for searching.

    ``chain`` is the project's id or the instance's. Nothing here is a foreign key: an event
    outlives whoever and whatever it tells of.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    chain = models.UUIDField()
    seq = models.BigIntegerField()
    kid = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)
    payload = models.BinaryField()

    time = models.DateTimeField()
    actor_kind = models.CharField(max_length=16)
    actor_id = models.UUIDField(null=True)
    actor_label = models.CharField(max_length=255)
    address = models.CharField(max_length=64, null=True)  # noqa: DJ001 - null in the payload too
    request_id = models.CharField(max_length=64, null=True)  # noqa: DJ001 - null in the payload too
    action = models.CharField(max_length=64)
    object_kind = models.CharField(max_length=64)
    object_id = models.CharField(max_length=64, null=True)  # noqa: DJ001 - null in the payload too
    object_label = models.CharField(max_length=255)
    outcome = models.CharField(max_length=8, choices=[(word, word) for word in OUTCOMES])

    class Meta:
        db_table = "audit_event"
        constraints = [
            models.UniqueConstraint(fields=["chain", "seq"], name="audit_event_chain_seq"),
        ]
        indexes = [
            models.Index(fields=["chain", "-time"], name="audit_event_chain_time"),
            models.Index(fields=["-time"], name="audit_event_time"),
            models.Index(fields=["chain", "action", "-seq"], name="audit_event_action"),
            models.Index(fields=["chain", "object_kind", "object_id"], name="audit_event_object"),
            models.Index(fields=["actor_id", "-time"], name="audit_event_actor"),
        ]


class AuditHead(models.Model):
    """The newest event of a chain: locked while events are appended, raised and never lowered."""

    chain = models.UUIDField(primary_key=True)
    seq = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        db_table = "audit_head"


class Repeat(models.Model):
    """Like events of the same minute that are counted before they become one event."""

    key = models.CharField(max_length=64, primary_key=True)
    since = models.DateTimeField()
    until = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)
    draft = models.JSONField()

    class Meta:
        db_table = "audit_repeat"
        indexes = [models.Index(fields=["since"], name="audit_repeat_since")]
