"""Where a test may connect: addresses are checked before a connection, and only they are used.

Forms that carry an IPv4 address inside IPv6 (mapped, translated, 6to4, NAT64) are checked by what
they carry; Teredo, which carries two and leads through the first, is refused.
"""

import ipaddress
from collections.abc import Iterable

from brokers.engine.target import Network, TargetPolicy

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_TRANSLATED = (  # the last 32 bits are the IPv4 address
    ipaddress.IPv6Network("64:ff9b::/96"),  # RFC 6052
    ipaddress.IPv6Network("::ffff:0:0:0/96"),  # RFC 2765
)
# RFC 8215: of a network's own choice is how long its prefix is. Where the bits of the IPv4 address
# stand for 48, 56, 64 and 96, with bits 64 to 71 left out: (shift, bits) of each part.
_LOCAL_NAT64 = ipaddress.IPv6Network("64:ff9b:1::/48")
_PARTS = (((64, 16), (40, 16)), ((64, 8), (32, 24)), ((24, 32),), ((0, 32),))
_REFUSED: tuple[tuple[Network, str], ...] = tuple(
    (ipaddress.ip_network(network), words)
    for network, words in (
        ("::/128", "the unspecified address"),
        ("0.0.0.0/8", "the unspecified network"),
        ("169.254.0.0/16", "a link-local address, where cloud metadata is served"),
        ("224.0.0.0/4", "a multicast address"),
        ("240.0.0.0/4", "a reserved address"),
        ("100.100.100.200/32", "a cloud metadata address"),
        ("168.63.129.16/32", "a cloud metadata address"),
        ("192.0.0.192/32", "a cloud metadata address"),
        ("fe80::/10", "a link-local address"),
        ("ff00::/8", "a multicast address"),
        ("fd00:ec2::/32", "a cloud metadata address"),
        ("fd20:ce::/32", "a cloud metadata address"),
        ("2001::/32", "a Teredo address, which leads through a server of its own choice"),
    )
)
_PRIVATE = tuple(
    ipaddress.ip_network(network)
    for network in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
)


def carried(address: Address) -> tuple[Address, ...]:
    """Every IPv4 address that an IPv6 form may carry, or the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return (address,)
    inner = address.ipv4_mapped or address.sixtofour
    if inner is not None:
        return (inner,)
    last = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if any(address in network for network in _TRANSLATED):
        return (last,)
    if address in _LOCAL_NAT64:
        # Zeros are the rest of a longer or shorter prefix; nothing is at 0.0.0.0/8.
        read = (_read(int(address), parts) for parts in _PARTS)
        return tuple(found for found in read if int(found) >> 24) or (last,)
    if int(address) >> 32 == 0 and int(address) > 1:  # ::a.b.c.d, the deprecated form
        return (last,)
    return (address,)


def _read(number: int, parts: Iterable[tuple[int, int]]) -> ipaddress.IPv4Address:
    found = 0
    for shift, bits in parts:
        found = found << bits | number >> shift & (1 << bits) - 1
    return ipaddress.IPv4Address(found)


def refusal(text: str, port: int, policy: TargetPolicy) -> str | None:
    """Why this address may not be connected to, as words after "which is"; None if it may."""
    outer = ipaddress.ip_address(text.partition("%")[0])
    inner = carried(outer)
    forms = (*inner, outer)
    for network, words in _REFUSED:
        if any(form in network for form in forms):
            return words
    if any((str(form), port) in policy.refused_endpoints for form in inner):
        return "a part of kalixweb's own installation"
    if any(_holds(rule.network, rule.ports, form, port) for rule in policy.deny for form in forms):
        return "in a network that the operator of kalixweb denies"
    if any(form.is_loopback for form in inner):
        return None if policy.loopback else "a loopback address of the machine that tests"
    if policy.allow and not all(
        any(_holds(rule.network, rule.ports, form, port) for rule in policy.allow) for form in inner
    ):
        return "outside the networks that the operator of kalixweb allows"
    return None


def is_private(text: str) -> bool:
    """An address of a private network (RFC 1918, RFC 6598, fc00::/7); loopback is not."""
    inner = carried(ipaddress.ip_address(text.partition("%")[0]))
    return all(any(form in network for network in _PRIVATE) for form in inner)


def is_loopback(text: str) -> bool:
    inner = carried(ipaddress.ip_address(text.partition("%")[0]))
    return any(form.is_loopback or form.is_unspecified for form in inner)


def _holds(network: Network, ports: frozenset[int], address: Address, port: int) -> bool:
    return address in network and (not ports or port in ports)
