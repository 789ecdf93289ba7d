"""Periodic tasks: any number of workers have a clock, and one of them does what is due.

Each task has a row with the time when it is due next, and whoever moves that on does the work.
"""

from collections.abc import Callable
from datetime import timedelta

from django.db import IntegrityError, transaction

from kalixweb.core import clock
from kalixweb.jobs.models import PeriodicTask

_tasks: dict[str, tuple[timedelta, Callable[[], object]]] = {}


def register(name: str, every: timedelta, work: Callable[[], object]) -> None:
    """Have ``work`` done so often. The name stands in a row and keeps its spelling."""
    _tasks[name] = every, work


def run_due(table: type[PeriodicTask]) -> None:
    """Do what is due and is not done by another worker, in the order of registration."""
    for name, (every, work) in _tasks.items():
        if take(table, name, every):
            work()


def take(table: type[PeriodicTask], name: str, every: timedelta) -> bool:
    """Whether this process does the task now; of several that ask, one gets it."""
    rows = table._default_manager.filter(name=name)  # noqa: SLF001 - the table is any app's
    now = clock.now()
    if rows.filter(due_at__lte=now).update(due_at=now + every):
        return True
    if rows.exists():
        return False
    try:
        with transaction.atomic():
            table(name=name, due_at=now + every).save(force_insert=True)
    except IntegrityError:
        return False
    return True
