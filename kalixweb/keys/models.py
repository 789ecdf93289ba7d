"""Stored keys, always wrapped, and the one row that names this instance."""

from django.db import models
from django.db.models import Q


class Instance(models.Model):
    """This installation; one row. Its id stands in the keyring as well, and both must agree."""

    slot = models.PositiveSmallIntegerField(primary_key=True, default=1)
    instance = models.UUIDField()
    created = models.DateTimeField()
    keys_backed_up_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "keys_instance"
        constraints = [models.CheckConstraint(condition=Q(slot=1), name="keys_instance_one_row")]


class CryptoKey(models.Model):
    """One wrapped key of 32 bytes, of a project or (``project`` null) of the instance."""

    class Purpose(models.TextChoices):
        """What a key is for; a key is used for nothing else."""

        DATA = "data"
        FINGERPRINT = "fingerprint"
        ROW_MAC = "row_mac"
        AUDIT_MAC = "audit_mac"
        SYSTEM = "system"

    class State(models.TextChoices):
        """Where a key stands; only an active one seals."""

        PENDING = "pending"
        ACTIVE = "active"
        DECRYPT_ONLY = "decrypt_only"
        DESTROYED = "destroyed"

    kid = models.BigIntegerField(primary_key=True)
    # No foreign key: the row is committed before its project exists.
    project = models.UUIDField(null=True)
    purpose = models.CharField(max_length=16, choices=Purpose)
    epoch = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=16, choices=State)
    wrapped = models.BinaryField(max_length=256)
    provider = models.CharField(max_length=16)
    kek_id = models.BinaryField(max_length=8)
    kcv = models.BinaryField(max_length=8)
    created = models.DateTimeField()
    activated = models.DateTimeField(null=True)
    retired = models.DateTimeField(null=True)

    class Meta:
        db_table = "crypto_key"
        constraints = [
            models.UniqueConstraint(
                fields=["project", "purpose"],
                condition=Q(state="active"),
                name="crypto_key_one_active",
            ),
            models.UniqueConstraint(
                fields=["purpose"],
                condition=Q(state="active", project__isnull=True),
                name="crypto_key_one_active_instance",
            ),
            models.CheckConstraint(condition=Q(kid__gte=1), name="crypto_key_kid_positive"),
        ]
