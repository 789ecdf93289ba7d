"""kafka-python's own client with its defaults. A program for one situation."""

import json
import logging
import os
import sys
import time
from typing import Any

from kafka import KafkaAdminClient
from kafka.errors import for_code

SECONDS = 10
lines: list[str] = []


class Keep(logging.Handler):
    """Keeps what the library logs at the level that Python shows by default."""

    def emit(self, record: logging.LogRecord) -> None:
        lines.append(record.getMessage())


def main(asked: dict[str, Any]) -> bool:
    """Whether everything that was asked worked."""
    folder = os.environ["BENCHMARK_FOLDER"]
    settings: dict[str, Any] = {}
    if asked["ca"]:
        settings["ssl_cafile"] = os.path.join(folder, f"ca-{os.getpid()}.pem")  # noqa: PTH118
        with open(settings["ssl_cafile"], "w") as file:  # noqa: PTH123
            file.write(asked["ca"])
    client = KafkaAdminClient(
        bootstrap_servers=asked["servers"].split(","),
        security_protocol="SASL_SSL",
        sasl_mechanism=asked["auth"].upper(),
        sasl_plain_username=asked["user"],
        sasl_plain_password=asked["password"],
        bootstrap_timeout_ms=SECONDS * 1000,
        request_timeout_ms=SECONDS * 1000,
        **settings,
    )
    client.list_topics()
    topics = client.describe_topics(asked["topics"]) if asked["topics"] else []
    errors = [error for topic in topics for error in errors_of(topic)]
    lines.extend(errors)
    groups = str(client.describe_groups(asked["groups"])) if asked["groups"] else ""
    lines.extend([groups] if groups else [])
    return not errors and "Error" not in groups


def errors_of(topic: dict[str, Any]) -> list[str]:
    """What stands in the answer as numbers, by its name in the library."""
    parts = [topic, *topic["partitions"]]
    return [str(for_code(part["error_code"])()) for part in parts if part["error_code"]]


handler = Keep()
handler.setLevel(logging.WARNING)
logging.getLogger().addHandler(handler)
ordered = json.loads(sys.stdin.readline())
start = time.perf_counter()
try:
    worked = main(ordered)
except Exception as failure:  # noqa: BLE001 - whatever a client raises is its answer
    worked = False
    lines.append(f"{type(failure).__name__}: {failure}")
took = (time.perf_counter() - start) * 1000
print(json.dumps({"ok": worked, "lines": lines, "ms": took}), flush=True)
os._exit(0)
