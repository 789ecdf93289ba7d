"""`kalixweb demo`, as a newcomer starts it: ten verdicts stand there before anybody clicks."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from kalixweb.practice import server
from kalixweb.practice.listeners import RECIPES
from tests.fakes.practice import free_port_base
from tests.requirements import require
from tests.servers import free_port

_KALIXWEB = [sys.executable, "-m", "kalixweb.cli"]
_SECONDS = 120


def test_each_cause_is_named_and_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    require("kafka")
    tests_own = ("KALIXWEB_", "DJANGO_", "DATABASE_URL", "REDIS_URL")
    env = {key: value for key, value in os.environ.items() if not key.startswith(tests_own)}
    env |= {"KALIXWEB_DATA": str(tmp_path), "KALIXWEB_LISTEN": f"127.0.0.1:{free_port()}"}
    log = tmp_path / "demo.log"
    with log.open("wb") as output:
        demo = subprocess.Popen(
            [*_KALIXWEB, "demo", "--port-base", str(free_port_base())],
            env=env,
            stdout=output,
            stderr=output,
        )
    try:
        found = _wait_for_verdicts(demo, env)
        said = log.read_text()
    finally:
        demo.send_signal(signal.SIGINT)
        demo.wait(60)
        left_running = server.stop(tmp_path / "practice")

    faults = {recipe.name: recipe.fault for recipe in RECIPES}
    expected = {name: faults[name] for name in found if name in faults}
    expected["wrong-password"] = "sasl.wrong_password"
    assert found == expected
    assert len(found) == 10
    assert "/setup/" in said
    assert not left_running


def _wait_for_verdicts(demo: subprocess.Popen[bytes], env: dict[str, str]) -> dict[str, str | None]:
    """Fault by connection, once each of them has been tested."""
    end = time.monotonic() + _SECONDS
    rows: list[dict[str, Any]] = []
    while time.monotonic() < end and demo.poll() is None:
        listing = [*_KALIXWEB, "connections", "list", "--project", "practice", "-o", "json"]
        asked = subprocess.run(listing, env=env, capture_output=True, text=True, check=False)
        rows = json.loads(asked.stdout) if asked.returncode == 0 else []
        if rows and all(row["state"] in {"passed", "degraded", "failed"} for row in rows):
            return {row["name"]: row["fault"] for row in rows}
        time.sleep(1)
    raise AssertionError(f"no verdicts: {rows}, status {demo.poll()}")
