"""Every subnet of the brokers has a route to an internet gateway."""

from brokers.aws import commands
from brokers.aws.check import Check, Finding, Fix, failed, passed
from brokers.aws.cluster_facts import Facts, at, lacks
from brokers.aws.routes import Route, table_of, way_out
from brokers.aws.wording import listed, printable

_SAYS: dict[Route, str] = {
    "blackhole": "its route leads to a gateway that is gone (blackhole)",
    "nat": "its route leads to a NAT gateway, which lets nobody in",
    "another_target": "its route leads elsewhere than to an internet gateway",
    "ipv6_only": "only ::/0 has a route, and the brokers' public addresses are IPv4",
    "none": "no route for 0.0.0.0/0",
}


def _evaluate(facts: Facts) -> Finding:
    ways = {subnet: way_out(table) for subnet, table in _tables(facts).items()}
    closed = {subnet: way for subnet, way in ways.items() if way != "internet_gateway"}
    if not closed:
        return passed(
            f"{len(ways)} of {len(ways)}",
            f"All subnets have a route to an internet gateway: {listed(ways)}.",
        )
    reasons = listed(f"{subnet} ({_SAYS[way]})" for subnet, way in closed.items())
    return failed(
        f"{len(ways) - len(closed)} of {len(ways)}",
        f"Without a route from 0.0.0.0/0 to an internet gateway: {reasons}.",
        "Give these subnets a route to an internet gateway: AWS wants it of every subnet of the "
        "cluster.",
    )


def _tables(facts: Facts) -> dict[str, dict[str, object]]:
    vpcs: dict[str, str] = {
        subnet: vpc
        for item in facts.need("subnets", "Subnets")
        if (subnet := at(item, "SubnetId")) and (vpc := at(item, "VpcId"))
    }
    tables = facts.need("routes", "RouteTables")
    found = {}
    for subnet in facts.need_nodes("ClientSubnets"):
        if subnet not in vpcs:
            raise lacks("DescribeSubnets", f"the subnet {printable(subnet)}")
        table = table_of(subnet, vpcs[subnet], tables)
        if table is None:
            raise lacks("DescribeRouteTables", f"a table for the subnet {printable(subnet)}")
        found[printable(subnet)] = table
    return found


def _fix(facts: Facts) -> Fix:
    tables = {
        str(table.get("RouteTableId")): table
        for table in _tables(facts).values()
        if way_out(table) != "internet_gateway"
    }
    return Fix(
        console=f"VPC, Route tables, {listed(tables)}, Edit routes: 0.0.0.0/0 to an internet "
        "gateway. What else uses the table gets the route too.",
        cli=commands.block(*(_route(facts, name, table) for name, table in tables.items())),
        terraform='aws_route: route_table_id, destination_cidr_block = "0.0.0.0/0", gateway_id = '
        "aws_internet_gateway.this.id",
    )


def _route(facts: Facts, name: str, table: dict[str, object]) -> str:
    gateway = commands.printed(
        commands.aws(
            facts,
            "ec2 describe-internet-gateways",
            ("filters", f"Name=attachment.vpc-id,Values={table.get('VpcId')}"),
        ),
        "InternetGateways[0].InternetGatewayId",
    )
    verb = "create" if way_out(table) in {"none", "ipv6_only"} else "replace"
    return commands.aws(
        facts,
        f"ec2 {verb}-route",
        ("route-table-id", name),
        ("destination-cidr-block", "0.0.0.0/0"),
        ("gateway-id", gateway),
    )


CHECK = Check(
    id="subnets_public",
    title="Subnets are public",
    position=170,
    fix_position=190,
    why="A broker with a public address answers only where its subnet has a way to the internet.",
    facts=("cluster", "subnets", "routes"),
    evaluate=_evaluate,
    fix_title="Give the subnets a route to the internet",
    wait="At once.",
    fix=_fix,
)
