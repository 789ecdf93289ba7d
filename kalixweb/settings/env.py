"""Typed readers of the environment.

Every reader also accepts ``NAME_FILE``, the path of a file that holds the value; a file that was
named and cannot be read is an error, never a silent default. Messages name the variable and never
repeat its value.
"""

import ipaddress
import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def _raw(name: str) -> str | None:
    if file_name := os.environ.get(f"{name}_FILE"):
        try:
            return Path(file_name).read_text(encoding="utf-8").strip()
        except OSError as error:
            message = f"{name}_FILE names {file_name}, which cannot be read: {error.strerror}."
            raise ImproperlyConfigured(message) from error
    return os.environ.get(name)


def text(name: str, default: str = "") -> str:
    """The value with surrounding white space removed, or the default when unset or empty."""
    return (_raw(name) or "").strip() or default


def flag(name: str, *, default: bool) -> bool:
    """``1 true yes on`` or ``0 false no off``, in any letter case."""
    value = text(name).lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    message = f"{name} must be true or false."
    raise ImproperlyConfigured(message)


def whole(name: str, default: int, *, least: int = 0) -> int:
    """A whole number that is not below ``least``."""
    value = text(name)
    if not value:
        return default
    if not value.isdecimal() or int(value) < least:
        message = f"{name} must be a whole number of at least {least}."
        raise ImproperlyConfigured(message)
    return int(value)


def words(name: str) -> list[str]:
    """A list separated by commas or white space."""
    return text(name).replace(",", " ").split()


def networks(name: str) -> list[str]:
    """Addresses and networks, separated as by ``words``."""
    given = words(name)
    for word in given:
        try:
            ipaddress.ip_network(word, strict=False)
        except ValueError as wrong:
            message = f"{name} must name addresses or networks, such as 10.0.0.0/8."
            raise ImproperlyConfigured(message) from wrong
    return given


def path(name: str, default: Path) -> Path:
    """An absolute path; ``~`` stands for the home folder."""
    return Path(text(name) or default).expanduser().absolute()
