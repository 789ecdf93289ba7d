"""connect: a TCP connection to the first address that answers; all of them are tried at once."""

import errno
import os
import socket
from dataclasses import dataclass

from brokers.engine import faults, platforms, this_host, wait
from brokers.engine.network import addresses, tcp
from brokers.engine.results import Fault, StageResult, finished
from brokers.engine.target import Limits, Server
from brokers.engine.wait import Cancel, Deadline, DeadlinePassed

MOST_ADDRESSES = 16
# What a client would meet as a delay at a dead address is worth a second of waiting, once.
_OTHERS_SECONDS = 1.0
_NO_SUCH_FAMILY = {errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL, errno.ENETUNREACH}
_SILENT = errno.ETIMEDOUT
# A connection that is reset or closed before we looked was made: what closes it is tls's to say.
_CLOSED_AGAIN = {errno.ECONNRESET, errno.EPIPE}


@dataclass(frozen=True, slots=True)
class ConnectOutcome:
    """``connection`` is non-blocking; ``source`` is our own address on it."""

    result: StageResult
    connection: socket.socket | None = None
    address: str | None = None
    source: str | None = None


@dataclass(eq=False)
class _Attempt:
    """One address: under way while it has a connection and neither error nor answer.

    ``closed``: it answered, and has closed the connection already.
    """

    address: str
    connection: socket.socket | None = None
    answered: bool = False
    closed: bool = False
    error: int = 0

    def fileno(self) -> int:
        return self.connection.fileno() if self.connection else -1

    @property
    def open(self) -> bool:
        return self.connection is not None and not self.answered

    def fail(self, code: int) -> None:
        self.error = code
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def words(self) -> str:
        if self.answered:
            return f"{self.address} answers"
        if self.error == errno.ECONNREFUSED:
            return f"{self.address} refused"
        if self.error == _SILENT:
            return f"{self.address} silent"
        return f"{self.address}: {os.strerror(self.error).lower()}"


def run(
    server: Server, checked: tuple[str, ...], limits: Limits, deadline: Deadline, cancel: Cancel
) -> ConnectOutcome:
    """Connects to one of the checked addresses."""
    attempts = [_Attempt(address) for address in checked[:MOST_ADDRESSES]]
    chosen: _Attempt | None = None
    try:
        for attempt in attempts:
            _start(attempt, server.port)
        _wait(attempts, deadline.stage(limits.connect), cancel)
        answered = [attempt for attempt in attempts if attempt.answered]
        chosen = min(answered, key=lambda attempt: attempt.closed, default=None)
        for attempt in attempts:
            if attempt.open:
                attempt.fail(_SILENT)
        return _outcome(server, attempts, chosen, limits)
    finally:
        for attempt in attempts:
            if attempt is not chosen and attempt.connection is not None:
                attempt.connection.close()


def _start(attempt: _Attempt, port: int) -> None:
    try:
        attempt.connection, pending = tcp.start(attempt.address, port)
        attempt.answered = not pending
    except OverflowError:  # a port that only an advertised listener can have
        attempt.fail(errno.EINVAL)
    except OSError as error:
        attempt.fail(error.errno or errno.EIO)


def _wait(attempts: list[_Attempt], deadline: Deadline, cancel: Cancel) -> None:
    """Until all have answered or failed, or the time is over; less once one has answered."""
    while pending := [attempt for attempt in attempts if attempt.open]:
        if any(attempt.answered for attempt in attempts):
            deadline = deadline.stage(_OTHERS_SECONDS)
        try:
            ready = wait.any_writable(pending, deadline, cancel)
        except DeadlinePassed as passed:
            if passed.scope == "stage" or any(attempt.answered for attempt in attempts):
                return
            raise
        for attempt in pending:
            if attempt in ready and attempt.connection is not None:
                code = attempt.connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                attempt.closed = code in _CLOSED_AGAIN
                attempt.answered = not code or attempt.closed
                if not attempt.answered:
                    attempt.fail(code)


def _outcome(
    server: Server, attempts: list[_Attempt], chosen: _Attempt | None, limits: Limits
) -> ConnectOutcome:
    if chosen is None or chosen.connection is None:
        return ConnectOutcome(_failed(server, attempts, limits))
    tcp.prepare(chosen.connection)
    source = str(chosen.connection.getsockname()[0])
    warnings = _partly(server, attempts)
    facts = {"address": chosen.address, "source": source}
    result = finished("connect", *warnings, facts=dict(facts))
    return ConnectOutcome(result, chosen.connection, chosen.address, source)


def _partly(server: Server, attempts: list[_Attempt]) -> list[Fault]:
    """Warns of dead addresses that a client could pick.

    A family that this machine does not have, and the other address of localhost, are none.
    """
    dead = [
        attempt
        for attempt in attempts
        if not attempt.answered
        and attempt.error not in _NO_SUCH_FAMILY
        and not addresses.is_loopback(attempt.address)
    ]
    if not dead:
        return []
    return [
        faults.make(
            "connect.some_addresses",
            host=server.host,
            port=server.port,
            answering=sum(attempt.answered for attempt in attempts),
            count=len(attempts),
            detail=", ".join(attempt.words() for attempt in dead[:5]),
        )
    ]


def _failed(server: Server, attempts: list[_Attempt], limits: Limits) -> StageResult:
    errors = {attempt.error for attempt in attempts}
    code = "connect.unreachable"
    if _SILENT in errors:
        code = "connect.silent"
        if all(addresses.is_private(a.address) for a in attempts if a.error == _SILENT):
            code = "connect.silent_private"
    elif errno.ECONNREFUSED in errors:
        code = "connect.refused"
    plain = len(attempts) == 1 or len(errors) == 1
    detail = faults.listed([a.address if plain else a.words() for a in attempts])
    if code == "connect.unreachable" and plain:
        detail = f"{detail}: {os.strerror(attempts[0].error).lower()}"
    fault = faults.make(
        code,
        name=server.name,
        host=server.host,
        port=server.port,
        machine=this_host.machine(),
        seconds=f"{limits.connect:g}",
        detail=detail,
        msk="yes" if platforms.is_msk(server.host) else "no",
    )
    words = [attempt.words() for attempt in attempts]
    return finished("connect", fault, facts={"attempts": [*words]}, raw="; ".join(words))
