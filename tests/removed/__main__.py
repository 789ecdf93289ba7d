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

from tests.removed.plugin import CRASHED, NOTICED
from tests.structure.test_faults import CODES, ROOT, named_in

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
        said = dict(_shown(options.codes, pool.map(partial(missed_by, files=files), options.codes)))
    noticed = {code: line.removeprefix(NOTICED).strip() for code, line in said.items()
               if line.startswith(NOTICED)}  # fmt: skip
    red = _red_in_any_case(set(noticed.values()))
    kept = [code for code, test in noticed.items() if test not in red]
    print(f"{len(kept)} of {len(said)} codes are missed by a test")
    for code in sorted(said.keys() - set(kept)):
        print(f"not missed: {code}: {'red in any case' if code in noticed else said[code]}")
    return 0 if len(kept) == len(said) else 1


def _shown(codes: Iterable[str], said: Iterable[str]) -> Iterator[tuple[str, str]]:
    for code, line in zip(codes, said, strict=True):
        print(f"{code:36} {line}", flush=True)
        yield code, line


def missed_by(code: str, *, files: dict[str, list[Path]]) -> str:
    """The test that noticed, or what happened instead."""
    if not files[code]:
        return "no test names it"
    plugin = ["-p", "tests.removed.plugin", "--without", code]
    ran = _pytest(*plugin, *map(str, files[code]))
    lines = ran.stdout.splitlines()
    for wanted in (NOTICED, CRASHED):
        if found := [line for line in lines if line.startswith(wanted)]:
            return found[0]
    return f"green: {lines[-1]}" if lines else f"nothing ran: {ran.stderr.strip()[-300:]}"


def _red_in_any_case(tests: set[str]) -> set[str]:
    """Those that fail with every detection in its place: they prove nothing."""
    if not tests:
        return set()
    ran = _pytest("-rfE", *sorted(tests))
    if ran.returncode not in {0, 1}:
        raise RuntimeError(ran.stdout + ran.stderr)
    lines = ran.stdout.splitlines()
    failed = [line for line in lines if line.startswith(("FAILED ", "ERROR "))]
    return {test for test in tests if any(test in line for line in failed)}


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
