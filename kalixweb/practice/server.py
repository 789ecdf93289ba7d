"""Start, find and stop the practice Kafka of a folder."""

import contextlib
import datetime as dt
import fcntl
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from kalixweb.practice import config, jars, node, pki, topics
from kalixweb.practice.jars import PracticeImpossible
from kalixweb.practice.listeners import PORTS, RECIPES, Listener, listeners
from kalixweb.practice.process import Process

DEFAULT_PORT_BASE = 19200
LAST_PORT_BASE = 65535 - PORTS

_PLAIN_OFFSET = next(recipe.offset for recipe in RECIPES if recipe.name == "plain")


class RunsElsewhere(PracticeImpossible):
    """The practice Kafka of this folder already runs, on other ports than were asked for."""


@dataclass(frozen=True)
class Practice:
    """A running practice Kafka."""

    folder: Path
    port_base: int
    pid: int
    ca_path: Path
    listeners: dict[str, Listener]


@dataclass(frozen=True)
class _Facts:
    port_base: int
    cluster_id: str  # the same at every start, as with a cluster that lives on


def _say_nothing(_line: str) -> None:
    pass


def start(
    folder: Path, port_base: int | None = None, say: Callable[[str], None] = _say_nothing
) -> Practice:
    """Start the practice Kafka of ``folder``, or return the one that runs there already.

    ``port_base`` is the first of 18 ports in a row on 127.0.0.1 (default 19200). Returns when all
    listeners answer and topics and rights exist: about five seconds, more when the jars have to
    be fetched first, which ``say`` is told. Raises PracticeImpossible with one sentence.
    """
    folder = folder.absolute()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    with _locked(folder):
        if runs := running(folder):
            if port_base not in (None, runs.port_base):
                raise RunsElsewhere(
                    f"The practice Kafka of {folder} already runs on ports from {runs.port_base}. "
                    "Stop it first: kalixweb practice down"
                )
            return runs
        topics.check_client()
        java = jars.java()
        jars.fetch(say)
        base = DEFAULT_PORT_BASE if port_base is None else port_base
        node.check_ports(range(base, base + PORTS))
        _start(folder, base, java)
    started = running(folder)
    if not started:
        raise node.DidNotStart(f"Kafka ended right after it had started. See {_log(folder)}")
    return started


def running(folder: Path) -> Practice | None:
    """The practice Kafka that runs in this folder, if one does."""
    folder = folder.absolute()
    process = Process.read(_pid_file(folder))
    if not process:
        return None
    port_base, ca_path = _facts(folder).port_base, folder / "pki" / "ca.pem"
    return Practice(folder, port_base, process.pid, ca_path, listeners(port_base, ca_path))


def stop(folder: Path) -> bool:
    """Stop exactly the process that was started for this folder; False when none runs."""
    folder = folder.absolute()
    if not folder.is_dir():
        return False
    with _locked(folder):
        process = Process.read(_pid_file(folder))
        if process:
            process.stop()
        _pid_file(folder).unlink(missing_ok=True)
    return process is not None


def _start(folder: Path, port_base: int, java: str) -> None:
    facts = replace(_facts(folder), port_base=port_base)
    _write(folder / "practice.json", json.dumps(asdict(facts)))
    pki.make(folder / "pki", dt.datetime.now(dt.UTC))
    properties, storage = folder / "server.properties", folder / "data"
    _write(properties, config.single(port_base, folder / "pki", storage))
    node.prepare(java, properties, storage, facts.cluster_id)
    process = node.spawn(java, properties, _log(folder))
    try:
        process.write(_pid_file(folder))
        node.wait_started({_log(folder): process})
        topics.make(f"127.0.0.1:{port_base + _PLAIN_OFFSET}")
    except BaseException:  # also Ctrl-C: a half-started broker is not left behind
        process.stop()
        _pid_file(folder).unlink(missing_ok=True)
        raise


def _facts(folder: Path) -> _Facts:
    try:
        return _Facts(**json.loads((folder / "practice.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return _Facts(DEFAULT_PORT_BASE, node.new_cluster_id())


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One start or stop at a time: a second ``up`` waits and then finds the first one's broker."""
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _write(path: Path, content: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(content)


def _pid_file(folder: Path) -> Path:
    return folder / "pid.json"


def _log(folder: Path) -> Path:
    return folder / "kafka.log"
