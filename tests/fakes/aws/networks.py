"""Subnets, routes, security groups and network ACLs as a public cluster needs them."""

from tests.fakes.aws.account import Account, Record

VPC = "vpc-0a"
ANYWHERE = "0.0.0.0/0"


def public_network(account: Account, cluster: str, *, zones: int = 3) -> None:
    """Public subnets for a cluster, its security group open on 9196, and open network ACLs."""
    subnets = [f"subnet-0{letter}" for letter in "abcdef"[:zones]]
    account.subnets = [_subnet(account, name, n) for n, name in enumerate(subnets)]
    account.route_tables = [
        {
            "RouteTableId": "rtb-public",
            "VpcId": VPC,
            "Associations": [
                {"Main": False, "RouteTableId": "rtb-public", "SubnetId": name} for name in subnets
            ],
            "Routes": [local_route(), route("igw-0a")],
        },
        {
            "RouteTableId": "rtb-main",
            "VpcId": VPC,
            "Associations": [{"Main": True, "RouteTableId": "rtb-main"}],
            "Routes": [local_route()],
        },
    ]
    account.security_groups = [
        {
            "GroupId": "sg-0a",
            "GroupName": "msk",
            "Description": "MSK",
            "VpcId": VPC,
            "IpPermissions": [open_port(9196, ANYWHERE)],
            "IpPermissionsEgress": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": ANYWHERE}]}],
        }
    ]
    account.network_acls = [network_acl("acl-0a", subnets)]
    group = account.clusters[cluster]["Provisioned"]["BrokerNodeGroupInfo"]
    group |= {"ClientSubnets": subnets, "SecurityGroups": ["sg-0a"]}


def _subnet(account: Account, name: str, number: int) -> Record:
    return {
        "SubnetId": name,
        "VpcId": VPC,
        "AvailabilityZone": f"{account.region}{'abcdef'[number]}",
        "CidrBlock": f"10.0.{number}.0/24",
        "MapPublicIpOnLaunch": True,
        "State": "available",
    }


def local_route() -> Record:
    return {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"}


def route(gateway: str, to: str = ANYWHERE, *, state: str = "active") -> Record:
    """A route by an internet gateway (``igw-``) or a NAT gateway (``nat-``)."""
    key = "DestinationIpv6CidrBlock" if ":" in to else "DestinationCidrBlock"
    through = "NatGatewayId" if gateway.startswith("nat-") else "GatewayId"
    return {key: to, through: gateway, "State": state}


def open_port(port: int, *ranges: str) -> Record:
    """An inbound rule of a security group for one TCP port."""
    return {
        "IpProtocol": "tcp",
        "FromPort": port,
        "ToPort": port,
        "IpRanges": [{"CidrIp": one} for one in ranges if ":" not in one],
        "Ipv6Ranges": [{"CidrIpv6": one} for one in ranges if ":" in one],
    }


def network_acl(name: str, subnets: list[str]) -> Record:
    """The default network ACL: everything in, everything out."""
    entries = []
    for egress in (False, True):
        entries += [entry(100, egress=egress), entry(32767, egress=egress, action="deny")]
    return {
        "NetworkAclId": name,
        "VpcId": VPC,
        "IsDefault": True,
        "Associations": [
            {"NetworkAclAssociationId": f"assoc-{s}", "NetworkAclId": name, "SubnetId": s}
            for s in subnets
        ],
        "Entries": entries,
    }


def entry(
    number: int,
    *,
    egress: bool,
    action: str = "allow",
    ports: tuple[int, int] | None = None,
    cidr: str = ANYWHERE,
) -> Record:
    """One rule of a network ACL; without ports it is for every protocol."""
    rule: Record = {
        "RuleNumber": number,
        "Egress": egress,
        "RuleAction": action,
        "Protocol": "6" if ports else "-1",
        "CidrBlock": cidr,
    }
    if ports:
        rule["PortRange"] = {"From": ports[0], "To": ports[1]}
    return rule
