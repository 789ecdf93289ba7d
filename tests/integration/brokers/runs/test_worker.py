"""A real worker behind a real queue, driven by the commands: the answer, many at once, the end."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running import RunningInstance

PASSWORD = "a-password-for-nobody"


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[RunningInstance]:
    """An instance with a project and a stored password."""
    with RunningInstance() as running:
        secret = tmp_path / "password"
        secret.write_text(PASSWORD)
        command(running, "admin", "create", "mira", "--password-file", str(secret))
        command(running, "projects", "new", "payments")
        command(running, "secret", "create", "generic", "kafka", "--from-file", f"pwd={secret}")
        yield running


def start(instance: RunningInstance, *words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "kalixweb.cli", *words],
        env={**instance._env, "HOME": str(instance.data)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def command(instance: RunningInstance, *words: str) -> tuple[int, str, str]:
    child = start(instance, *words)
    out, error = child.communicate(timeout=60)
    assert child.returncode in {0, 1, 3}, error
    return child.returncode, out, error


def set_broker(instance: RunningInstance, port: int) -> None:
    status, _, error = command(
        instance, "projects", "config", "set", "broker", "--broker-service", "kafka",
        "--broker-auth", "scram-sha-512", "--broker-user", "u", "--broker-password-secret",
        "kafka/pwd", "--broker-bootstrap-servers", f"127.0.0.1:{port}",
    )  # fmt: skip
    assert status == 0, error


def test_a_worker_answers_and_a_stopped_one_leaves_nothing_open(instance: RunningInstance) -> None:
    with socket.socket() as closed, socket.socket() as silent:
        closed.bind(("127.0.0.1", 0))
        silent.bind(("127.0.0.1", 0))
        silent.listen(5)
        set_broker(instance, closed.getsockname()[1])
        status, out, _ = command(instance, "connections", "test", "broker", "--wait", "-o", "json")
        document = json.loads(out)
        assert (status, document["verdict"]["fault"]) == (1, "connect.refused")
        assert PASSWORD not in out

        set_broker(instance, silent.getsockname()[1])
        waiting = start(instance, "connections", "test", "broker", "--wait")
        silent.settimeout(30)
        accepted, _ = silent.accept()  # the test is under way, and nothing answers it
        began = time.monotonic()
        instance.stop()
        assert time.monotonic() - began < 5
        accepted.close()
        out, error = waiting.communicate(timeout=60)
        assert waiting.returncode == 3, out
        assert "The worker was stopped during this test." in error
