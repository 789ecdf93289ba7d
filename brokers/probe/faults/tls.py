"""Faults of the tls stage: the handshake, the served chain and the given CA."""

from brokers.probe.faults.row import Row

ROWS: tuple[Row, ...] = (
    Row(
        "tls.client_certificate_required",
        "F",
        "tls",
        "you",
        "mTLS",
        "{host}:{port} asks for a client certificate and closed the connection without one.",
        "Use the port of the listener for {auth}; this one is for clients with certificates.",
    ),
    Row(
        "tls.broken",
        "F",
        "tls",
        "cluster_owner",
        "TLS broken",
        "The TLS connection to {host}:{port} broke: {detail}.",
        "Send the raw text below to the owner of the cluster.",
    ),
)
