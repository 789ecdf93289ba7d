"""How values from AWS stand in sentences."""

from collections.abc import Iterable

from kalixweb.core.redaction import clean

_MOST = 6


def printable(value: object) -> str:
    """Any value of an answer, printable and not too long."""
    return clean(str(value), limit=300)


def uncut(text: str) -> str:
    """A value that is to be copied: printable, and never cut."""
    return clean(text, limit=None)


def listed(values: Iterable[object]) -> str:
    """``a``, ``a and b``, ``a, b and c``, ``a, b, c, d, e, f and 7 more``."""
    items = [printable(value) for value in values]
    if len(items) > _MOST:
        return f"{', '.join(items[:_MOST])} and {len(items) - _MOST} more"
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def counted(number: int, one: str) -> str:
    return f"{number} {one}" if number == 1 else f"{number} {one}s"
