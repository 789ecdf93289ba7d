"""The calls of EC2 that tell how a subnet is reached."""

from tests.fakes.aws.account import Account, Record
from tests.fakes.aws.refusals import Refused


def answer(account: Account, region: str, operation: str, params: Record) -> Record:
    """What EC2 answers in that Region; raises Refused."""
    name, id_key, id_param, held = _KINDS[operation]
    rows = getattr(account, held) if region == account.region else []
    wanted = params.get(id_param, [])
    for one in wanted:
        if one not in [row[id_key] for row in rows]:
            code, noun = _MISSING[id_param]
            raise Refused(code, f"The {noun} '{one}' does not exist", 400)
    rows = [row for row in rows if not wanted or row[id_key] in wanted]
    for one in params.get("Filter", []):
        rows = [row for row in rows if _passes(row, one["Name"], one["Value"])]
    start = int(params.get("NextToken", 0))
    most = min(int(params.get("MaxResults", len(rows) or 1)), account.per_page or len(rows) or 1)
    page: Record = {name: rows[start : start + most]}
    if start + most < len(rows):
        page["NextToken"] = str(start + most)
    return page


def _passes(row: Record, name: str, values: list[str]) -> bool:
    """Whether a row passes one of the filters that exist here."""
    if name == "association.subnet-id":
        return any(a.get("SubnetId") in values for a in row.get("Associations", []))
    if name == "association.main":
        return any(str(a.get("Main", False)).lower() in values for a in row["Associations"])
    return row.get(_COLUMNS[name]) in values


_COLUMNS = {"vpc-id": "VpcId", "subnet-id": "SubnetId", "group-id": "GroupId"}
_KINDS = {
    "DescribeSubnets": ("Subnets", "SubnetId", "SubnetId", "subnets"),
    "DescribeRouteTables": ("RouteTables", "RouteTableId", "RouteTableId", "route_tables"),
    "DescribeSecurityGroups": ("SecurityGroups", "GroupId", "GroupId", "security_groups"),
    "DescribeNetworkAcls": ("NetworkAcls", "NetworkAclId", "NetworkAclId", "network_acls"),
}
_MISSING = {
    "SubnetId": ("InvalidSubnetID.NotFound", "subnet ID"),
    "RouteTableId": ("InvalidRouteTableID.NotFound", "routeTable ID"),
    "GroupId": ("InvalidGroup.NotFound", "security group"),
    "NetworkAclId": ("InvalidNetworkAclID.NotFound", "networkAcl ID"),
}
