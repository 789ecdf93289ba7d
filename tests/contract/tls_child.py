"""Lets librdkafka open TLS to several servers, one after the other, until each ends it.

A program, run in a child process. Standard input: a list of the client's settings as JSON.
"""

import json
import logging
import sys
import time

from confluent_kafka.admin import AdminClient


def visit(settings: dict[str, str]) -> None:
    """Returns when the connection has failed or was closed by the server."""
    ended: list[object] = []
    quiet = {
        "security.protocol": "SSL",
        "broker.address.family": "any",
        "enable.metrics.push": False,
        "reconnect.backoff.ms": 10000,
        "reconnect.backoff.max.ms": 10000,
        "error_cb": ended.append,
    }
    logger = logging.getLogger("librdkafka")
    logger.disabled = True
    client = AdminClient({**settings, **quiet}, logger=logger)
    limit = time.monotonic() + 10
    while not ended and time.monotonic() < limit:
        client.poll(0.02)


for one in json.load(sys.stdin):
    visit(one)
