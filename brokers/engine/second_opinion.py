"""The same target by a real client: librdkafka, in a child process that it may well crash.

Our own run comes first and its targets were checked by it; nothing is tried that it would refuse.
The child gets the password on its standard input, never as an argument or in the environment.
"""

import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from OpenSSL import crypto

from brokers.engine import faults
from brokers.engine import input as configuration
from brokers.engine.network import addresses, resolver
from brokers.engine.results import Json, RunResult
from brokers.engine.target import Target
from brokers.engine.tls import system_store
from brokers.engine.wait import Cancel, Deadline, DeadlinePassed
from kalixweb.core.redaction import Redactor

SECONDS = 6.0
INSTALL = 'pip install "kalixweb[second-opinion]"'
PROGRAM = Path(__file__).with_name("second_opinion_child.py")
_CLIENT = "librdkafka"
_GRACE_SECONDS = 5.0
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "LANG", "SYSTEMROOT")
_ALL_DOWN = "brokers are down"

State = Literal["connects", "fails", "crashed", "silent", "not_asked"]


@dataclass(frozen=True, slots=True)
class Opinion:
    """``agrees`` with our own run about whether a client gets in; None when it was not asked."""

    state: State
    text: str
    client: str = _CLIENT
    agrees: bool | None = None
    took_ms: float | None = None

    def document(self) -> dict[str, Json]:
        return {
            "client": self.client,
            "state": self.state,
            "text": self.text,
            "agrees": self.agrees,
            "took_ms": None if self.took_ms is None else round(self.took_ms, 1),
        }


@dataclass(frozen=True, slots=True)
class Crashed(Exception):
    """The child was ended by a signal, or ended itself with an exit status."""

    status: int

    @property
    def words(self) -> str:
        if self.status >= 0:
            return f"exit status {self.status}"
        try:
            return signal.Signals(-self.status).name
        except ValueError:
            return f"signal {-self.status}"


class Hung(Exception):
    """The child did not end in its time and was killed."""


def is_installed() -> bool:
    """Whether there is a real client to ask; its absence is fixed by ``INSTALL``."""
    return importlib.util.find_spec("confluent_kafka") is not None


def run(target: Target, ours: RunResult, announce: Callable[[], None]) -> Opinion:
    """One login by librdkafka and a request for the brokers; seconds at most.

    ``announce`` is called right before anything is sent.
    """
    reason = _why_not(target, ours)
    if reason:
        return Opinion("not_asked", f"not asked: {reason}.")
    announce()
    started = time.monotonic()
    opinion = _run_client(target)
    took = (time.monotonic() - started) * 1000
    agrees = (opinion.state == "connects") == _connects(ours)
    return Opinion(opinion.state, opinion.text, opinion.client, agrees, took)


def in_child(
    settings: Mapping[str, Any], *, seconds: float = SECONDS, every_broker: bool = False
) -> dict[str, Any]:
    """What the program ``second_opinion_child`` says; raises Crashed and Hung."""
    order = {"settings": dict(settings), "seconds": seconds, "every_broker": every_broker}
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(PROGRAM)],
            input=json.dumps(order).encode(),
            capture_output=True,
            timeout=seconds + _GRACE_SECONDS,
            check=False,
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
        )
    except subprocess.TimeoutExpired as passed:
        raise Hung from passed
    if done.returncode:
        raise Crashed(done.returncode)
    output = json.loads(done.stdout)
    return output if isinstance(output, dict) else {}


def settings_of(target: Target) -> dict[str, Any]:
    """librdkafka's properties for the target; they hold the password."""
    if target.password is None:
        raise ValueError("a target without a password is not tried")
    servers, _ = configuration.servers_of(target)
    settings = {
        "bootstrap.servers": ",".join(server.name for server in servers),
        "security.protocol": "SASL_SSL",
        "sasl.mechanism": configuration.MECHANISMS[target.auth],
        "sasl.username": target.user,
        "sasl.password": target.password.text(),
        "client.id": target.client_id,
    }
    trusted = target.ca_pem or _system_pem()
    if trusted:
        settings["ssl.ca.pem"] = trusted.decode("ascii", "replace")
    return settings


def _run_client(target: Target) -> Opinion:
    redactor = Redactor((target.password,) if target.password else ())
    try:
        output = in_child(settings_of(target))
    except Crashed as crash:
        return Opinion(
            "crashed",
            f"the client itself crashed ({crash.words}) on what these servers answer; a service "
            "that uses it would end the same way.",
        )
    except Hung:
        return Opinion("silent", f"no answer within {SECONDS + _GRACE_SECONDS:g} s.")
    client = redactor.clean(str(output.get("client") or _CLIENT))
    brokers = output.get("brokers") or {}
    if brokers:
        counted = "1 broker" if len(brokers) == 1 else f"{len(brokers)} brokers"
        return Opinion("connects", f"logs in and is told of {counted}.", client)
    words = _cause(output)
    if not words:
        return Opinion("silent", f"gave no reason within {SECONDS:g} s.", client)
    return Opinion("fails", redactor.clean(words), client)


def _cause(output: Mapping[str, Any]) -> str:
    """The library's most telling words: an error, else what its log says of a broker's end."""
    errors = [str(error) for error in output.get("errors") or []]
    telling = [error for error in errors if _ALL_DOWN not in error]
    log = [str(line) for line in output.get("log") or []]
    ends = [line.rpartition("]: ")[2] for line in log if line.startswith("FAIL")]
    return next(iter([*telling, *ends, *errors]), "")


def _connects(ours: RunResult) -> bool:
    stages = (node.stage("metadata") for node in ours.nodes)
    return any(stage is not None and stage.state in {"passed", "warned"} for stage in stages)


def _why_not(target: Target, ours: RunResult) -> str:
    if ours.stopped or ours.verdict is None:
        return "the test was stopped"
    if any(fault.code.startswith("input.") and fault.fails for fault in ours.faults):
        return "what is wrong with the input has to be fixed first"
    if _meets_refused_target(ours) or not _may_connect(target):
        return "an address of this cluster is one that tests may not reach"
    return _spoilt(target)


def _meets_refused_target(ours: RunResult) -> bool:
    """An advertised broker counts: a client goes where the cluster sends it."""
    found = (f for node in ours.nodes for stage in node.stages for f in stage.faults)
    return any(row.off_limits for fault in found if (row := faults.row_of(fault.code)))


def _may_connect(target: Target) -> bool:
    """Every address that the servers lead to now, whatever they led to before."""
    servers, _ = configuration.servers_of(target)
    deadline = Deadline(time.monotonic() + target.limits.resolve, "stage")
    with Cancel() as cancel:
        for server in servers:
            try:
                found = resolver.look_up(server.host, deadline, cancel)
            except (OSError, UnicodeError, DeadlinePassed):
                continue  # nothing to connect to
            if any(addresses.refusal(one, server.port, target.policy) for one in found):
                return False
    return True


def _spoilt(target: Target) -> str:
    """librdkafka cuts values at NUL and strips white space in front (measured)."""
    try:
        values = {
            "user": target.user,
            "password": target.password.text() if target.password else "",
        }
    except UnicodeDecodeError:
        return "the password is no UTF-8 text, and this client takes nothing else"
    for name, value in values.items():
        if value[:1].isspace() or "\0" in value:
            return f"this client would alter the {name} (white space in front, or a NUL)"
    return ""


def _system_pem() -> bytes:
    return b"".join(
        crypto.dump_certificate(crypto.FILETYPE_PEM, one) for one in system_store.certificates()
    )
