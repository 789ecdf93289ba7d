"""How many tests may be asked for, and how many may talk to one broker at a time.

Both are counted in the cache, which all processes share. A cache that does not answer lets tests
pass: without it the queue is away too, and nothing would run.
"""

import hashlib
import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from uuid import UUID

from django.core.cache import cache
from redis.exceptions import RedisError

from brokers.connections.services.validation import NotAcceptable
from kalixweb.core import clock
from kalixweb.core.actor import Actor
from kalixweb.core.refusals import Refusal

log = logging.getLogger(__name__)

A_MINUTE_EACH_USER = 30
A_MINUTE_EACH_PROJECT = 120
ENDPOINTS_AN_HOUR = 200
AT_ONE_BROKER = 8
# Many tests at once leave room at every broker for the one that somebody is waiting for.
BULK_AT_ONE_BROKER = 6
_LONGEST_RUN_SECONDS = 60
_HOUR = 3600


class TooManyEndpoints(NotAcceptable):
    """The actor named more different servers within the hour than are allowed."""

    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, server: str) -> None:
        sentence = (
            f"{server} would be more than the {ENDPOINTS_AN_HOUR} different servers that one "
            "person may name within an hour. Saved connections can be tested as before; name new "
            "ones when the hour is over."
        )
        super().__init__([("servers", sentence)])


class TooManyTests(Refusal):
    """More tests were asked for within this minute than are allowed."""

    status = HTTPStatus.TOO_MANY_REQUESTS


class TooManyQueries(Refusal):
    """AWS was to be asked more often within this minute than is allowed."""

    status = HTTPStatus.TOO_MANY_REQUESTS


def count_request(actor: Actor, project: UUID) -> None:
    """Count one click, or one test of many at once; raises TooManyTests for a person."""
    if (passed := _passed(actor, project, "tests")) is not None:
        most, who = passed
        raise TooManyTests(
            f"More than {most} tests were asked for within a minute, which is all {who}. "
            "Wait a minute, then test again."
        )


def count_query(actor: Actor, project: UUID) -> None:
    """Count one AWS query; raises TooManyQueries for a person."""
    if (passed := _passed(actor, project, "inquiries")) is not None:
        most, who = passed
        raise TooManyQueries(
            f"AWS was to be asked more than {most} times within a minute, which is all {who}. "
            "Wait a minute, then ask again."
        )


def _passed(actor: Actor, project: UUID, what: str) -> tuple[int, str] | None:
    """Count one; the limit that it passed and whose that is, or None."""
    if actor.kind != "user":
        return None
    minute = int(clock.now().timestamp()) // 60
    limits = (
        (f"{what}:user:{actor.id}:{minute}", A_MINUTE_EACH_USER, "you have"),
        (f"{what}:project:{project}:{minute}", A_MINUTE_EACH_PROJECT, "this project has"),
    )
    for key, most, who in limits:
        if _count(key) > most:
            return most, who
    return None


def count_endpoints(actor: Actor, servers: Iterable[str]) -> None:
    """Count each ``host:port`` that this person has not named within the hour.

    For drafts and for new or changed endpoints, so that tests are no port scanner. Raises
    TooManyEndpoints when there are more than 200.
    """
    if actor.kind != "user" or actor.id is None:
        return
    for server in servers:
        if not note_endpoint(actor.id, server):
            raise TooManyEndpoints(server)


def note_endpoint(user: UUID, server: str) -> bool:
    """Count one ``host:port`` of a user's hour; False when it is one too many."""
    hour = int(clock.now().timestamp()) // _HOUR
    name = hashlib.sha256(server.lower().encode()).hexdigest()
    seen = f"endpoint:{user}:{hour}:{name}"
    try:
        if not cache.add(seen, 1, timeout=_HOUR):
            return True
    except RedisError:
        log.warning("endpoints are not counted: the cache does not answer")
        return True
    if _count(f"endpoints:{user}:{hour}", _HOUR) <= ENDPOINTS_AN_HOUR:
        return True
    cache.delete(seen)
    return False


def _count(key: str, seconds: int = 120) -> int:
    try:
        cache.add(key, 0, timeout=seconds)
        return int(cache.incr(key))
    except (RedisError, ValueError):
        log.warning("tests are not counted: the cache does not answer")
        return 0


@contextmanager
def places(run: UUID, servers: Sequence[str], *, bulk: bool) -> Iterator[bool]:
    """Hold one of the places at each ``host:port``; yields False, holding none, if one is full."""
    most = BULK_AT_ONE_BROKER if bulk else AT_ONE_BROKER
    held: list[str] = []
    try:
        # Always in the same order, so that two runs never wait for each other's places.
        yield all(_take(run, server, most, held) for server in sorted(set(servers)))
    finally:
        _release(held)


def _take(run: UUID, server: str, most: int, held: list[str]) -> bool:
    try:
        for number in range(most):
            key = f"place:{server.lower()}:{number}"
            if cache.add(key, str(run), timeout=_LONGEST_RUN_SECONDS):
                held.append(key)
                return True
    except RedisError:
        log.warning("places at brokers are not counted: the cache does not answer")
        return True
    return False


def _release(held: list[str]) -> None:
    try:
        cache.delete_many(held)
    except RedisError:
        log.warning("places at brokers stay taken for a minute: the cache does not answer")
