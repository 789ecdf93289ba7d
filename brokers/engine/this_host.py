"""The machine that tests, as sentences name it."""

import socket
from functools import cache


@cache
def machine() -> str:
    return socket.gethostname() or "this machine"
