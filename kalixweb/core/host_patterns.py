"""Patterns of hosts: an exact name or address, or ``*.suffix`` for every name below the suffix."""

import re
from collections.abc import Iterable


def host_of(server: str) -> str:
    """The host of ``host:port`` or ``[address]:port``, small letters, without brackets."""
    host = server.rsplit(":", 1)[0] if re.search(r"[^:]:\d+$|\]:\d+$", server) else server
    return _plain(host.strip("[]"))


def covers_host(patterns: Iterable[str], host: str) -> bool:
    """Whether a pattern covers the host; the suffix itself is not below it."""
    host = _plain(host)
    return any(
        host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern
        for pattern in map(_plain, patterns)
    )


def covers_pattern(patterns: Iterable[str], one: str) -> bool:
    """Whether whatever the pattern ``one`` covers is covered by ``patterns`` as well."""
    if not one.startswith("*."):
        return covers_host(patterns, one)
    suffix = _plain(one)[1:]
    return any(
        wide.startswith("*.") and suffix.endswith(wide[1:]) for wide in map(_plain, patterns)
    )


def _plain(name: str) -> str:
    return name.rstrip(".").lower()
