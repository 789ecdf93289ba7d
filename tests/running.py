"""A real ``kalixweb up`` on a throw-away data folder, as a user would start it."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from tests.servers import free_port

_START_LIMIT = 60.0


class RunningInstance:
    """One instance: ``with RunningInstance() as up:`` gives its ``url`` and ``setup_link``."""

    def __init__(self, data: Path | None = None, env: Mapping[str, str] | None = None) -> None:
        self._own = data is None
        self.data = data or Path(tempfile.mkdtemp(prefix="kalixweb-up-"))
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.setup_link: str | None = None
        self.lines: list[str] = []
        self.started_in = 0.0
        self._env = {**clean_environment(), "KALIXWEB_DATA": str(self.data), **(env or {})}

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self._remove_folder()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()
        self._remove_folder()

    def start(self) -> None:
        """Start and wait until the page answers."""
        begin = time.monotonic()
        argv = [sys.executable, "-m", "kalixweb.cli", "up", "--listen", f"127.0.0.1:{self.port}"]
        self.process = subprocess.Popen(
            argv, env=self._env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._reader = threading.Thread(target=self._collect, daemon=True)
        self._reader.start()
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() - begin > _START_LIMIT:
                self.stop()
                raise RuntimeError("kalixweb up did not start:\n" + "".join(self.lines))
            time.sleep(0.05)
        self.started_in = time.monotonic() - begin
        self.wait_for_line("Stop it with Ctrl-C")
        links = re.findall(r"http\S+/setup/\S+", "".join(self.lines))
        self.setup_link = links[0] if links else None

    def stop(self, number: signal.Signals = signal.SIGINT) -> float:
        """Stop it as Ctrl-C does; the seconds that took."""
        begin = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.process.wait(30)
        took = time.monotonic() - begin
        self._reader.join(10)
        return took

    def wait_for_line(self, text: str, limit: float = 15.0) -> None:
        """Wait until the launcher said this."""
        end = time.monotonic() + limit
        while not any(text in line for line in self.lines):
            if time.monotonic() > end:
                raise RuntimeError(f"“{text}” was never said:\n" + "".join(self.lines))
            time.sleep(0.02)

    @property
    def environment(self) -> dict[str, str]:
        """What another process needs to work on the same instance."""
        return {**self._env, "KALIXWEB_LISTEN": f"127.0.0.1:{self.port}"}

    def command(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run another ``kalixweb`` command on the same instance."""
        return subprocess.run(
            [sys.executable, "-m", "kalixweb.cli", *arguments],
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def children(self) -> dict[str, int]:
        """Process ids of web, worker and queue by name."""
        found: dict[str, int] = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
                words = (folder / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if int(fields[1]) != self.process.pid:
                continue
            line = b" ".join(words)
            names = {b"kalixweb.cli.web": "web", b"celery": "worker", b"-server": "queue"}
            found |= {name: int(folder.name) for word, name in names.items() if word in line}
        return found

    def _remove_folder(self) -> None:
        if self._own:
            shutil.rmtree(self.data, ignore_errors=True)

    def _collect(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as said:
            for line in said:
                self.lines.append(line)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(self.url + "/account/login/", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def clean_environment() -> dict[str, str]:
    """This process's environment without the settings of the tests themselves."""
    ours = ("KALIXWEB_", "DATABASE_URL", "REDIS_URL", "DJANGO_")
    return {key: value for key, value in os.environ.items() if not key.startswith(ours)}
