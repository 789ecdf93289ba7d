"""The data folder: made private, marked with its layout, held by one launcher at a time."""

import fcntl
import os
from pathlib import Path

from kalixweb.core.paths import FOLDERS, LAYOUT


class FolderUnusable(Exception):
    """The data folder cannot be used; the message says why and what to do."""


def prepare_folder(folder: Path) -> None:
    """Make the folder and its subfolders, all 0700, or say why that cannot be."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_uid != os.geteuid():
            raise FolderUnusable(f"{folder} belongs to another user. Run as its owner.")
        folder.chmod(0o700)
        for name in FOLDERS:
            (folder / name).mkdir(mode=0o700, exist_ok=True)
            (folder / name).chmod(0o700)
    except OSError as error:
        raise FolderUnusable(f"{folder} cannot be used: {error.strerror}.") from error
    mark = folder / "LAYOUT"
    if not mark.exists():
        mark.write_text(LAYOUT + "\n", encoding="ascii")
    found = mark.read_text(encoding="ascii").strip()
    if found != LAYOUT:
        raise FolderUnusable(
            f"{folder} has layout {found}, this version knows layout {LAYOUT}. Install the version "
            "that made it, or another KALIXWEB_DATA."
        )


def hold(folder: Path) -> int:
    """Lock the folder for the life of this process; the descriptor of the lock.

    The lock is the kernel's, so a launcher that was killed leaves none behind.
    """
    descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as taken:
        os.close(descriptor)
        pid = (folder / ".lock").read_text(encoding="ascii").strip()
        raise FolderUnusable(
            f"kalixweb is already running on {folder} (process {pid or 'unknown'}). Stop that one "
            "first, or set KALIXWEB_DATA to another folder."
        ) from taken
    os.truncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    return descriptor
