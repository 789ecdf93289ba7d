"""Faults of the tls stage: the handshake, the served chain and the given CA."""

from brokers.engine.faults import tls_certificates, tls_protocol
from brokers.engine.faults.row import Row

ROWS: tuple[Row, ...] = (*tls_protocol.ROWS, *tls_certificates.ROWS)
