"""Which faults could lose their detection without a test going red?

``python -m tests.removed [CODE …] [--processes 2]``: for each code of the public list, runs the
tests that name it while the engine never gives it (see ``plugin``). Ends with status 1 when a
code's tests stay green. Begin with tests that pass.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from tests.house.test_faults import CODES, ROOT, named_in
from tests.removed.plugin import CRASHED, NOTICED

_LONGEST_SECONDS = 900


def main() -> int:
    """0 when each code is missed by a test."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("codes", nargs="*", metavar="CODE", default=sorted(CODES))
    parser.add_argument("--processes", type=int, default=1)
    options = parser.parse_args()
    if unknown := sorted(set(options.codes) - CODES):
        parser.error(f"no such code: {', '.join(unknown)}")
    files = named_in()
    with ThreadPoolExecutor(options.processes) as pool:
        said = pool.map(partial(missed_by, files=files), options.codes)
        green = [code for code, line in _shown(options.codes, said) if NOTICED not in line]
    print(f"{len(options.codes) - len(green)} of {len(options.codes)} codes are missed by a test")
    print("".join(f"stays green: {code}\n" for code in green), end="")
    return 1 if green else 0


def _shown(codes: Iterable[str], said: Iterable[str]) -> Iterator[tuple[str, str]]:
    for code, line in zip(codes, said, strict=True):
        print(f"{code:36} {line}", flush=True)
        yield code, line


def missed_by(code: str, *, files: dict[str, list[Path]]) -> str:
    """The test that noticed, or what happened instead."""
    if not files[code]:
        return "no test names it"
    plugin = ["-p", "tests.removed.plugin", "--without", code]
    lines = _pytest(*plugin, *map(str, files[code])).stdout.splitlines()
    for line in lines:
        if line.startswith(NOTICED):
            test = line.removeprefix(NOTICED).strip()
            return f"red in any case: {test}" if _pytest(test).returncode else line
    crashes = [line for line in lines if line.startswith(CRASHED)]
    return next(iter(crashes), f"green: {lines[-1] if lines else 'nothing ran'}")


def _pytest(*arguments: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "pytest", "-q", "--tb=no", "-s", "-p", "no:cacheprovider"]
    return subprocess.run(
        [*argv, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=_LONGEST_SECONDS,
        check=False,
    )


if __name__ == "__main__":
    sys.exit(main())
