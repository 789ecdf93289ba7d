"""People of this instance, and the link that makes the first of them."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models

from kalixweb.core import clock

USERNAME = RegexValidator(
    r"\A[a-z0-9][-a-z0-9._@+]{0,63}\Z",
    "A user name starts with a letter or digit and holds at most 64 of a-z, 0-9 and - . _ @ +",
)


class UserManager(BaseUserManager["User"]):
    """Looks users up by name; names are lower-case throughout."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=(username or "").lower())


class User(AbstractBaseUser):
    """A person who can sign in. No e-mail address is needed.

    Rights come from memberships and the two instance roles alone: there are no groups, no
    permissions of Django's own and no superuser.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField("user name", max_length=64, unique=True, validators=[USERNAME])
    is_active = models.BooleanField("active", default=True)
    is_administrator = models.BooleanField("administrator", default=False)
    is_instance_auditor = models.BooleanField("instance auditor", default=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ["username"]

    def __str__(self) -> str:
        return self.username

    @property
    def is_staff(self) -> bool:
        """Whether Django admin opens for this user."""
        return self.is_active and (self.is_administrator or self.is_instance_auditor)

    def has_perm(self, perm: str, obj: Any = None) -> bool:  # noqa: ANN401
        """Django's own permissions grant nothing here."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        """Django's own permissions grant nothing here."""
        return False


class SetupLink(models.Model):
    """The one link that makes the first administrator: only its hash is kept."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    token_hash = models.BinaryField(max_length=32)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_setup_link")]
