"""What a real client (librdkafka) can do with a configuration. A program, run in a child process:

some answers end the process that librdkafka lives in. Standard input, as JSON: ``settings`` of the
library, ``seconds`` at most, and ``every_broker``: log in at every broker of the cluster instead of
at the one that answers first. Standard output, as JSON: ``client``; ``brokers``, those that the
cluster named as {"host:port/id": whether it logged in there}: none means that it could not
bootstrap; ``errors`` and ``log``, the library's own words.
"""

import json
import logging
import os
import resource
import sys
import threading
import time
from contextlib import suppress
from typing import Any

from confluent_kafka import KafkaError, KafkaException, libversion
from confluent_kafka.admin import AdminClient

_GIVE_UP_AFTER_DOWN = 0.3
_MOST_WORDS, _LONGEST = 20, 1000
# The library has tried and failed, and its back-off keeps it from trying again.
_GAVE_UP = {"DOWN", "INIT", "TRY_CONNECT"}


class Watch(logging.Handler):
    """Follows the library's statistics until the brokers are up or nothing can change."""

    def __init__(self, settings: dict[str, Any], seconds: float, *, every_broker: bool) -> None:
        super().__init__()
        self.brokers: dict[str, bool] = {}
        self.errors: list[str] = []
        self.log: list[str] = []
        self._every_broker = every_broker
        self._given_up: set[str] = set()
        self._refused = False
        self._down_since: float | None = None
        self._end = time.monotonic() + seconds
        logger = logging.getLogger("librdkafka")
        logger.addHandler(self)
        logger.propagate = False
        watching: dict[str, Any] = {
            "statistics.interval.ms": 50,
            "stats_cb": self._read,
            "error_cb": self._note,
            "log_level": 6,
            "log.connection.close": True,
            "enable.metrics.push": False,
            "metadata.recovery.strategy": "none",  # else it forgets the brokers that it was told of
            "enable.sparse.connections": not every_broker,
            "socket.connection.setup.timeout.ms": max(1000, int(seconds * 750)),
            "reconnect.backoff.ms": 60_000,  # no second login while the first is judged
            "reconnect.backoff.max.ms": 60_000,
        }
        self._client = AdminClient({**settings, **watching}, logger=logger)

    def run(self) -> None:
        threading.Thread(target=self._ask, daemon=True).start()
        while time.monotonic() < self._end and not self._settled():
            self._client.poll(0.02)

    def emit(self, record: logging.LogRecord) -> None:
        if len(self.log) < _MOST_WORDS:
            self.log.append(record.getMessage()[:_LONGEST])

    def _ask(self) -> None:
        with suppress(KafkaException):
            left = max(0.1, self._end - time.monotonic())
            cluster = self._client.describe_cluster(request_timeout=left).result()
            for node in cluster.nodes:
                self.brokers.setdefault(f"{node.host}:{node.port}/{node.id}", False)

    def _settled(self) -> bool:
        if self._refused:  # a further try could lock the user out
            return True
        if self.brokers:
            reached = all(up or name in self._given_up for name, up in self.brokers.items())
            return reached if self._every_broker else True
        down = self._down_since
        return down is not None and time.monotonic() - down > _GIVE_UP_AFTER_DOWN

    def _read(self, statistics: str) -> None:
        for broker in json.loads(statistics)["brokers"].values():
            if broker["nodeid"] >= 0 and ":0/" not in broker["name"]:
                name = f"{broker['nodename']}/{broker['nodeid']}"
                self.brokers[name] = self.brokers.get(name, False) or broker["state"] == "UP"
                if broker.get("connects") and broker["state"] in _GAVE_UP:
                    self._given_up.add(name)

    def _note(self, error: KafkaError) -> None:
        if len(self.errors) < _MOST_WORDS:
            self.errors.append(error.str()[:_LONGEST])
        if error.code() == KafkaError._AUTHENTICATION:  # noqa: SLF001 - its public name
            self._refused = not self._every_broker
        if error.code() == KafkaError._ALL_BROKERS_DOWN:  # noqa: SLF001
            self._down_since = self._down_since or time.monotonic()


def main() -> None:
    # A crash must not write what the process knew, the password, to a disk.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    order = json.load(sys.stdin)
    output: dict[str, Any] = {"client": f"librdkafka {libversion()[0]}"}
    try:
        watch = Watch(order["settings"], order["seconds"], every_broker=order["every_broker"])
    except KafkaException as refused:
        output |= {"brokers": {}, "errors": [refused.args[0].str()[:_LONGEST]], "log": []}
    else:
        watch.run()
        output |= {"brokers": dict(watch.brokers), "errors": watch.errors, "log": watch.log}
    sys.stdout.write(json.dumps(output))
    sys.stdout.flush()
    os._exit(0)  # closing a client that waits would take its whole time-out


if __name__ == "__main__":
    main()
