"""Secrets, their immutable versions, their sealed entries, and who uses them."""

import uuid

from django.db import models

from kalixweb.core import clock
from kalixweb.projects.tenancy import TenantModel

GENERIC = "generic"
TLS_CA = "tls-ca"
CA_ENTRY = "ca.crt"
# Every secret is. Events and row MACs say so from here; the column of it is not read.
ACTIVE = "active"


class Secret(TenantModel):
    """A named thing of a type. ``row_mac`` covers what redirects its values; see row_macs."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    type = models.CharField(max_length=16, choices=[(GENERIC, "Generic"), (TLS_CA, "TLS CA")])
    name = models.CharField(max_length=63)
    current_version = models.PositiveIntegerField()
    state = models.CharField(max_length=16, default=ACTIVE)
    allowed_hosts = models.JSONField(default=list)
    row_mac_kid = models.BigIntegerField()
    row_mac = models.BinaryField(max_length=32)

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "secret"
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="secret_name_once_a_project")
        ]

    def __str__(self) -> str:
        return self.name


class SecretVersion(TenantModel):
    """One state of all entries of a secret. Never changed once written."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    secret = models.ForeignKey(Secret, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    saved_at = models.DateTimeField(default=clock.now, editable=False)
    saved_by_kind = models.CharField(max_length=16)
    saved_by_id = models.UUIDField(null=True)
    saved_by_label = models.CharField(max_length=150)

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "secret_version"
        constraints = [
            models.UniqueConstraint(fields=["secret", "number"], name="secret_version_number_once")
        ]


class SecretEntry(TenantModel):
    """One sealed value. ``kid`` copies the blob's header; ``set_in`` is the version that last
    set the value, ``size`` its length in bytes (never shown, it only bounds the whole secret)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(SecretVersion, on_delete=models.CASCADE, related_name="entries")
    name = models.CharField(max_length=253)
    set_in = models.PositiveIntegerField()
    blob = models.BinaryField()
    kid = models.BigIntegerField()
    fingerprint = models.BinaryField(max_length=32)
    fingerprint_kid = models.BigIntegerField()
    size = models.PositiveIntegerField()

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "secret_entry"
        constraints = [
            models.UniqueConstraint(fields=["version", "name"], name="secret_entry_name_once")
        ]
        indexes = [models.Index(fields=["kid", "id"], name="secret_entry_kid")]


class CertificateFacts(TenantModel):
    """What is public in one certificate of a ``tls-ca`` version, so that nothing need be opened.

    Hashes and key ids are lower-case hex. ``signed_by`` is the position of its issuer in the same
    version, its own for a root, null when the issuer is not there; ``weak`` says what OpenSSL 3
    refuses about it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(SecretEntry, on_delete=models.CASCADE, related_name="certificates")
    position = models.PositiveSmallIntegerField()
    name = models.TextField()
    subject = models.TextField()
    issuer = models.TextField()
    is_ca = models.BooleanField()
    signed_by = models.PositiveSmallIntegerField(null=True)
    key = models.CharField(max_length=64)
    key_id = models.CharField(max_length=128)
    authority_key_id = models.CharField(max_length=128)
    spki_sha256 = models.CharField(max_length=64, db_index=True)
    sha256 = models.CharField(max_length=64, db_index=True)
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    weak = models.CharField(max_length=128)

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "secret_certificate"
        ordering = ["position"]


class Usage(TenantModel):
    """One entry that something refers to. The holder's own service keeps its rows."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    secret = models.ForeignKey(Secret, on_delete=models.RESTRICT, related_name="usages")
    entry = models.CharField(max_length=253)
    holder_kind = models.CharField(max_length=32)
    holder_id = models.UUIDField()
    label = models.CharField(max_length=253)

    url = ""
    """Of the holder's page; ``queries.holders.link`` sets it."""

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "secret_usage"
        constraints = [
            models.UniqueConstraint(
                fields=["secret", "entry", "holder_kind", "holder_id"], name="secret_usage_once"
            )
        ]
        indexes = [models.Index(fields=["holder_kind", "holder_id"], name="secret_usage_holder")]


class Draft(TenantModel):
    """A value typed for one test, sealed until the test ends or ``expires_at`` has passed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run_id = models.UUIDField()
    field = models.CharField(max_length=64)
    blob = models.BinaryField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "probe_draft"
        constraints = [
            models.UniqueConstraint(fields=["run_id", "field"], name="probe_draft_field_once")
        ]
