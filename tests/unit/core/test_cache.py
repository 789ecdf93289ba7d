"""What lies in the cache is data and never code."""

import os
import pickle
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache.backends.redis import RedisCache

from kalixweb.settings.celery import CACHES
from tests.requirements import lack


class _Code:
    """A value that runs a command when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.mark),)


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[RedisCache]:
    """The product's cache on a server of its own."""
    server = shutil.which("valkey-server") or shutil.which("redis-server")
    if server is None:
        lack("neither valkey-server nor redis-server is installed")
    socket = tmp_path / "s"
    options = ["--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(tmp_path)]
    process = subprocess.Popen([server, *options], stdout=subprocess.DEVNULL)
    try:
        for _ in range(100):
            if socket.exists():
                break
            time.sleep(0.05)
        given = {name: text for name, text in CACHES["default"].items() if name != "BACKEND"}
        yield RedisCache(f"unix://{socket}", given)
    finally:
        process.terminate()
        process.wait(10)


def test_what_limits_keep_comes_back_and_counts(cache: RedisCache) -> None:
    history = [1763852342.5, 1763852300.25]
    cache.set("history", history)
    assert cache.get("history") == history
    assert cache.add("lock", value=True)
    assert not cache.add("lock", value=True)
    cache.add("count", 0)
    assert cache.incr("count") == 1
    assert cache.get("count") == 1


def test_code_that_somebody_put_there_does_not_run(cache: RedisCache, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    client = cache._cache.get_client(None, write=True)
    client.set(cache.make_key("history"), pickle.dumps(_Code(mark)))
    with pytest.raises(ValueError, match="decode"):
        cache.get("history")
    assert not mark.exists()
