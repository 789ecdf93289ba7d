"""Connections, the runs that tested them, and when periodic tasks are due."""

import uuid

from django.db import models
from django.db.models import Q

from brokers.engine.faults import TABLE
from brokers.engine.input import MECHANISMS
from brokers.engine.platforms import PLATFORMS
from kalixweb.core import clock
from kalixweb.jobs import models as jobs
from kalixweb.jobs.models import OPEN
from kalixweb.projects.jobs import ProjectJob
from kalixweb.projects.tenancy import TenantModel
from secrets_app.models import Secret

PASSED, WARNED, DEGRADED, FAILED = "passed", "warned", "degraded", "failed"
VERDICTS = [(PASSED, "Works"), (WARNED, "Works, with a warning"), (DEGRADED, "Degraded"),
            (FAILED, "Failed")]  # fmt: skip
UNKNOWN = "unknown"

AUTHS = [(name, name) for name in MECHANISMS]
PAGE, BULK, CLI, DRAFT = "page", "bulk", "cli", "draft"
ORIGINS = [(PAGE, "page"), (BULK, "many at once"), (CLI, "command line"), (DRAFT, "draft")]


def verdict_label(verdict: str, fault: str) -> str:
    """A verdict in one or two words: its cause, where it has one."""
    row = TABLE.get(fault)
    label = row.label if row else dict(VERDICTS).get(verdict, "")
    return label.capitalize() if label.islower() else label


class Connection(TenantModel):
    """A saved broker configuration that refers to secrets, and how its last finished test went.

    ``servers`` are ``host:port``, ``labels``, ``topics`` and ``groups`` names, all as typed and in
    order. ``revision`` goes up with each save; ``target_revision`` is the one that last changed
    what a test does. ``tested_*`` say what the last finished run had tested: when one differs from
    the present, the result counts as neither working nor broken. ``state_since`` moves only when
    ``state`` does. ``recent`` holds [verdict, reach] of the last 20 finished runs, oldest first.
    ``row_mac`` covers what redirects a password. Of a cluster that AWS named, ``offered_servers``
    is what AWS names now when that is more, and ``bootstrap_seen_at`` when a worker looked. In
    ``aws_asker`` only the version before this one writes.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=63)
    servers = models.JSONField(default=list)
    auth = models.CharField(max_length=16, choices=AUTHS)
    user = models.CharField(max_length=256)
    password_secret = models.ForeignKey(Secret, on_delete=models.RESTRICT, related_name="+")
    password_entry = models.CharField(max_length=253)
    ca_secret = models.ForeignKey(Secret, on_delete=models.RESTRICT, null=True, related_name="+")
    ca_entry = models.CharField(max_length=253, blank=True, default="")
    platform = models.CharField(max_length=16, choices=PLATFORMS, default="kafka")
    description = models.CharField(max_length=500, blank=True, default="")
    contact = models.CharField(max_length=200, blank=True, default="")
    labels = models.JSONField(default=list)
    topics = models.JSONField(default=list)
    groups = models.JSONField(default=list)
    is_default = models.BooleanField(default=False)
    search_text = models.TextField(default="", editable=False)

    revision = models.PositiveIntegerField(default=1)
    target_revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    created_by = models.CharField(max_length=150)
    changed_at = models.DateTimeField(default=clock.now)
    changed_by = models.CharField(max_length=150)
    row_mac_kid = models.BigIntegerField()
    row_mac = models.BinaryField(max_length=32)

    last_run = models.ForeignKey(
        "brokers.TestRun", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    state = models.CharField(
        max_length=16, default=UNKNOWN, choices=[*VERDICTS, (UNKNOWN, "Not tested")]
    )
    state_since = models.DateTimeField(null=True)
    last_fault = models.CharField(max_length=64, blank=True, default="")
    tested_at = models.DateTimeField(null=True)
    tested_revision = models.PositiveIntegerField(null=True)
    tested_password_version = models.PositiveIntegerField(null=True)
    tested_ca_version = models.PositiveIntegerField(null=True)
    cluster_id = models.CharField(max_length=128, blank=True, default="")
    recent = models.JSONField(default=list)
    certificate_ends_at = models.DateTimeField(null=True)

    aws_account = models.ForeignKey(
        "brokers.AwsAccount", on_delete=models.SET_NULL, null=True, related_name="connections"
    )
    cluster_arn = models.CharField(max_length=512, blank=True, default="")
    aws_asker = models.JSONField(null=True)
    offered_servers = models.JSONField(default=list)
    bootstrap_seen_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        db_table = "connection"
        constraints = [
            models.UniqueConstraint(
                fields=["project", "name"], name="connection_name_once_a_project"
            ),
            models.UniqueConstraint(
                fields=["project"], condition=Q(is_default=True), name="connection_one_default"
            ),
            models.CheckConstraint(
                condition=Q(ca_secret__isnull=True, ca_entry="")
                | Q(ca_secret__isnull=False) & ~Q(ca_entry=""),
                name="connection_ca_whole",
            ),
        ]
        indexes = [models.Index(fields=["project", "state"], name="connection_state")]

    def __str__(self) -> str:
        return self.name


class TestRun(ProjectJob):
    """One run of the staged test. ``connection`` is null for a draft.

    ``target`` is what is tested, fixed when the run is requested: servers, auth, user, platform,
    topics, groups, transactional ids, revision, and each secret's id, entry and version number;
    never a value. For a draft it also says what was typed, and what its form shows again.
    ``document`` is the result as the command line prints it, written again with each ``seq``.
    ``reach`` is how many stages the worst node passed. ``place`` says from where.
    """

    __test__ = False  # pytest: this is no test class

    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, null=True, related_name="runs"
    )
    origin = models.CharField(max_length=16, choices=ORIGINS, default=PAGE)
    target = models.JSONField()
    place = models.JSONField(default=dict)

    verdict = models.CharField(max_length=16, blank=True, default="", choices=VERDICTS)
    fault = models.CharField(max_length=64, blank=True, default="")
    reach = models.PositiveSmallIntegerField(default=0)
    took_ms = models.FloatField(null=True)

    class Meta(ProjectJob.Meta):
        db_table = "test_run"
        constraints = [
            models.UniqueConstraint(
                fields=["connection"],
                condition=Q(state__in=OPEN),
                name="test_run_one_open_a_connection",
            )
        ]
        indexes = [
            models.Index(fields=["connection", "-queued_at"], name="test_run_history"),
            models.Index(fields=["project", "-queued_at"], name="test_run_of_project"),
            models.Index(fields=["state", "queued_at"], name="test_run_open"),
        ]

    @property
    def word(self) -> str:
        """The verdict in one or two words, as a list shows it."""
        return verdict_label(self.verdict, self.fault)


class PeriodicTask(jobs.PeriodicTask):
    """The table of all periodic tasks."""

    class Meta:
        db_table = "sweep"
