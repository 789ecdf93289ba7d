"""Times, durations and states as people say them. Exact values stand beside them on the page."""

from datetime import UTC, datetime, timedelta

_STEPS = ((60, "second"), (60, "minute"), (24, "hour"), (30.4, "day"), (12, "month"))
_STATES = {
    "passed": "Works",
    "warned": "Works, with a warning",
    "degraded": "Degraded",
    "failed": "Failed",
    "skipped": "Not reached",
    "waiting": "Waiting",
    "running": "Running",
    "queued": "Queued",
    "stopped": "Stopped",
    "stale": "Not tested since a change",
    "unknown": "Not tested",
}


def state(code: str) -> str:
    """The word of a state; an unknown code is shown as it is."""
    return _STATES.get(code, code)


def span(length: timedelta) -> str:
    """A length of time in its largest unit: "4 minutes", "1 day"."""
    amount = abs(length.total_seconds())
    unit = "year"
    for size, name in _STEPS:
        if amount < size:
            unit = name
            break
        amount /= size
    whole = int(amount)
    return f"{whole} {unit}{'' if whole == 1 else 's'}"


def ago(moment: datetime, now: datetime) -> str:
    """How far a moment is: "just now", "4 minutes ago", "in 19 days"."""
    distance = moment - now
    if abs(distance.total_seconds()) < 2:
        return "just now"
    words = span(distance)
    return f"in {words}" if distance > timedelta(0) else f"{words} ago"


def since(moment: datetime, now: datetime) -> str:
    """A past moment by its hour today, its weekday this week, else its date."""
    days = (now.date() - moment.date()).days
    if days == 0:
        return f"{moment:%H:%M}"
    if days == 1:
        return "yesterday"
    if days < 7:
        return f"{moment:%A}"
    return date(moment) if moment.year != now.year else f"{moment.day} {moment:%B}"


def date(moment: datetime) -> str:
    """ "21 June 2027"."""
    return f"{moment.day} {moment:%B %Y}"


def exact(moment: datetime) -> str:
    """ "Sunday 22 November 2026, 21:04:09 UTC"."""
    utc = moment.astimezone(UTC)
    return f"{utc:%A} {utc.day} {utc:%B %Y, %H:%M:%S} UTC"


def duration(ms: float) -> str:
    """ "0.4 ms", "14 ms", "5.0 s"."""
    if ms >= 1000:
        return f"{ms / 1000:.1f} s"
    return f"{ms:.0f} ms" if ms >= 1 else f"{ms:.1f} ms"
