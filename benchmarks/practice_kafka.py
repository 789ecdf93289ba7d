"""What the engine's benchmarks share: a practice Kafka of their own, and targets on it."""

import contextlib
import os
import platform
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from brokers.engine import runner
from brokers.engine.results import RunResult
from brokers.engine.target import Target, TargetPolicy
from kalixweb.core.secret_value import SecretValue
from kalixweb.practice import server
from kalixweb.practice.listeners import Listener
from tests.fakes.practice import free_port_base


@contextlib.contextmanager
def running() -> Iterator[server.Practice]:
    """A practice Kafka in a throw-away folder, stopped at the end."""
    folder = Path(tempfile.mkdtemp(prefix="kalixweb-benchmark-"))
    try:
        yield server.start(folder, free_port_base())
    finally:
        server.stop(folder)
        shutil.rmtree(folder, ignore_errors=True)


def target(listener: Listener, **changed: object) -> Target:
    """The listener's configuration as somebody would type it, with what is to be different."""
    typed: dict[str, object] = {
        "servers": listener.server,
        "auth": listener.auth,
        "user": listener.user,
        "password": SecretValue(listener.password),
        "ca_pem": listener.ca_path.read_bytes(),
        "policy": TargetPolicy(loopback=True),
    }
    return Target(**(typed | changed))  # type: ignore[arg-type]


def run(one: Target) -> RunResult:
    """The last snapshot of one complete test."""
    *_, last = runner.run(one)
    return last


def machine() -> str:
    """One line about where the figures were measured, and how busy it was with other work."""
    load = f"load average {os.getloadavg()[0]:.1f}"
    return (
        f"{os.cpu_count()} cores, {load}, {platform.system()}, Python {platform.python_version()}"
    )
