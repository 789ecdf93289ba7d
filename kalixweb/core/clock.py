"""The only clock: everything that asks what time it is asks here."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(tz=UTC)
