"""Passwords on Amazon MSK: an old and a new one never hold at the same time."""

from uuid import UUID

from brokers.engine import faults, platforms
from brokers.models import Connection
from kalixweb.core.host_patterns import host_of

NO_OVERLAP = (
    "The old and the new password do not overlap there: for up to ten minutes after the change in "
    "AWS some brokers take only the old one, and some only the new. To change without a gap, make "
    "a second user, move the service over, then remove the first."
)


def on_msk(connection: Connection) -> bool:
    """Whether the connection is one to Amazon MSK."""
    return platforms.on_msk(connection.platform, map(host_of, connection.servers))


def caution(project: UUID, secret: UUID) -> str | None:
    """What to know before a password is changed that connections to Amazon MSK log in with."""
    rows = Connection.objects.for_project(project).filter(password_secret=secret).order_by("name")
    names = [row.name for row in rows.only("name", "platform", "servers") if on_msk(row)]
    if not names:
        return None
    logs = "logs" if len(names) == 1 else "log"
    return f"{faults.listed(names, 3)} {logs} in to Amazon MSK with this secret. {NO_OVERLAP}"
