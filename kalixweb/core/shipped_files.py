"""Finds templates and static files beside manage.py in a clone, or inside the installed package."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def shipped_folder(name: str) -> Path:
    """The folder ``templates`` or ``static`` that came with this code."""
    installed = _PACKAGE / name
    return installed if installed.is_dir() else _PACKAGE.parent / name
