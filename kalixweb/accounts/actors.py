"""For whom something is done later, in a worker or by the clock."""

from uuid import UUID

from kalixweb.accounts.models import User
from kalixweb.core.actor import Actor


def actor_of(kind: str, user_id: UUID | None, label: str) -> Actor | None:
    """The actor that was stored so, or None when that user is gone or not active."""
    if kind == "shell":
        return Actor(kind="shell", id=None, label=label)
    if kind == "service":
        return Actor(kind="service", id=None, label=label)
    if user_id is None or not User.objects.filter(pk=user_id, is_active=True).exists():
        return None
    return Actor(kind="user", id=user_id, label=label)
