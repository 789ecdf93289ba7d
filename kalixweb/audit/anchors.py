"""Anchors: heads of chains that leave the database, so that cutting a chain off shows.

After a commit, at most once a minute a chain and at shutdown, the newest head goes to the log and,
on an embedded instance, to ``audit/anchors.jsonl`` in the data folder.
"""

import atexit
import json
import os
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connection

from kalixweb.audit.payload import rfc3339
from kalixweb.keys import lifecycle, macs

INTERVAL = 60.0
"""Seconds between two anchors of one chain."""

_log = structlog.get_logger("kalixweb.audit.anchors")


@dataclass(frozen=True, slots=True)
class Anchor:
    """One head as it was; ``hash`` and ``mac`` in hex, ``time`` RFC 3339."""

    instance: str
    chain: str
    seq: int
    hash: str
    time: str
    kid: int
    mac: str


def _message(instance: UUID, chain: UUID, seq: int, tip: bytes, moment: str) -> bytes:
    return macs.lp(
        b"kd.anchor.v1", instance.bytes, chain.bytes, seq.to_bytes(8, "big"), tip, moment.encode()
    )


def make(chain: UUID, seq: int, tip: bytes, moment: datetime) -> Anchor:
    """The signed anchor of a head; raises KeyUnavailable."""
    instance, written = lifecycle.instance_id(), rfc3339(moment)
    kid, tag = macs.mac("audit_mac", None, _message(instance, chain, seq, tip, written))
    return Anchor(str(instance), str(chain), seq, tip.hex(), written, kid, tag.hex())


def is_genuine(anchor: Anchor) -> bool:
    """Whether this instance's audit key signed the anchor; raises KeyUnavailable."""
    try:
        message = _message(
            UUID(anchor.instance),
            UUID(anchor.chain),
            anchor.seq,
            bytes.fromhex(anchor.hash),
            anchor.time,
        )
        tag = bytes.fromhex(anchor.mac)
    except (ValueError, OverflowError):
        return False
    return macs.check("audit_mac", None, anchor.kid, message, tag)


def read(lines: Iterable[str]) -> Iterator[tuple[int, Anchor]]:
    """(line number, anchor) of each anchor among lines of JSON, such as a log file's."""
    names = set(Anchor.__dataclass_fields__)
    for number, line in enumerate(lines, start=1):
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict) and names <= set(found):
            yield number, Anchor(**{name: found[name] for name in names})


def embedded_file() -> Path | None:
    """Where an embedded instance keeps its anchors; None in production, where the log does."""
    if connection.vendor != "sqlite":
        return None
    return Path(settings.KALIXWEB_DATA) / "audit" / "anchors.jsonl"


class _Writer:
    """Writes each chain's newest anchor once an interval; a timer writes what came between."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._written_at: dict[str, float] = {}
        self._waiting: dict[str, Anchor] = {}
        self._timer: threading.Timer | None = None

    def add(self, anchor: Anchor) -> None:
        with self._lock:
            waiting = self._waiting.get(anchor.chain)
            # Hooks of two threads may run in the other order than their commits.
            if waiting is None or waiting.seq < anchor.seq:
                self._waiting[anchor.chain] = anchor
            self._write_due(time.monotonic(), everything=False)
            if self._waiting and self._timer is None:
                self._timer = threading.Timer(INTERVAL, self._tick)
                self._timer.daemon = True
                self._timer.start()

    def reset_after_fork(self) -> None:
        """In a forked child: the parent writes what waits, and its timer does not run here."""
        self._lock = threading.Lock()
        self._waiting.clear()
        self._timer = None

    def flush(self) -> None:
        with self._lock:
            self._write_due(time.monotonic(), everything=True)
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None

    def _tick(self) -> None:
        with self._lock:
            self._timer = None
            self._write_due(time.monotonic(), everything=True)

    def _write_due(self, now: float, *, everything: bool) -> None:
        for chain, anchor in list(self._waiting.items()):
            written_at = self._written_at.get(chain)
            if everything or written_at is None or now - written_at >= INTERVAL:
                del self._waiting[chain]
                self._written_at[chain] = now
                _write(anchor)


_writer = _Writer()
atexit.register(_writer.flush)


def _forked() -> None:
    _writer.reset_after_fork()


os.register_at_fork(after_in_child=_forked)


def write_soon(anchor: Anchor) -> None:
    """Write an anchor, now or within the minute. Called after commit; never raises for a file."""
    _writer.add(anchor)


def flush() -> None:
    """Write what waits."""
    _writer.flush()


def _write(anchor: Anchor) -> None:
    line = asdict(anchor)
    _log.info("audit anchor", **line)
    path = embedded_file()
    if path is None:
        return
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(json.dumps(line, sort_keys=True).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        # The event is committed; a full disk must not turn a finished change into an error.
        _log.error("an audit anchor could not be written", path=str(path), reason=error.strerror)
