"""Commands that open a security group or a network ACL."""

from typing import Any

from brokers.aws import commands
from brokers.aws.address_ranges import ANYWHERE, sources
from brokers.aws.cluster_facts import Facts, at

_ME = commands.Shell('"$(curl -s https://checkip.amazonaws.com)/32"')
# The last rule of every network ACL: it denies what no other rule has named.
_LAST = 32767
_USUAL = 100


def group(facts: Facts, name: str, port: int) -> str:
    """To where we come from; where that is not known, to where the command is run."""
    addresses = facts.request.from_addresses
    known = [str(source) for source in sources(addresses)] if addresses else [_ME]
    return commands.block(
        *(
            commands.aws(
                facts,
                "ec2 authorize-security-group-ingress",
                ("group-id", name),
                ("protocol", "tcp"),
                ("port", str(port)),
                ("cidr", address),
            )
            for address in known
        )
    )


def way_in(facts: Facts, acl: dict[str, Any], port: int) -> str:
    return _entry(facts, acl, f"From={port},To={port}", out=False)


def way_out(facts: Facts, acl: dict[str, Any]) -> str:
    return _entry(facts, acl, "From=1024,To=65535", out=True)


def _entry(facts: Facts, acl: dict[str, Any], ports: str, *, out: bool) -> str:
    """A rule before all others: the group, not the network ACL, says who may come."""
    numbers = [
        at(entry, "RuleNumber") or _LAST
        for entry in at(acl, "Entries") or []
        if bool(at(entry, "Egress")) == out
    ]
    number = max(1, min(min(numbers, default=_LAST) - 1, _USUAL))
    entry = commands.aws(
        facts,
        "ec2 create-network-acl-entry",
        ("network-acl-id", at(acl, "NetworkAclId")),
        ("rule-number", str(number)),
        ("protocol", "tcp"),
        ("port-range", ports),
        ("cidr-block", ANYWHERE),
        ("rule-action", "allow"),
    )
    return commands.continued(entry, "--egress" if out else "--ingress")
