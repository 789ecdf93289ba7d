"""Faults before the first byte: names, addresses and TCP connections."""

from brokers.engine.faults.row import Row, Seen

_INSIDE = "run `kalixweb probe` on a machine inside the cluster's network"


def _open_port(seen: Seen) -> str:
    where = " in the security group of the brokers" if seen["msk"] == "yes" else ""
    way = f"from {seen['machine']} to {seen['host']}{where}"
    return f"Have TCP port {seen['port']} opened {way}, or {_INSIDE}."


def _from_outside(seen: Seen) -> str:
    if seen["msk"] == "yes":
        return (
            "Use the cluster's public bootstrap servers (names with -public, port 9196) if its "
            f"public access is on, or {_INSIDE}."
        )
    return f"Use the cluster's public bootstrap servers, or {_INSIDE}."


ROWS = (
    Row(
        "resolve.not_found",
        "F",
        "resolve",
        "you",
        "No such name",
        "The name {host} does not exist: the resolver of {machine} has no address for it.",
        f"Compare it letter by letter with the cluster's bootstrap servers; "
        f"if it is a private name, {_INSIDE}.",
        field="servers",
        follow_up="inside",
    ),
    Row(
        "resolve.unavailable",
        "F",
        "resolve",
        "operator",
        "No DNS",
        "The name {host} could not be looked up: {detail}.",
        "Check the name servers of {machine}, then test again.",
    ),
    Row(
        "resolve.private",
        "W",
        "resolve",
        "you",
        "Private",
        "{host} has only private addresses here ({addresses}), although {other}.",
        "Check that the name server that {machine} asks gives the public addresses, "
        "or test from inside the cluster's network.",
        field="servers",
    ),
    Row(
        "resolve.refused_target",
        "F",
        "resolve",
        "operator",
        "Not allowed",
        "{place}, which is {reason}; no connection was made.",
        "Use the address of a broker; the networks that tests may reach are set by the operator "
        "of kalixweb.",
        off_limits=True,
    ),
    Row(
        "connect.refused",
        "F",
        "connect",
        "you",
        "Refused",
        "{name} refused the connection ({detail}): nothing listens on port {port} there.",
        "Compare host and port with the cluster's bootstrap servers; if they are right, ask the "
        "cluster's owner whether this broker runs.",
        field="servers",
        advertised="that port refuses connections",
    ),
    Row(
        "connect.silent",
        "F",
        "connect",
        "network",
        "Silent",
        "{name} did not answer within {seconds} s ({detail}): a firewall or security group on the "
        "way probably drops the packets.",
        _open_port,
        advertised="that port does not answer",
        follow_up="inside",
    ),
    Row(
        "connect.silent_private",
        "F",
        "connect",
        "you",
        "Private",
        "{name} did not answer within {seconds} s, and {detail} is a private address: "
        "{machine} is probably outside its network.",
        _from_outside,
        field="servers",
        advertised="that private address does not answer",
        follow_up="inside",
    ),
    Row(
        "connect.unreachable",
        "F",
        "connect",
        "network",
        "No route",
        "There is no route from {machine} to {name} ({detail}).",
        "Check the routes, VPN or peering between {machine} and the cluster's network.",
        advertised="there is no route to it",
    ),
    Row(
        "connect.some_addresses",
        "W",
        "connect",
        "cluster_owner",
        "Some answer",
        "{answering} of the {count} addresses of {host} answer on port {port}; {detail}.",
        "Remove the dead addresses from DNS or bring them back: clients that pick one wait or "
        "fail.",
    ),
)
