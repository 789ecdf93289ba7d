"""Runs every test: on SQLite and Valkey, and integration again on PostgreSQL and Redis.

``python -m tests.run`` (``make test``). What this machine lacks is skipped with a loud line;
``KALIXWEB_TEST_REQUIRE=all`` turns each of those into a failure.
"""

import os
import subprocess
import sys
from collections.abc import Mapping

from kalixweb.practice import jars
from tests.requirements import missing, required
from tests.servers import postgres, redis

_PARALLEL = ["-n", "2", "--dist", "loadfile"]

# These start an embedded instance of their own, whatever the tests themselves run on.
_EMBEDDED = ["robustness", "launcher", "test_demo.py", "brokers/runs/test_worker.py"]


def main() -> int:
    """The worst exit status of all passes."""
    status = _pytest(
        "unit, structure, integration on SQLite",
        ["tests/unit", "tests/structure", "tests/integration", *_PARALLEL],
    )
    status |= _on_servers()
    if not missing("kafka"):
        jars.fetch(print)  # once: two processes would both fill Maven's folder
    real = ["tests/contract", "tests/browser", *_PARALLEL]
    return status | _pytest("a real Kafka, a real browser", real)


def _on_servers() -> int:
    lacking = [name for name in ("postgres", "redis") if missing(name)]
    if lacking:
        print(f"NOT RUN on PostgreSQL and Redis: no {' and no '.join(lacking)} here", flush=True)
        return 1 if required() else 0
    with postgres() as database_url, redis() as redis_url:
        servers = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
        same = [f"--ignore=tests/integration/{path}" for path in _EMBEDDED]
        arguments = ["tests/integration", *same, *_PARALLEL]
        return _pytest("integration on PostgreSQL and Redis", arguments, servers)


def _pytest(title: str, arguments: list[str], env: Mapping[str, str] = {}) -> int:
    print(f"\n=== {title} ===", flush=True)
    argv = [sys.executable, "-m", "pytest", "-q", *arguments]
    return subprocess.run(argv, env={**os.environ, **env}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
