"""Where an instance keeps its files. Plain Python: the launcher asks before Django is loaded."""

import os
from pathlib import Path

#: The folders of layout 1, all 0700.
FOLDERS = ("keys", "db", "queue", "audit", "static", "practice")
LAYOUT = "1"


def data_folder() -> Path:
    """``KALIXWEB_DATA``, else the user's data folder; absolute."""
    xdg = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(os.environ.get("KALIXWEB_DATA") or Path(xdg) / "kalixweb").expanduser().absolute()


def config_file() -> Path:
    """The file in which the command line remembers the current project of this user."""
    xdg = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(xdg).expanduser() / "kalixweb" / "project"
