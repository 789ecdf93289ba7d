"""Whether rules of a firewall let traffic through, by the address ranges that they name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from typing import Any, Literal

from brokers.aws.cluster_facts import at, lacks
from brokers.aws.wording import printable

Network = IPv4Network | IPv6Network
State = Literal["open", "closed", "unsure"]

ANYWHERE = "0.0.0.0/0"
_TCP = {"tcp", "6", "-1"}


@dataclass(frozen=True, slots=True)
class PortState:
    """``by``: the ranges, lists or groups that the verdict rests on."""

    state: State
    by: tuple[str, ...] = ()


@dataclass(slots=True)
class _NamedSources:
    ranges: list[str] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)


def sources(addresses: Sequence[str]) -> list[Network]:
    """Where traffic comes from; from anywhere when that is not known. Raises ValueError."""
    return [ip_network(address, strict=False) for address in addresses or (ANYWHERE,)]


def security_groups(groups: Sequence[Any], port: int, addresses: Sequence[str]) -> PortState:
    """The rules of all groups together: what one of them allows is allowed. Raises NotKnown."""
    named = _named(groups, port)
    wanted = sources(addresses)
    if all(_is_within(source, named.ranges) for source in wanted):
        return PortState("open", tuple(named.ranges))
    if named.lists or (named.ranges and not addresses):
        return PortState("unsure", (*named.ranges, *named.lists))
    if any(at(group, "IpPermissions") is None for group in groups):
        raise lacks("DescribeSecurityGroups", "IpPermissions")
    return PortState("closed", (*named.ranges, *named.groups))


def _named(groups: Iterable[Any], port: int) -> _NamedSources:
    named = _NamedSources()
    for group in groups:
        for rule in at(group, "IpPermissions") or []:
            if not _is_about(rule, port):
                continue
            named.ranges += _values(rule, "IpRanges", "CidrIp")
            named.ranges += _values(rule, "Ipv6Ranges", "CidrIpv6")
            named.lists += _values(rule, "PrefixListIds", "PrefixListId")
            named.groups += _values(rule, "UserIdGroupPairs", "GroupId")
    return named


def _is_about(rule: object, port: int) -> bool:
    protocol = str(at(rule, "IpProtocol")).lower()
    if protocol == "-1":
        return True
    first, last = at(rule, "FromPort"), at(rule, "ToPort")
    if protocol not in _TCP or first is None or last is None:
        return False
    return bool(first <= port <= last) or first == -1


def _values(rule: object, plural: str, singular: str) -> list[str]:
    return [str(value) for item in at(rule, plural) or [] if (value := at(item, singular))]


def _is_within(source: Network, ranges: Iterable[str]) -> bool:
    known = [_network(text) for text in ranges]
    if isinstance(source, IPv4Network):
        four = [net for net in known if isinstance(net, IPv4Network)]
        return any(source.subnet_of(net) for net in collapse_addresses(four))
    six = [net for net in known if isinstance(net, IPv6Network)]
    return any(source.subnet_of(net) for net in collapse_addresses(six))


def _network(text: str) -> Network:
    """A range that AWS named; raises NotKnown."""
    try:
        return ip_network(text, strict=False)
    except ValueError:
        raise lacks("EC2", f"a range of addresses where it says {printable(text)}") from None


def network_acl(
    entries: Iterable[Any], ports: tuple[int, int], addresses: Sequence[str], *, out: bool
) -> PortState:
    """The first rule by number that matches decides, for each part of the ports by itself."""
    rules = sorted(
        (entry for entry in entries if bool(at(entry, "Egress")) == out),
        key=lambda entry: at(entry, "RuleNumber") or 0,
    )
    found = [
        _first_match(rules, port, source)
        for source in sources(addresses)
        for port in _edges(rules, ports)
    ]
    by = tuple(dict.fromkeys(name for port_state in found for name in port_state.by))
    for state in ("closed", "unsure"):
        if any(port_state.state == state for port_state in found):
            return PortState("closed" if state == "closed" else "unsure", by)
    return PortState("open", by)


def _edges(rules: Iterable[Any], ports: tuple[int, int]) -> list[int]:
    """One port of every part that the rules cut the ports into."""
    first, last = ports
    cuts = {first}
    for rule in rules:
        start, end = at(rule, "PortRange", "From"), at(rule, "PortRange", "To")
        cuts |= {cut for cut in (start, end and end + 1) if cut and first < cut <= last}
    return sorted(cuts)


def _first_match(rules: Iterable[Any], port: int, source: Network) -> PortState:
    parts: list[tuple[str, str]] = []
    final = "deny"
    for rule in rules:
        cidr = at(rule, "CidrBlock") or at(rule, "Ipv6CidrBlock")
        if not cidr or not _is_about_port(rule, port):
            continue
        net = _network(cidr)
        action = str(at(rule, "RuleAction")).lower()
        if _is_within(source, [str(net)]):
            final = action
            break
        if net.version == source.version and net.overlaps(source):
            parts.append((action, cidr))
    if other := tuple(cidr for action, cidr in parts if action != final):
        return PortState("unsure", other)
    return PortState("open" if final == "allow" else "closed")


def _is_about_port(rule: object, port: int) -> bool:
    protocol = str(at(rule, "Protocol")).lower()
    if protocol == "-1":
        return True
    first, last = at(rule, "PortRange", "From"), at(rule, "PortRange", "To")
    if protocol not in _TCP:
        return False
    return first is None or last is None or bool(first <= port <= last)
