"""Faults of the tls stage: the handshake, the served chain and the given CA."""

from brokers.probe.faults import tls_certificates, tls_protocol
from brokers.probe.faults.row import Row

ROWS: tuple[Row, ...] = (*tls_protocol.ROWS, *tls_certificates.ROWS)
