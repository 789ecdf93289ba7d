"""18. Security groups and network ACLs let port 9196 through."""

from typing import Any

from brokers.msk import commands, ranges
from brokers.msk.facts import Facts, NotKnown, at, lacks
from brokers.msk.failures import AwsFailure
from brokers.msk.finding import Check, Finding, How, failed, passed, unsure
from brokers.msk.ranges import Verdict
from brokers.msk.words import listed, shown

PORT = 9196
# Where answers go to: the ports that Linux gives to whoever connects.
_EPHEMERAL = (32768, 60999)
_NODES = "BrokerNodeGroupInfo"
_ME = commands.Shell('"$(curl -s https://checkip.amazonaws.com)/32"')


def _look(facts: Facts) -> Finding:
    parts: list[tuple[Verdict, str]] = []
    unknown: Exception | None = None
    for part in (_groups, _network_acls):
        try:
            parts += part(facts)
        except (AwsFailure, NotKnown) as why:
            unknown = unknown or why
    closed = [sentence for verdict, sentence in parts if verdict.state == "closed"]
    if closed:
        return failed(
            f"{PORT} closed",
            " ".join(closed),
            f"Let {PORT}/tcp in from {_origin(facts)}, and its answers out.",
        )
    if unknown:
        raise unknown
    open_to = [sentence for verdict, sentence in parts if verdict.state == "unsure"]
    if open_to:
        return unsure(
            f"{PORT} open to some",
            " ".join(open_to),
            f"See whether {_origin(facts)} is among them; a test of the connection tells for sure.",
            is_shown_how=True,
        )
    return passed(f"{PORT} open", f"{PORT}/tcp is open to {_origin(facts)}, and answers get out.")


def _origin(facts: Facts) -> str:
    addresses = facts.asked.from_addresses
    return listed(addresses) if addresses else "the address that kalixweb comes from"


def _groups(facts: Facts) -> list[tuple[Verdict, str]]:
    names = facts.need_provisioned(_NODES, "SecurityGroups")
    found = {at(group, "GroupId"): group for group in facts.need("groups", "SecurityGroups")}
    if missing := [name for name in names if name not in found]:
        raise lacks("DescribeSecurityGroups", f"the group {listed(missing)}")
    verdict = ranges.security_groups(found.values(), PORT, facts.asked.from_addresses)
    whose = f"The security group {listed(names)}"
    if verdict.state == "unsure":
        return [(verdict, f"{whose} opens {PORT}/tcp to {listed(verdict.by)} only.")]
    if verdict.by:
        sentence = f"{whose} opens {PORT}/tcp to {listed(verdict.by)} only, not to us."
    else:
        sentence = f"{whose} has no rule that lets {PORT}/tcp in."
    return [(verdict, sentence)]


def _network_acls(facts: Facts) -> list[tuple[Verdict, str]]:
    addresses = facts.asked.from_addresses
    found = []
    for acl in _acls_of_subnets(facts):
        name, entries = shown(at(acl, "NetworkAclId")), at(acl, "Entries")
        if entries is None:
            raise lacks("DescribeNetworkAcls", f"the rules of {name}")
        into = ranges.network_acl(entries, (PORT, PORT), addresses, out=False)
        away = ranges.network_acl(entries, _EPHEMERAL, addresses, out=True)
        found.append((into, f"The network ACL {name} {_verb(into)} {PORT}/tcp in.{_by(into)}"))
        span = f"ephemeral ports ({_EPHEMERAL[0]} to {_EPHEMERAL[1]})"
        found.append((away, f"The network ACL {name} {_verb(away)} {span} out.{_by(away)}"))
    return found


def _verb(verdict: Verdict) -> str:
    return "does not let" if verdict.state == "closed" else "may not let"


def _by(verdict: Verdict) -> str:
    return f" It has rules of their own for {listed(verdict.by)}." if verdict.by else ""


def _acls_of_subnets(facts: Facts) -> list[Any]:
    """The network ACL of each subnet, each once."""
    of_subnet = {
        at(association, "SubnetId"): acl
        for acl in facts.need("nacls", "NetworkAcls")
        for association in at(acl, "Associations") or []
    }
    subnets = facts.need_provisioned(_NODES, "ClientSubnets")
    if missing := [subnet for subnet in subnets if subnet not in of_subnet]:
        raise lacks("DescribeNetworkAcls", f"the network ACL of {listed(missing)}")
    return list({at(acl, "NetworkAclId"): acl for acl in map(of_subnet.get, subnets)}.values())


def _how(facts: Facts) -> How:
    groups = facts.maybe_provisioned(_NODES, "SecurityGroups") or ["sg-…"]
    addresses: list[object] = [*(_as_range(a) for a in facts.asked.from_addresses)] or [_ME]
    rules = (
        commands.aws(
            facts,
            "ec2 authorize-security-group-ingress",
            ("group-id", groups[0]),
            ("protocol", "tcp"),
            ("port", str(PORT)),
            ("cidr", address),
        )
        for address in addresses
    )
    return How(
        console=f"VPC, Security groups, {shown(groups[0])}, Edit inbound rules: Custom TCP, "
        f"{PORT}, from {_origin(facts)}. VPC, Network ACLs: {PORT}/tcp in and 1024-65535/tcp out, "
        "with a smaller number than what denies them.",
        cli=commands.block(*rules),
        terraform='aws_vpc_security_group_ingress_rule: ip_protocol = "tcp", from_port = '
        f"{PORT}, to_port = {PORT}, cidr_ipv4",
    )


def _as_range(address: str) -> str:
    return str(ranges.sources([address])[0])


CHECK = Check(
    id="firewall",
    title=f"Firewall lets port {PORT} in",
    why="What the security group or a network ACL holds back looks like silence, not like a "
    "refusal.",
    needs=("cluster", "groups", "nacls"),
    look=_look,
    step=f"Open port {PORT}",
    wait="At once.",
    how=_how,
)
