"""AWS accounts, the queries that they carry out, and the onboardings from a cluster's name to a
connection."""

import uuid

from django.db import models
from django.db.models import Q

from brokers.models.connections import Connection
from kalixweb.core import clock
from kalixweb.jobs.models import OPEN
from kalixweb.projects.jobs import ProjectJob
from kalixweb.projects.tenancy import TenantModel
from secrets_app.models import Secret

HOST, ROLE, KEY = "host", "role", "key"
WAYS = [(HOST, "The host's own credentials"), (ROLE, "A role to assume"), (KEY, "An access key")]

IDENTITY, CLUSTERS, BROKERS = "identity", "clusters", "brokers"
READINESS, PERMISSIONS, PASSWORD = "readiness", "permissions", "password"
AWS_QUERY_KINDS = [
    (IDENTITY, "Who am I"),
    (CLUSTERS, "Clusters"),
    (BROKERS, "Bootstrap servers"),
    (READINESS, "Readiness"),
    (PERMISSIONS, "What can I do"),
    (PASSWORD, "Password"),
]


class AwsAccount(TenantModel):
    """How kalixweb signs in to AWS for one project.

    ``way`` ``role`` assumes ``role_arn`` with the access key, where there is one, else with the
    host's own credentials. The key's two halves are entries of one secret. ``account_number`` and
    ``identity_arn`` are what AWS said at ``seen_at``; a change of the account forgets them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=63)
    region = models.CharField(max_length=32)
    way = models.CharField(max_length=8, choices=WAYS)
    role_arn = models.CharField(max_length=2048, blank=True, default="")
    key_secret = models.ForeignKey(Secret, on_delete=models.RESTRICT, null=True, related_name="+")
    key_id_entry = models.CharField(max_length=253, blank=True, default="")
    key_secret_entry = models.CharField(max_length=253, blank=True, default="")

    account_number = models.CharField(max_length=12, blank=True, default="")
    identity_arn = models.CharField(max_length=2048, blank=True, default="")
    seen_at = models.DateTimeField(null=True)

    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    created_by = models.CharField(max_length=150)
    changed_at = models.DateTimeField(default=clock.now)
    changed_by = models.CharField(max_length=150)

    class Meta(TenantModel.Meta):
        db_table = "aws_account"
        constraints = [
            models.UniqueConstraint(
                fields=["project", "name"], name="aws_account_name_once_a_project"
            ),
            models.CheckConstraint(
                condition=Q(key_secret__isnull=True, key_id_entry="", key_secret_entry="")
                | Q(key_secret__isnull=False) & ~Q(key_id_entry="") & ~Q(key_secret_entry=""),
                name="aws_account_key_whole",
            ),
            models.CheckConstraint(
                condition=Q(way=HOST, key_secret__isnull=True, role_arn="")
                | Q(way=KEY, key_secret__isnull=False, role_arn="")
                | Q(way=ROLE) & ~Q(role_arn=""),
                name="aws_account_way",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def uses_host(self) -> bool:
        """Whether signing in begins with the credentials of the host itself."""
        return self.key_secret_id is None


class AwsExternalId(TenantModel):
    """What kalixweb names when it assumes a role for the project; made once and never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    value = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta(TenantModel.Meta):
        db_table = "aws_external_id"
        constraints = [
            models.UniqueConstraint(fields=["project"], name="aws_external_id_once_a_project")
        ]


class MskOnboarding(TenantModel):
    """One onboarding of an MSK cluster, left and taken up again at will.

    Where it stands is not stored: ``msk.onboarding.progress.steps`` derives it. The password's
    reference is a choice for the connection to come, which alone counts as a use of the secret.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(
        AwsAccount, on_delete=models.SET_NULL, null=True, related_name="onboardings"
    )
    cluster_arn = models.CharField(max_length=512, blank=True, default="")
    cluster_name = models.CharField(max_length=64, blank=True, default="")
    user = models.CharField(max_length=256, blank=True, default="")
    password_secret = models.ForeignKey(
        Secret, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    password_entry = models.CharField(max_length=253, blank=True, default="")
    topics = models.JSONField(default=list)
    groups = models.JSONField(default=list)
    connection = models.ForeignKey(
        Connection, on_delete=models.SET_NULL, null=True, related_name="onboardings"
    )
    acls_confirmed_by = models.CharField(max_length=150, blank=True, default="")
    acls_confirmed_at = models.DateTimeField(null=True)

    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    created_by = models.CharField(max_length=150)
    changed_at = models.DateTimeField(default=clock.now)
    changed_by = models.CharField(max_length=150)

    class Meta(TenantModel.Meta):
        db_table = "msk_setup"
        indexes = [models.Index(fields=["project", "-changed_at"], name="msk_setup_of_project")]

    def __str__(self) -> str:
        return self.cluster_name or "no cluster yet"


class AwsQuery(ProjectJob):
    """One query to AWS, answered by a worker.

    ``parameters`` say what about (see ``msk.aws_queries.validation``), ``subject`` for what:
    the onboarding, the connection of a scheduled query, else the account. ``document`` is the
    answer, written again with each ``seq``; ``failure`` is an AwsFailure as JSON, where AWS gave
    none. Neither holds a credential or a value.
    """

    account = models.ForeignKey(AwsAccount, on_delete=models.CASCADE, related_name="queries")
    onboarding = models.ForeignKey(
        MskOnboarding,
        on_delete=models.CASCADE,
        null=True,
        related_name="queries",
        db_column="setup_id",
    )
    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, null=True, related_name="queries"
    )
    subject = models.UUIDField()
    kind = models.CharField(max_length=16, choices=AWS_QUERY_KINDS)
    cluster_arn = models.CharField(max_length=512, blank=True, default="")
    parameters = models.JSONField(default=dict, db_column="asked")
    failure = models.JSONField(null=True)

    class Meta(ProjectJob.Meta):
        db_table = "aws_inquiry"
        constraints = [
            models.UniqueConstraint(
                fields=["account", "kind", "subject"],
                condition=Q(state__in=OPEN),
                name="aws_inquiry_one_open",
            )
        ]
        indexes = [
            models.Index(fields=["onboarding", "kind", "-queued_at"], name="aws_inquiry_of_setup"),
            models.Index(fields=["account", "kind", "-queued_at"], name="aws_inquiry_of_account"),
            models.Index(fields=["state", "queued_at"], name="aws_inquiry_open"),
        ]
