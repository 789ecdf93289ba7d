"""Every benchmark, one after the other, each in a process of its own, as Markdown.

python -m benchmarks [NAME…]
"""

import signal
import subprocess
import sys

ALL = ("engine", "many", "trust", "instance", "pages", "click", "bulk", "saving", "msk")
LONGEST_SECONDS = 900


def main() -> int:
    """0 when every limit is kept."""
    over = [name for name in sys.argv[1:] or ALL if not _measured(name)]
    print(f"Over a limit, or not measured: {', '.join(over)}." if over else "Every limit is kept.")
    return 1 if over else 0


def _measured(name: str) -> bool:
    print(f"## benchmarks.{name}\n", flush=True)
    command = [sys.executable, "-m", f"benchmarks.{name}"]
    measuring = subprocess.Popen(command)
    try:
        return measuring.wait(LONGEST_SECONDS) == 0
    except subprocess.TimeoutExpired:
        # As Ctrl-C does, so that it ends the servers that it started.
        measuring.send_signal(signal.SIGINT)
        measuring.wait(60)
        print(f"It took longer than {LONGEST_SECONDS} s.", flush=True)
        return False


if __name__ == "__main__":
    sys.exit(main())
