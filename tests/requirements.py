"""What a test needs from the machine: without it a test skips loudly, or fails if required."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest


def _pg_bin() -> Path | None:
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return folders[-1].parent if folders else None


def _chromium() -> str | None:
    return (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )


PG_BIN = _pg_bin()
CHROMIUM = _chromium()

_LOOK = {
    "postgres": lambda: PG_BIN,
    "redis": lambda: shutil.which("redis-server") or shutil.which("valkey-server"),
    "browser": lambda: CHROMIUM,
    "kafka": lambda: shutil.which("java") and shutil.which("mvn"),
}
_NEEDS = {
    "postgres": "PostgreSQL's initdb",
    "redis": "redis-server or valkey-server on PATH",
    "browser": "Chromium",
    "kafka": "Java 17 and Maven",
}


def missing(name: str) -> bool:
    """Whether this machine lacks what ``name`` stands for."""
    return not _LOOK[name]()


def required() -> bool:
    """Whether nothing may be skipped."""
    return os.environ.get("KALIXWEB_TEST_REQUIRE") == "all"


def require(name: str) -> None:
    """Skip the calling test, or fail it where everything is required."""
    if missing(name):
        lack(f"this machine lacks {_NEEDS[name]}")


def lack(reason: str) -> NoReturn:
    """Skip the calling test loudly, or fail it where everything is required."""
    if required():
        pytest.fail(f"{reason}, and KALIXWEB_TEST_REQUIRE=all", pytrace=False)
    pytest.skip(f"NOT RUN: {reason}")
