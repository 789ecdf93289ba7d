"""Opens one TCP connection to one address that was already checked."""

import errno
import os
import socket

from brokers.probe import wait
from brokers.probe.wait import Cancel, Deadline

_UNDER_WAY = {errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EINTR}


def connect(address: str, port: int, deadline: Deadline, cancel: Cancel) -> socket.socket:
    """A connected non-blocking socket to a numeric address.

    Raises OSError with the cause (refused, no route), DeadlinePassed or Cancelled.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    connection = socket.socket(
        family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC
    )
    try:
        code = connection.connect_ex((address, port))
        if code in _UNDER_WAY:
            wait.writable(connection, deadline, cancel)
            code = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            raise OSError(code, os.strerror(code))  # noqa: TRY301 - one place closes the socket
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        connection.close()
        raise
    return connection
