"""Faults of the tls stage that show before any certificate counts: what speaks there, and how."""

from brokers.engine.faults.row import Row, Seen
from brokers.engine.results import Owner

OWNER: Owner = "cluster_owner"
ASK_TLS = (
    "Use the port of a listener with TLS and login (SASL_SSL); the cluster's owner knows it."
    " kalixweb logs in over verified TLS only, so that nobody on the way can read the password."
)


def _old_cipher(seen: Seen) -> str:
    start = f"{seen['host']}:{seen['port']} found no cipher or signature in common with a client"
    if seen["cipher"]:
        return f"{start} of today: it would take {seen['cipher']} ({seen['version']})."
    return f"{start}: {seen['detail']}."


ROWS: tuple[Row, ...] = (
    Row(
        "tls.plaintext_kafka",
        "F",
        "tls",
        "you",
        "Plaintext",
        "{host}:{port} speaks Kafka without TLS{login}.",
        ASK_TLS,
        field="servers",
    ),
    Row(
        "tls.http",
        "F",
        "tls",
        "you",
        "HTTP",
        "{host}:{port} answers in HTTP ({answer}): this is no Kafka broker's port.",
        "Copy the bootstrap servers again from the cluster's page; a REST or web address does"
        " not work.",
        field="servers",
    ),
    Row(
        "tls.other_protocol",
        "F",
        "tls",
        "you",
        "Not TLS",
        "{host}:{port} does not speak TLS: it answers like {protocol}.",
        "Check host and port against the bootstrap servers of the cluster.",
        field="servers",
    ),
    Row(
        "tls.silent",
        "F",
        "tls",
        "network",
        "Silent",
        "{host}:{port} takes the connection, then answers neither TLS nor plaintext.",
        "Ask who runs the network whether something in between swallows the traffic, and the"
        " cluster's owner whether the broker hangs or is at its limit of connections"
        " (max.connections).",
    ),
    Row(
        "tls.closed",
        "F",
        "tls",
        OWNER,
        "Closed",
        "{host}:{port} takes the connection and closes it at once, with and without TLS.",
        "Ask whether a load balancer there has a working broker behind it, and whether the broker"
        " is at its limit of connections per address (max.connections.per.ip).",
    ),
    Row(
        "tls.silent_after_hello",
        "F",
        "tls",
        "network",
        "Lost hello",
        "{host}:{port} speaks TLS and answers a few bytes, but not the {size} bytes that open TLS:"
        " large packets are probably lost on the way.",
        "Lower the MTU of the VPN or tunnel on the way (1,400, then 1,300), or let ICMP"
        " 'fragmentation needed' through.",
    ),
    Row(
        "tls.zookeeper",
        "F",
        "tls",
        "you",
        "ZooKeeper",
        "{host}:{port} is a ZooKeeper server ({version}), not a Kafka broker.",
        "Use the bootstrap servers of the cluster, not its ZooKeeper connection string.",
        field="servers",
    ),
    Row(
        "tls.old_version",
        "F",
        "tls",
        OWNER,
        "Old TLS",
        "{host}:{port} offers {version} at best; Kafka clients ask for TLS 1.2 or newer.",
        "Have TLSv1.2 and TLSv1.3 enabled on the listener (ssl.enabled.protocols).",
    ),
    Row(
        "tls.no_common_cipher",
        "F",
        "tls",
        OWNER,
        "No cipher",
        _old_cipher,
        "Have the listener's ssl.cipher.suites widened (or removed: the defaults are right), and"
        " its key checked: RSA or EC.",
    ),
    Row(
        "tls.client_certificate_required",
        "F",
        "tls",
        "you",
        "mTLS",
        "{host}:{port} asks for a client certificate and refused to go on without one.",
        "Use the port of the listener where clients log in with user and password (on Amazon MSK"
        " 9096, or 9196 from outside); this one is for clients with certificates.",
        field="servers",
    ),
    Row(
        "tls.broken",
        "F",
        "tls",
        OWNER,
        "TLS broken",
        "TLS with {host}:{port} failed: {detail}.",
        "Send the raw text to the owner of the cluster.",
    ),
)
