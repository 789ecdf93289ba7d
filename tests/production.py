"""kalixweb as an operator runs it: PostgreSQL, Redis, web servers and workers, one keyring."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Self

from tests.running import clean_environment
from tests.servers import free_port, postgres, redis

_START_SECONDS = 60.0


class Production:
    """``with Production(web=2, workers=4) as up:`` gives ``urls``, ``web`` and ``workers``.

    What the processes write is in ``log``, a file in the folder ``data``.
    """

    def __init__(self, *, web: int = 1, workers: int = 1) -> None:
        self.web: list[subprocess.Popen[bytes]] = []
        self.workers: list[subprocess.Popen[bytes]] = []
        self.urls = [f"http://127.0.0.1:{free_port()}" for _ in range(web)]
        self._count = workers
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="kalixweb-production-"))
            self.data = Path(folder) / "data"
            self.data.mkdir(mode=0o700)
            self.log = Path(folder) / "log"
            self.environment = {
                **clean_environment(),
                "KALIXWEB_DATA": str(self.data),
                "KALIXWEB_SECRET_KEY": "only-for-this-test",
                "KALIXWEB_TARGETS_LOOPBACK": "true",
                "DATABASE_URL": stack.enter_context(postgres()),
                "REDIS_URL": stack.enter_context(redis()),
            }
            for words in (("keys", "init"), ("migrate",), ("manage", "collectstatic", "--noinput")):
                done = self.command(*words)
                assert done.returncode == 0, done.stderr
            stack.callback(self._stop)
            file = stack.enter_context(self.log.open("ab"))
            self.web = [self._start_web(url, file) for url in self.urls]
            self.workers = [self._start_worker(file) for _ in range(self._count)]
            for url in self.urls:
                self._wait_for(url)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()

    def command(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run a ``kalixweb`` command on it."""
        return subprocess.run(
            [sys.executable, "-m", "kalixweb.cli", *words],
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def _start_web(self, url: str, log: IO[bytes]) -> subprocess.Popen[bytes]:
        address = url.removeprefix("http://")
        argv = [sys.executable, "-m", "gunicorn", "kalixweb.wsgi", "--bind", address]
        argv += ["--worker-class", "gthread", "--threads", "8", "--no-control-socket"]
        argv += ["--forwarded-allow-ips", "", "--log-level", "warning"]
        environment = {**self.environment, "KALIXWEB_LISTEN": address, "KALIXWEB_URL": url}
        return subprocess.Popen(argv, env=environment, stderr=log, start_new_session=True)

    def _start_worker(self, log: IO[bytes]) -> subprocess.Popen[bytes]:
        argv = [sys.executable, "-m", "celery", "--app", "kalixweb", "worker", "--pool", "threads"]
        argv += ["--loglevel", "warning", "--without-mingle", "--without-gossip"]
        argv += ["--hostname", f"{free_port()}@%h"]
        return subprocess.Popen(
            argv, env=self.environment, stdout=log, stderr=log, start_new_session=True
        )

    def _wait_for(self, url: str) -> None:
        end = time.monotonic() + _START_SECONDS
        while True:
            try:
                with urllib.request.urlopen(url + "/account/login/", timeout=5):
                    return
            except OSError:
                if time.monotonic() > end:
                    raise RuntimeError(self.log.read_text()) from None
                time.sleep(0.1)

    def _stop(self) -> None:
        """End the processes with those that they started, stopped ones included."""
        everybody = [*self.web, *self.workers]
        for number in (signal.SIGCONT, signal.SIGTERM):
            for process in everybody:
                if process.poll() is None:
                    os.killpg(process.pid, number)
        for process in everybody:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
