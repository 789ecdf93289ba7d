"""Security groups and network ACLs let port 9196 through."""

from dataclasses import dataclass
from typing import Any

from brokers.aws import address_ranges, firewall_commands
from brokers.aws.address_ranges import PortState
from brokers.aws.check import Check, Finding, Fix, failed, passed, unsure
from brokers.aws.cluster_facts import Facts, NotKnown, at, lacks
from brokers.aws.failures import AwsFailure
from brokers.aws.wording import listed, printable

PORT = 9196
# Where answers go to: the ports that Linux gives to whoever connects.
_EPHEMERAL = (32768, 60999)


@dataclass(frozen=True, slots=True)
class _Barrier:
    """One rule set that traffic must pass, what it does, and the command that opens it."""

    port_state: PortState
    sentence: str
    command: str


def _evaluate(facts: Facts) -> Finding:
    parts, unknown = _parts(facts)
    if closed := [part.sentence for part in parts if part.port_state.state == "closed"]:
        return failed(
            f"{PORT} closed",
            " ".join(closed),
            f"Let {PORT}/tcp in from {_origin(facts)}, and its answers out.",
        )
    if unknown:
        raise unknown
    if some := [part.sentence for part in parts if part.port_state.state == "unsure"]:
        return unsure(
            f"{PORT} open to some",
            " ".join(some),
            f"See whether {_origin(facts)} is among them; a test of the connection tells for sure.",
            shows_fix=True,
        )
    return passed(f"{PORT} open", f"{PORT}/tcp is open to {_origin(facts)}, and answers get out.")


def _parts(facts: Facts) -> tuple[list[_Barrier], AwsFailure | NotKnown | None]:
    """All rule sets that could be read, and why the others could not."""
    parts: list[_Barrier] = []
    unknown: AwsFailure | NotKnown | None = None
    for evaluate_part in (_groups, _network_acls):
        try:
            parts += evaluate_part(facts)
        except (AwsFailure, NotKnown) as why:
            unknown = unknown or why
    return parts, unknown


def _origin(facts: Facts) -> str:
    addresses = facts.request.from_addresses
    return listed(addresses) if addresses else "the address that kalixweb comes from"


def _groups(facts: Facts) -> list[_Barrier]:
    names = facts.need_nodes("SecurityGroups")
    found = {at(group, "GroupId"): group for group in facts.need("groups", "SecurityGroups")}
    if missing := [name for name in names if name not in found]:
        raise lacks("DescribeSecurityGroups", f"the group {listed(missing)}")
    groups = [found[name] for name in names]
    port_state = address_ranges.security_groups(groups, PORT, facts.request.from_addresses)
    whose = f"The security group {listed(names)}"
    if port_state.state == "unsure":
        sentence = f"{whose} opens {PORT}/tcp to {listed(port_state.by)} only."
    elif port_state.by:
        sentence = f"{whose} opens {PORT}/tcp to {listed(port_state.by)} only, not to us."
    else:
        sentence = f"{whose} has no rule that lets {PORT}/tcp in."
    return [_Barrier(port_state, sentence, firewall_commands.group(facts, names[0], PORT))]


def _network_acls(facts: Facts) -> list[_Barrier]:
    addresses = facts.request.from_addresses
    parts = []
    for acl in _acls_of_subnets(facts):
        name, entries = printable(at(acl, "NetworkAclId")), at(acl, "Entries")
        if entries is None:
            raise lacks("DescribeNetworkAcls", f"the rules of {name}")
        into = address_ranges.network_acl(entries, (PORT, PORT), addresses, out=False)
        sentence = f"The network ACL {name} {_verb(into)} {PORT}/tcp in.{_by(into)}"
        parts.append(_Barrier(into, sentence, firewall_commands.way_in(facts, acl, PORT)))
        away = address_ranges.network_acl(entries, _EPHEMERAL, addresses, out=True)
        span = f"ephemeral ports ({_EPHEMERAL[0]} to {_EPHEMERAL[1]})"
        sentence = f"The network ACL {name} {_verb(away)} {span} out.{_by(away)}"
        parts.append(_Barrier(away, sentence, firewall_commands.way_out(facts, acl)))
    return parts


def _verb(port_state: PortState) -> str:
    return "does not let" if port_state.state == "closed" else "may not let"


def _by(port_state: PortState) -> str:
    return f" It has rules of their own for {listed(port_state.by)}." if port_state.by else ""


def _acls_of_subnets(facts: Facts) -> list[Any]:
    """The network ACL of each subnet, each once."""
    of_subnet = {
        at(association, "SubnetId"): acl
        for acl in facts.need("nacls", "NetworkAcls")
        for association in at(acl, "Associations") or []
    }
    subnets = facts.need_nodes("ClientSubnets")
    if missing := [subnet for subnet in subnets if subnet not in of_subnet]:
        raise lacks("DescribeNetworkAcls", f"the network ACL of {listed(missing)}")
    return list({at(acl, "NetworkAclId"): acl for acl in map(of_subnet.get, subnets)}.values())


def _fix(facts: Facts) -> Fix:
    commands = [part.command for part in _parts(facts)[0] if part.port_state.state != "open"]
    return Fix(
        console=f"VPC, Security groups, Edit inbound rules: Custom TCP, {PORT}, from "
        f"{_origin(facts)}. VPC, Network ACLs: {PORT}/tcp in and 1024-65535/tcp out, with a "
        "smaller number than what denies them.",
        cli="\n".join(commands),
        terraform='aws_vpc_security_group_ingress_rule: ip_protocol = "tcp", from_port = '
        f"{PORT}, to_port = {PORT}, cidr_ipv4; aws_network_acl_rule for the network ACL",
    )


CHECK = Check(
    id="firewall",
    title=f"Firewall lets port {PORT} in",
    position=180,
    fix_position=220,
    takes_addresses=True,
    why="What the security group or a network ACL holds back looks like silence, not like a "
    "refusal.",
    facts=("cluster", "groups", "nacls"),
    evaluate=_evaluate,
    fix_title=f"Open port {PORT}",
    wait="At once.",
    fix=_fix,
)
