"""Projects, who is in them with which roles, and links that bring people in."""

import uuid

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models

from kalixweb.core import clock
from kalixweb.core.actor import Actor
from kalixweb.projects.tenancy import TenantModel, memberships_of

DNS_LABEL = RegexValidator(
    r"\A[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?\Z",
    "A name holds at most 63 of a-z, 0-9 and -, and starts and ends with a letter or digit.",
)


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, actor: Actor) -> "ProjectQuerySet":
        """The projects that the actor is a member of; all of them for the host operator."""
        return self.filter(memberships_of(actor, ""))


class Project(models.Model):
    """The tenant: its own members, data key and audit chain, and whatever apps keep in it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=63, unique=True, validators=[DNS_LABEL])
    description = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(TenantModel):
    """What one user may do in one project: a set of role names, kept sorted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    roles = models.JSONField(default=list)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["project", "user"], name="one_membership_per_user")
        ]


class Invitation(models.Model):
    """A link that lets somebody in: only its hash is kept, and it works once.

    Without ``user`` it makes a new account (or, for somebody signed in, a membership); with
    ``user`` it lets that person choose a new password. ``project`` and ``roles`` say what the
    one who accepts becomes; both are empty for an account without any project.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    token_hash = models.BinaryField(max_length=32, unique=True)
    label = models.CharField("for whom", max_length=100)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, null=True, related_name="+")
    roles = models.JSONField(default=list)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]
