"""The key files of a new embedded instance. Plain Python: the settings read what it makes."""

import os

from kalixweb.core.paths import data_folder
from kalixweb.keys import bootstrap


def make_once() -> bool:
    """Whether they were made: only for a new embedded instance, never beside stored data."""
    data = data_folder()
    new = not any((data / "keys").iterdir()) and not any((data / "db").iterdir())
    if os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE") or not new:
        return False
    bootstrap.make_key_files(data / "keys")
    return True
