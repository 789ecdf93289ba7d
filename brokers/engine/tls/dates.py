"""Dates and spans of time as sentences say them."""

from datetime import datetime, timedelta


def day(moment: datetime) -> str:
    """``19 November 2026``."""
    return f"{moment.day} {moment:%B %Y}"


def span(length: timedelta) -> str:
    """``3 days``, ``1 day``, ``5 hours``, ``12 minutes``: whole units, rounded down."""
    minutes = int(abs(length).total_seconds() // 60)
    for size, unit in ((24 * 60, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            count = minutes // size
            return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
    return "less than a minute"
