"""Twenty writes an hour per entry and user.

An identical write makes no version, which tells the writer that the value was right. Counting
writes keeps that answer from becoming a way to guess a value.
"""

from collections.abc import Iterable
from http import HTTPStatus
from uuid import UUID

from django.core.cache import cache
from redis.exceptions import RedisError

from kalixweb.core.actor import Actor
from kalixweb.core.refusals import Refusal

WRITES_AN_HOUR = 20
_HOUR = 60 * 60


class TooManyWrites(Refusal):
    """The entry was written too often by this user within the hour."""

    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, entry: str) -> None:
        super().__init__(
            f"You have saved {entry} {WRITES_AN_HOUR} times within an hour, which is the most. "
            "Try again in an hour.",
            field=entry,
        )


def count_writes(actor: Actor, secret: UUID, entries: Iterable[str]) -> bool:
    """Count one write of each entry; raise TooManyWrites above the limit.

    False when the counter cannot be reached: then the caller must not compare with what is
    stored. The host's operator is not counted, since they can read everything anyway.
    """
    if actor.kind == "shell":
        return True
    try:
        for entry in sorted(entries):
            if _count(f"secret-writes:{secret}:{entry}:{actor.id}") > WRITES_AN_HOUR:
                raise TooManyWrites(entry)
    except (RedisError, OSError):
        return False
    return True


def _count(key: str) -> int:
    cache.add(key, 0, _HOUR)
    try:
        return cache.incr(key)
    except ValueError:  # it ran out between the two calls
        cache.set(key, 1, _HOUR)
        return 1
