"""Has another process fill an instance that runs."""

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any, Protocol


class Instance(Protocol):
    """What is filled, however it runs."""

    @property
    def environment(self) -> Mapping[str, str]: ...


FILLING_SECONDS = 600


def fill(up: Instance, what: str, wanted: Any = None) -> str:
    """Run ``benchmarks.filling`` on the instance; what it answered."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.filling", what],
        env=up.environment,
        input=json.dumps(wanted),
        stdout=subprocess.PIPE,
        text=True,
        timeout=FILLING_SECONDS,
        check=True,
    )
    return done.stdout
