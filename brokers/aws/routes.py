"""Which route table a subnet uses, and what that says of the way to the internet."""

from typing import Any, Literal

from brokers.aws.cluster_facts import at, lacks

Route = Literal["internet_gateway", "blackhole", "nat", "another_target", "ipv6_only", "none"]

_ANYWHERE = "0.0.0.0/0"
_LEFT = {"disassociating", "disassociated", "failed"}


def table_of(subnet: str, vpc: str, tables: list[Any]) -> dict[str, Any] | None:
    """The table that is associated with the subnet, else the main one of its VPC."""
    main = None
    for table in tables:
        if not isinstance(table, dict):
            continue
        for association in at(table, "Associations") or []:
            if at(association, "AssociationState", "State") in _LEFT:
                continue
            if at(association, "SubnetId") == subnet:
                return table
            if at(association, "Main") is True and table.get("VpcId") == vpc:
                main = table
    return main


def way_out(table: dict[str, Any]) -> Route:
    """Where the table sends what is for the IPv4 internet; raises NotKnown."""
    routes = at(table, "Routes")
    if routes is None:
        raise lacks("DescribeRouteTables", "Routes")
    default = next((r for r in routes if at(r, "DestinationCidrBlock") == _ANYWHERE), None)
    if default is None:
        has_six = any(at(route, "DestinationIpv6CidrBlock") == "::/0" for route in routes)
        return "ipv6_only" if has_six else "none"
    if at(default, "State") == "blackhole":
        return "blackhole"
    if str(at(default, "GatewayId") or "").startswith("igw-"):
        return "internet_gateway"
    return "nat" if at(default, "NatGatewayId") else "another_target"
