"""Throw-away PostgreSQL and Redis servers on loopback, ended with the block that started them."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.requirements import PG_BIN


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody used a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def postgres() -> Iterator[str]:
    """A fresh PostgreSQL; its URL. PostgreSQL refuses to run as root, so root lends it a user."""
    assert PG_BIN is not None
    folder = Path(tempfile.mkdtemp(prefix="kalixweb-pg-"))
    user = _unprivileged()
    if user:
        shutil.chown(folder, user.pw_name)
    port = free_port()
    _run_as(
        user,
        [str(PG_BIN / "initdb"), "-D", str(folder / "db"), "-U", "kalixweb", "-A", "trust", "-N"],
    )
    options = [
        "-p",
        str(port),
        "-k",
        str(folder),
        "-c",
        "listen_addresses=127.0.0.1",
        "-c",
        "fsync=off",
    ]
    server = subprocess.Popen(
        [str(PG_BIN / "postgres"), "-D", str(folder / "db"), *options],
        user=user.pw_uid if user else None,
        group=user.pw_gid if user else None,
        cwd=folder,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        _run_as(
            user,
            [
                str(PG_BIN / "createdb"),
                "-h",
                "127.0.0.1",
                "-p",
                str(port),
                "-U",
                "kalixweb",
                "kalixweb",
            ],
        )
        yield f"postgresql://kalixweb@127.0.0.1:{port}/kalixweb"
    finally:
        server.terminate()
        server.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def redis() -> Iterator[str]:
    """A fresh Redis (or Valkey from PATH) without persistence; its URL."""
    binary = shutil.which("redis-server") or shutil.which("valkey-server")
    assert binary is not None
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="kalixweb-redis-") as folder:
        argv = [binary, "--port", str(port), "--bind", "127.0.0.1", "--dir", folder, "--save", ""]
        server = subprocess.Popen(argv, stdout=subprocess.DEVNULL)
        try:
            _wait_for(port)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
            server.wait(10)


def _unprivileged() -> pwd.struct_passwd | None:
    return None if os.geteuid() else pwd.getpwnam("postgres")


def _run_as(user: pwd.struct_passwd | None, argv: list[str]) -> None:
    identity = {"user": user.pw_uid, "group": user.pw_gid} if user else {}
    subprocess.run(argv, check=True, capture_output=True, cwd="/", **identity)


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"Nothing answers on port {port}.")
