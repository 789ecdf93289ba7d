"""Where a test may connect: addresses are judged before a connection, and only they are used.

Forms that carry an IPv4 address inside IPv6 (mapped, 6to4, NAT64) are judged by what they carry.
"""

import ipaddress
from collections.abc import Iterable

from brokers.probe.target import Network, TargetPolicy

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
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
    )
)
_PRIVATE = tuple(
    ipaddress.ip_network(network)
    for network in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
)


def unwrapped(address: Address) -> Address:
    """The IPv4 address that an IPv6 form carries, or the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour
    if inner is not None:
        return inner
    if any(address in network for network in _NAT64):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if int(address) >> 32 == 0 and int(address) > 1:  # ::a.b.c.d, the deprecated form
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def refusal(text: str, port: int, policy: TargetPolicy) -> str | None:
    """Why this address may not be connected to, as words after "which is"; None if it may."""
    outer = ipaddress.ip_address(text.partition("%")[0])
    address = unwrapped(outer)
    for network, words in _REFUSED:
        if address in network or outer in network:
            return words
    if (str(address), port) in policy.refused_endpoints:
        return "a part of kalixweb's own installation"
    if any(
        _holds(r.network, r.ports, form, port) for r in policy.deny for form in (address, outer)
    ):
        return "in a network that the operator of kalixweb denies"
    if address.is_loopback:
        return None if policy.loopback else "a loopback address of the machine that tests"
    if policy.allow and not any(
        _holds(rule.network, rule.ports, address, port) for rule in policy.allow
    ):
        return "outside the networks that the operator of kalixweb allows"
    return None


def is_private(text: str) -> bool:
    """An address of a private network (RFC 1918, RFC 6598, fc00::/7); loopback is not."""
    address = unwrapped(ipaddress.ip_address(text.partition("%")[0]))
    return any(address in network for network in _PRIVATE)


def is_loopback(text: str) -> bool:
    address = unwrapped(ipaddress.ip_address(text.partition("%")[0]))
    return address.is_loopback or address.is_unspecified


def host_allowed(host: str, allowed: Iterable[str]) -> bool:
    """Whether a host is one of the allowed ones: exact, or ``*.suffix`` for any depth below it."""
    name = host.lower().rstrip(".")
    for pattern in allowed:
        wanted = pattern.lower().rstrip(".")
        if name == wanted or (wanted.startswith("*.") and name.endswith(wanted[1:])):
            return True
    return False


def _holds(network: Network, ports: frozenset[int], address: Address, port: int) -> bool:
    return address in network and (not ports or port in ports)
