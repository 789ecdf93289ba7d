"""Starts queue, web server and worker; keeps them running; stops them together."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from kalixweb.core.paths import queue_socket
from kalixweb.launcher import folder, queue
from kalixweb.launcher.child import Child

_GRACE = 1.5
_WORKER_NICENESS = 5
_CRASH_LOOP = 5
_SETTLED = 5.0
EXIT_NOT_DONE = 3


class CannotStart(Exception):
    """Something stands in the way of a start; the message says what it is and what to do."""


@dataclass(frozen=True)
class Plan:
    """What to start: the data folder, where to listen, and the environment of the children.

    ``web`` is the module of the web server, which sets up what is missing before it serves.
    """

    data: Path
    host: str
    port: int
    env: Mapping[str, str]
    tls: tuple[str, str] | None = None
    web: str = "kalixweb.cli.web"

    @property
    def embedded_queue(self) -> bool:
        return not (self.env.get("REDIS_URL") or self.env.get("REDIS_URL_FILE"))


def run(plan: Plan, say: Callable[[str], None]) -> int:
    """Start everything and stay until a signal comes; the exit status."""
    try:
        folder.prepare_folder(plan.data)
        folder.hold(plan.data)
        _refuse_taken_port(plan)
    except folder.FolderUnusable as unusable:
        raise CannotStart(str(unusable)) from unusable
    return Launcher(plan, say).run()


def _refuse_taken_port(plan: Plan) -> None:
    family = socket.AF_INET6 if ":" in plan.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((plan.host, plan.port))
        except OSError as error:
            raise CannotStart(
                f"Port {plan.port} on {plan.host} cannot be used: {error.strerror}. Choose another "
                f"with --listen {plan.host}:{plan.port + 1}"
            ) from error


class Launcher:
    """The three children and the loop that watches them."""

    def __init__(self, plan: Plan, say: Callable[[str], None]) -> None:
        self.plan = plan
        self.say = say
        self.stopping = False
        self.crashes: dict[str, int] = {}
        self.queue: Child | None = None
        self.socket = queue_socket(plan.data)
        env = {**plan.env, "KALIXWEB_DATA": str(plan.data), "PYTHONUNBUFFERED": "1"}
        env["KALIXWEB_LISTEN"] = _listen(plan)
        if plan.tls:
            env["KALIXWEB_TLS_CERT"], env["KALIXWEB_TLS_KEY"] = plan.tls
        # A terminal shows what went wrong; whoever wants the whole log asks for it.
        env.setdefault("KALIXWEB_LOG_LEVEL", "WARNING")
        if plan.embedded_queue:
            env["REDIS_URL"] = f"unix://{self.socket}"
            argv = queue.server_argv(queue.server_binary(), plan.data, self.socket)
            self.queue = Child("queue", argv, env)
        self.env = env
        self.web = Child("web", _web_argv(plan), env)
        # Celery prints when it is asked to stop.
        # Whoever looks at a page while hundreds of tests run is served first.
        self.worker = Child(
            "worker", _worker_argv(), env, stdout=subprocess.DEVNULL, niceness=_WORKER_NICENESS
        )

    def run(self) -> int:
        self._watch_signals()
        try:
            return self._run()
        finally:
            self._stop()

    def _run(self) -> int:
        if self.queue:
            queue.prepare_socket(self.socket)
            self.queue.start()
        facts = self._start_web()
        if facts is None:
            return 0 if self.stopping else EXIT_NOT_DONE
        if self.queue and not queue.answers(self.socket, within=5.0):
            raise CannotStart(f"The queue did not start. See {self.plan.data}/queue/server.log")
        self.worker.start()
        self._announce(facts)
        while not self.stopping:
            if gone_wrong := self._restart_what_ended():
                self.say(gone_wrong)
                return EXIT_NOT_DONE
            self._wait_for_signal(0.5)
        return 0

    def _start_web(self) -> dict[str, str] | None:
        """The web server sets up keys, database and static files before it serves, because it has
        Django loaded; the facts that it then reports, or None when it ended or we are to stop."""
        ours, theirs = os.pipe()
        self.web.start(pass_fds=[theirs], KALIXWEB_FACTS_FD=str(theirs))
        os.close(theirs)
        report = b""
        while not self.stopping:
            readable, _, _ = select.select([ours, self._wake_read], [], [])
            if self._wake_read in readable:
                os.read(self._wake_read, 4096)
            if ours in readable:
                if not (part := os.read(ours, 65536)):
                    break
                report += part
        os.close(ours)
        facts: dict[str, str] | None = json.loads(report) if report else None
        return facts

    def _announce(self, facts: Mapping[str, str]) -> None:
        if not self._answers_within(10.0):
            return
        self.say(f"kalixweb {facts['version']} is running at {facts['url']}")
        if notice := facts.get("notice"):
            self.say(notice)
        if link := facts.get("setup_link"):
            self.say(f"Open this link within 60 minutes to make your account:\n  {link}")
        self.say("Stop it with Ctrl-C.")

    def _answers_within(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self.stopping and self.web.running:
            try:
                socket.create_connection((self.plan.host, self.plan.port), 0.5).close()
            except OSError:
                self._wait_for_signal(0.05)
            else:
                return True
        return False

    def _restart_what_ended(self) -> str | None:
        for child in filter(None, (self.queue, self.web, self.worker)):
            if child.running or self.stopping:
                continue
            code = child.process.returncode if child.process else None
            self.crashes[child.name] = (
                1 if child.lived > _SETTLED else self.crashes.get(child.name, 0) + 1
            )
            if self.crashes[child.name] >= _CRASH_LOOP:
                return f"The {child.name} ends again and again ({code}). See: kalixweb doctor"
            self.say(f"The {child.name} ended (status {code}); starting it again.")
            child.kill_group()
            child.start()
        return None

    def _watch_signals(self) -> None:
        self._wake_read, wake_write = os.pipe()
        os.set_blocking(wake_write, False)
        os.set_blocking(self._wake_read, False)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)

        def stop(_number: int, _frame: FrameType | None) -> None:
            self.stopping = True

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, stop)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)

    def _wait_for_signal(self, seconds: float) -> None:
        if select.select([self._wake_read], [], [], seconds)[0]:
            os.read(self._wake_read, 4096)

    def _stop(self) -> None:
        """Web and worker first, then the queue they stand on; whoever lingers is killed."""
        _end([self.web, self.worker], grace=_GRACE)
        if self.queue:
            _end([self.queue], grace=0.4)


def _end(children: list[Child], *, grace: float) -> None:
    for child in children:
        child.signal(signal.SIGTERM)
    end = time.monotonic() + grace
    while any(child.running for child in children) and time.monotonic() < end:
        time.sleep(0.02)
    for child in children:
        child.kill_group()


def _listen(plan: Plan) -> str:
    return f"[{plan.host}]:{plan.port}" if ":" in plan.host else f"{plan.host}:{plan.port}"


def _web_argv(plan: Plan) -> list[str]:
    argv = [sys.executable, "-m", plan.web, "--bind", _listen(plan)]
    return [*argv, "--certfile", plan.tls[0], "--keyfile", plan.tls[1]] if plan.tls else argv


def _worker_argv() -> list[str]:
    # In a container root is the only user; Celery's warning of it would be all that is to be read.
    return [
        sys.executable,
        "-W",
        "ignore:You're running the worker",
        "-m",
        "celery",
        "--app",
        "kalixweb",
        "--quiet",
        "worker",
        "--pool",
        "threads",
        "--without-gossip",
        "--without-mingle",
    ]
