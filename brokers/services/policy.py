"""Where tests may connect, from the operator's settings."""

import socket
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from brokers.probe.target import Rule, TargetPolicy

_WILDCARDS = {"0.0.0.0", "::"}  # noqa: S104 - what is told from an address, and not listened on


@lru_cache(maxsize=1)
def target_policy() -> TargetPolicy:
    """The policy of this process; raises ImproperlyConfigured for a rule that cannot be read."""
    return TargetPolicy(
        allow=_rules("KALIXWEB_TARGETS_ALLOW"),
        deny=_rules("KALIXWEB_TARGETS_DENY"),
        loopback=settings.KALIXWEB_TARGETS_LOOPBACK,
        refused_endpoints=frozenset(
            (address, port) for host, port in _own_endpoints() for address in _addresses_of(host)
        ),
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
