"""Where an instance keeps its files. Plain Python: the launcher asks before Django is loaded."""

import hashlib
import os
import tempfile
from pathlib import Path

#: The folders of layout 1, all 0700.
FOLDERS = ("keys", "db", "queue", "audit", "static", "practice")
LAYOUT = "1"

# The kernel cuts a unix socket's path at 108 bytes.
_LONGEST_SOCKET_PATH = 100


def data_folder() -> Path:
    """``KALIXWEB_DATA``, else the user's data folder; absolute."""
    xdg = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(os.environ.get("KALIXWEB_DATA") or Path(xdg) / "kalixweb").expanduser().absolute()


def queue_socket(data: Path) -> Path:
    """The embedded queue's socket: a short path of its own for each data folder."""
    name = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    bases = (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp")  # noqa: S108
    paths = [
        Path(base) / f"kalixweb-{os.geteuid()}-{name}" / "queue.sock"
        for base in bases
        if base and os.access(base, os.W_OK)
    ]
    return min(paths, key=lambda path: len(os.fsencode(path)) >= _LONGEST_SOCKET_PATH)


def config_file() -> Path:
    """The file in which the command line remembers the current project of this user."""
    xdg = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(xdg).expanduser() / "kalixweb" / "project"
