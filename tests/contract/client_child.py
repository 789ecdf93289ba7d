"""What a real client (librdkafka) can do with a configuration. A program, run in a child process:

some answers end the process that librdkafka lives in. Standard input: its settings as JSON.
Standard output: {"brokers": {"host:port/id": reached}, "errors": [text]}. ``brokers`` are those
that the cluster named: none means that the client could not bootstrap. Reached: logged in there.
"""

import json
import os
import sys
import threading
import time
from contextlib import suppress
from typing import Any

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient

_SECONDS = 4.0
_GIVE_UP_AFTER_DOWN = 0.3


class Watch:
    """Follows the library's own statistics until every broker is up or nothing can change."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.brokers: dict[str, bool] = {}
        self.errors: list[str] = []
        self._down_since: float | None = None
        watching = {
            "statistics.interval.ms": 50,
            "stats_cb": self._read,
            "error_cb": self._note,
            "log_level": 0,
            "enable.metrics.push": False,
            "metadata.recovery.strategy": "none",  # else it forgets the brokers that it was told of
            "enable.sparse.connections": False,  # connects to every broker, not only when needed
            "socket.connection.setup.timeout.ms": 3000,
            "reconnect.backoff.ms": 10000,  # no second login while the first is judged
            "reconnect.backoff.max.ms": 10000,
        }
        self._client = AdminClient({**settings, **watching})

    def run(self) -> None:
        threading.Thread(target=self._ask, daemon=True).start()
        end = time.monotonic() + _SECONDS
        while time.monotonic() < end and not self._settled():
            self._client.poll(0.02)

    def _ask(self) -> None:
        with suppress(KafkaException):
            self._client.list_topics(timeout=_SECONDS)

    def _settled(self) -> bool:
        if self.brokers and all(self.brokers.values()):
            return True
        down = self._down_since
        return down is not None and time.monotonic() - down > _GIVE_UP_AFTER_DOWN

    def _read(self, statistics: str) -> None:
        for broker in json.loads(statistics)["brokers"].values():
            if broker["nodeid"] >= 0 and ":0/" not in broker["name"]:
                name = f"{broker['nodename']}/{broker['nodeid']}"
                self.brokers[name] = self.brokers.get(name, False) or broker["state"] == "UP"

    def _note(self, error: KafkaError) -> None:
        self.errors.append(error.str())
        if error.code() == KafkaError._ALL_BROKERS_DOWN:
            self._down_since = self._down_since or time.monotonic()


def main() -> None:
    watch = Watch(json.load(sys.stdin))
    watch.run()
    sys.stdout.write(json.dumps({"brokers": watch.brokers, "errors": watch.errors}))
    sys.stdout.flush()
    os._exit(0)  # closing a client that waits would take its whole time-out


if __name__ == "__main__":
    main()
