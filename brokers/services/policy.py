"""Where tests may connect, from the operator's settings."""

import socket
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from brokers.probe.target import Rule, TargetPolicy


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
    """The service's own database, queue and web server, where they listen on TCP."""
    found: set[tuple[str, int]] = set()
    database = connection.settings_dict
    if connection.vendor == "postgresql" and not str(database["HOST"]).startswith("/"):
        found.add((str(database["HOST"]) or "localhost", int(database["PORT"] or 5432)))
    for url, usual in ((settings.REDIS_URL, 6379), (f"//{settings.KALIXWEB_LISTEN}", 8420)):
        parts = urlsplit(url)
        if parts.scheme != "unix" and parts.hostname:
            found.add((parts.hostname, parts.port or usual))
    return found


def _addresses_of(host: str) -> set[str]:
    try:
        return {str(answer[4][0]) for answer in socket.getaddrinfo(host, None)}
    except OSError:
        return set()
