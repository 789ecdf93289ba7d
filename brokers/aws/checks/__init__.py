"""The prerequisites of a connection to MSK, one file each, in the order in which they are shown.

**To add a check**: a file here with its ``CHECK``, its page ``pages/<id>.md``, and a test. An id is
public and never changes its meaning.
"""

from importlib import import_module
from pkgutil import iter_modules

from brokers.aws.check import Check, Subject


def _found() -> list[Check]:
    """The row of every file of this folder, by its position."""
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    return sorted((module.CHECK for module in modules), key=lambda check: check.position)


CHECKS: dict[str, Check] = {check.id: check for check in _found()}


def about(subject: Subject) -> tuple[str, ...]:
    """The ids of the checks about it."""
    return tuple(check.id for check in CHECKS.values() if check.subject == subject)
