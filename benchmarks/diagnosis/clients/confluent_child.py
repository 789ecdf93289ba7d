"""confluent-kafka with its defaults. A program for one situation: some end the whole process."""

import json
import logging
import os
import sys
import time
from typing import Any

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

SECONDS = 10
lines: list[str] = []


class Keep(logging.Handler):
    """Keeps what the library logs by default."""

    def emit(self, record: logging.LogRecord) -> None:
        lines.append(record.getMessage())


def main(asked: dict[str, Any]) -> bool:
    """Whether everything that was asked worked."""
    logger = logging.getLogger("librdkafka")
    logger.addHandler(Keep())
    settings: dict[str, Any] = {
        "bootstrap.servers": asked["servers"],
        "security.protocol": "SASL_SSL",
        "sasl.mechanism": asked["auth"].upper(),
        "sasl.username": asked["user"],
        "sasl.password": asked["password"],
        "error_cb": lambda error: lines.append(error.str()),
    }
    if asked["ca"]:
        settings["ssl.ca.pem"] = asked["ca"]
    else:  # its own OpenSSL does not look at SSL_CERT_FILE
        settings["ssl.ca.location"] = os.environ["SSL_CERT_FILE"]
    client = AdminClient(settings, logger=logger)
    try:
        client.list_topics(timeout=SECONDS)
        return topics(client, asked["topics"]) & groups(client, asked["groups"])
    finally:
        client.poll(0)


def topics(client: AdminClient, names: list[str]) -> bool:
    """Each as it is described; its errors are lines too."""
    found = [client.list_topics(name, timeout=SECONDS).topics[name] for name in names]
    errors = [
        error
        for topic in found
        for error in (topic.error, *(part.error for part in topic.partitions.values()))
        if error
    ]
    lines.extend(error.str() for error in errors)
    return not errors


def groups(client: AdminClient, names: list[str]) -> bool:
    """Each as it is described."""
    for name in names:
        client.describe_consumer_groups([name], request_timeout=SECONDS)[name].result(SECONDS + 1)
    return True


ordered = json.loads(sys.stdin.readline())
start = time.perf_counter()
try:
    worked = main(ordered)
except (KafkaException, KeyError, TypeError, ValueError, TimeoutError) as failure:
    worked = False
    lines.append(str(failure))
took = (time.perf_counter() - start) * 1000
print(json.dumps({"ok": worked, "lines": lines, "ms": took}), flush=True)
os._exit(0)  # closing a client that waits would take its whole time-out again
