"""Opens one TCP connection to one address that was already checked."""

import errno
import os
import socket

from brokers.engine import wait
from brokers.engine.wait import Cancel, Deadline

_UNDER_WAY = {errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EINTR}


def start(address: str, port: int) -> tuple[socket.socket, bool]:
    """A non-blocking socket, and whether its connection is still under way; raises OSError."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    connection = socket.socket(family, socket.SOCK_STREAM)
    try:
        connection.settimeout(0)
        code = connection.connect_ex((address, port))
        if code not in _UNDER_WAY:
            _raise_for(code)
    except BaseException:
        connection.close()
        raise
    return connection, bool(code)


def _raise_for(code: int) -> None:
    if code:
        raise OSError(code, os.strerror(code))


def prepare(connection: socket.socket) -> None:
    """What every connection of a test has: small messages go out at once."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def connect(address: str, port: int, deadline: Deadline, cancel: Cancel) -> socket.socket:
    """A connected non-blocking socket to a numeric address.

    Raises OSError with the cause (refused, no route), DeadlinePassed or Cancelled.
    """
    connection, pending = start(address, port)
    try:
        if pending:
            wait.writable(connection, deadline, cancel)
            code = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            _raise_for(code)
        prepare(connection)
    except BaseException:
        connection.close()
        raise
    return connection
