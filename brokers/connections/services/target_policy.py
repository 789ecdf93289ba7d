"""Where tests may connect, from the operator's settings."""

import socket
import threading
from dataclasses import replace
from functools import lru_cache
from time import monotonic
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from brokers.engine.target import Rule, TargetPolicy

_WILDCARDS = {"0.0.0.0", "::"}  # noqa: S104 - what is told from an address, and not listened on


LOOK_UP_AGAIN_SECONDS = 60.0


class _OwnPlaces:
    """Where the installation's own parts are now: a database that fails over gets a new address.

    One thread looks them up anew, while the others go on with what was known.
    """

    def __init__(self) -> None:
        self._looking = threading.Lock()
        self._known: dict[str, set[str]] = {}
        self._places: frozenset[tuple[str, int]] = frozenset()
        self._until = 0.0

    def now(self) -> frozenset[tuple[str, int]]:
        first = not self._until
        if monotonic() >= self._until and self._looking.acquire(blocking=first):
            try:
                if monotonic() >= self._until:
                    self._look_up()
            finally:
                self._looking.release()
        return self._places

    def _look_up(self) -> None:
        endpoints = _own_endpoints()
        for host in {host for host, _ in endpoints}:
            # A name server that is away for a while makes nothing of ours reachable.
            self._known[host] = _addresses_of(host) or self._known.get(host, set())
        self._places = frozenset(
            (address, port) for host, port in endpoints for address in self._known[host]
        )
        self._until = monotonic() + LOOK_UP_AGAIN_SECONDS


_own_places = _OwnPlaces()


def forget() -> None:
    """Read settings and addresses anew at the next use."""
    global _own_places  # noqa: PLW0603 - the one of this process
    _own_places = _OwnPlaces()
    _of_the_operator.cache_clear()


def target_policy() -> TargetPolicy:
    """The policy of this process; raises ImproperlyConfigured for a rule that cannot be read."""
    return replace(_of_the_operator(), refused_endpoints=_own_places.now())


@lru_cache(maxsize=1)
def _of_the_operator() -> TargetPolicy:
    return TargetPolicy(
        allow=_rules("KALIXWEB_TARGETS_ALLOW"),
        deny=_rules("KALIXWEB_TARGETS_DENY"),
        loopback=settings.KALIXWEB_TARGETS_LOOPBACK,
    )


def _rules(name: str) -> tuple[Rule, ...]:
    try:
        return tuple(Rule.parse(text) for text in getattr(settings, name))
    except ValueError as wrong:
        raise ImproperlyConfigured(
            f"{name}: {wrong}. Write networks such as 10.0.0.0/8 or 10.0.0.0/8#9096, with spaces "
            "in between."
        ) from wrong


def _own_endpoints() -> set[tuple[str, int]]:
    """The service's own database, queue and web server, where they listen on TCP.

    Web is both where this process listens and the address that people type.
    """
    found: set[tuple[str, int]] = set()
    database = connection.settings_dict
    if connection.vendor == "postgresql":
        found |= _database_endpoints(str(database["HOST"]), str(database["PORT"] or ""))
    usual_of_web = 443 if settings.KALIXWEB_URL.startswith("https:") else 80
    for url, usual in (
        (settings.REDIS_URL, 6379),
        (f"//{settings.KALIXWEB_LISTEN}", 8420),
        (settings.KALIXWEB_URL, usual_of_web),
    ):
        parts = urlsplit(url)
        if parts.scheme != "unix" and parts.hostname:
            found.add((parts.hostname, parts.port or usual))
    return found


def _database_endpoints(hosts: str, ports: str) -> set[tuple[str, int]]:
    """PostgreSQL takes several hosts, with a port each or one for all, and folders of sockets."""
    names, numbers = hosts.split(","), [int(port or 5432) for port in ports.split(",")]
    if len(numbers) < len(names):
        numbers = numbers[:1] * len(names)
    pairs = zip(names, numbers, strict=False)
    return {(name or "localhost", port) for name, port in pairs if not name.startswith("/")}


def _addresses_of(host: str) -> set[str]:
    """Every address of the host; of a wildcard, those under which this machine is reached."""
    if host in _WILDCARDS:
        here = [socket.gethostname(), "localhost"]
        return set().union(*(_addresses_of(name) for name in here))
    try:
        return {str(answer[4][0]) for answer in socket.getaddrinfo(host, None)}
    except OSError:
        return set()
