"""Where a request comes from, behind proxies that the operator has declared."""

import ipaddress
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@lru_cache(maxsize=8)
def _networks(declared: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(word, strict=False) for word in declared)


def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """A client of IPv4 at a listener of IPv6 (``::ffff:192.0.2.7``) is its IPv4 address."""
    try:
        found = ipaddress.ip_address(text.strip().removeprefix("[").removesuffix("]"))
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


def is_declared_proxy(address: str) -> bool:
    """Whether the operator named this peer, or its network, as a proxy in front of kalixweb."""
    parsed = _parsed(address)
    networks = _networks(tuple(settings.KALIXWEB_TRUSTED_PROXIES))
    return parsed is not None and any(parsed in network for network in networks)


def client_address(request: HttpRequest) -> str | None:
    """The nearest address that is not a declared proxy, or None when it cannot be read.

    X-Forwarded-For counts only as far as declared proxies wrote it: from the right, up to the
    first address that is none of them. Anything further left is what the client claims.
    """
    nearest = _parsed(request.META.get("REMOTE_ADDR", ""))
    trusted = _networks(tuple(settings.KALIXWEB_TRUSTED_PROXIES))
    hops = [hop for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    while nearest is not None and hops and any(nearest in network for network in trusted):
        nearest = _parsed(hops.pop())
    return str(nearest) if nearest is not None else None
