"""One Kafka process: its storage made ready, started, waited for."""

import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from pathlib import Path

from kalixweb.practice import jars, process
from kalixweb.practice.jars import PracticeImpossible
from kalixweb.practice.listeners import USERS

_START_SECONDS = 90.0
_STARTED = "Kafka Server started"
_QUICK = ("-Xmx384m", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
_LOGGING = (
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
)


class PortTaken(PracticeImpossible):
    """Another program already listens on a port that a listener needs."""


class DidNotStart(PracticeImpossible):
    """Kafka ended by itself or did not come up in time."""


def check_ports(ports: Iterable[int]) -> None:
    """Raise PortTaken for the first port of 127.0.0.1 on which something already listens."""
    for port in ports:
        with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as taken:
                raise PortTaken(
                    f"Port {port} of 127.0.0.1 is taken by another program. "
                    "Choose others with --port-base."
                ) from taken


def new_cluster_id() -> str:
    """A random id in Kafka's form: 22 characters, not starting with a dash."""
    while (made := secrets.token_urlsafe(16)).startswith("-"):
        pass
    return made


def prepare(java: str, properties: Path, storage: Path, cluster_id: str) -> None:
    """Format ``storage`` with the SCRAM users, unless it holds a cluster from an earlier start."""
    with suppress(FileNotFoundError):
        if f"cluster.id={cluster_id}\n" in (storage / "meta.properties").read_text("utf-8"):
            return
    shutil.rmtree(storage, ignore_errors=True)
    storage.mkdir(mode=0o700)
    # fmt: off
    command = [java, "-Xmx128m", *_QUICK[1:], *_LOGGING, "-cp", jars.class_path(),
               "kafka.tools.StorageTool", "format", "-t", cluster_id, "-c", str(properties)]
    # fmt: on
    for user in USERS.values():
        for mechanism in user.mechanisms:
            if mechanism.startswith("SCRAM"):
                credential = f"{mechanism}=[name={user.name},password={user.password}]"
                command += ["--add-scram", credential]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        shutil.rmtree(storage, ignore_errors=True)
        raise DidNotStart(f"Kafka could not prepare its storage: {_last_line(done.stderr)}")


def spawn(java: str, properties: Path, log: Path) -> process.Process:
    """Start the broker; it keeps running when this program ends."""
    # fmt: off
    command = [java, *_QUICK, *_LOGGING, "-cp", jars.class_path(), "kafka.Kafka", str(properties)]
    # fmt: on
    return process.start(command, folder=properties.parent, log=log)


def wait_started(nodes: Mapping[Path, process.Process]) -> None:
    """Return when every node says that it started; ``nodes`` maps logs to processes."""
    end = time.monotonic() + _START_SECONDS
    waiting = dict(nodes)
    while waiting:
        for log, running in list(waiting.items()):
            alive = running.alive()  # asked before the log is read: its last words count
            said = log.read_text(encoding="utf-8", errors="replace")
            if _STARTED in said:
                del waiting[log]
            elif not alive:
                raise DidNotStart(f"Kafka ended while starting: {_last_line(said)} See {log}")
            elif time.monotonic() > end:
                raise DidNotStart(f"Kafka did not start within {_START_SECONDS:.0f} s. See {log}")
        time.sleep(0.05)


def _last_line(said: str) -> str:
    lines = [line for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if "ERROR" in line or "Exception" in line] or lines
    return telling[-1].strip()[:300] if telling else "it said nothing."
