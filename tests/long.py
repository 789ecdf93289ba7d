"""Runs what takes too long for every change: once before a release, and when its subject changed.

``python -m tests.long [NAME…]`` (``make test-long``): all of it, or the named parts, one after the
other, each in a process of its own. Says how long each took.
"""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]

# What is run as a module, with its arguments.
MODULES = {
    "removed": ("tests.removed", "--processes", "2"),
    "fuzz": ("benchmarks.fuzz", "--answers", "100000", "--processes", "2"),
}
# Folders of tests that neither ``make test`` nor ``.ci/run`` runs; they need not be there.
FOLDERS = {"chaos": "tests/chaos", "attack": "tests/attack"}


def parts() -> dict[str, list[str]]:
    """Each part's command."""
    modules = {name: ["-m", *words] for name, words in MODULES.items()}
    folders = {
        name: ["-m", "pytest", "-q", folder]
        for name, folder in FOLDERS.items()
        if (ROOT / folder).is_dir()
    }
    return modules | folders


def main(names: list[str]) -> int:
    """0 when every part is content, 2 when there is no such part."""
    known = parts()
    if unknown := [name for name in names if name not in known]:
        print(f"There is no {', '.join(unknown)}; there are {', '.join(known)}.", file=sys.stderr)
        return 2
    failed = [name for name in names or known if not _content(name, known[name])]
    print(f"Not content: {', '.join(failed)}." if failed else "Everything held.")
    return 1 if failed else 0


def _content(name: str, words: list[str]) -> bool:
    print(f"\n=== {name} ===", flush=True)
    started = time.monotonic()
    status = subprocess.run([sys.executable, *words], cwd=ROOT, check=False).returncode
    print(f"{name}: {(time.monotonic() - started) / 60:.1f} minutes, status {status}", flush=True)
    return status == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
