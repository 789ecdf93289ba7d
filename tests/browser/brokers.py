"""Brokers that answer when the test wants them to."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.fakes.tls import Listener


@dataclass(frozen=True)
class HeldBroker:
    """``host:port`` of a server that says nothing until ``release``, and then hangs up."""

    server: str
    _let_go: threading.Event

    def release(self) -> None:
        self._let_go.set()


@contextmanager
def held() -> Iterator[HeldBroker]:
    """A held broker; leaving releases it."""
    let_go = threading.Event()

    def hold(connection: socket.socket) -> None:
        let_go.wait(60)
        connection.close()

    with Listener(hold) as listener:
        try:
            yield HeldBroker(f"127.0.0.1:{listener.port}", let_go)
        finally:
            let_go.set()
