"""The Celery application; tasks are found in each app's ``tasks`` module."""

import os
import sys
from typing import Any

from celery import Celery
from celery.beat import EmbeddedService
from celery.signals import worker_init, worker_ready, worker_shutting_down

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kalixweb.settings")

app = Celery("kalixweb")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

_clocks: list[Any] = []


@worker_init.connect
def _refuse_unsafe_start(**_signal: object) -> None:
    from kalixweb.audit import start

    try:
        start.verify_start()
    except (start.KeysUnusable, start.TriggersMissing) as refusal:
        sys.exit(str(refusal))


@worker_ready.connect
def _start_clock(**_signal: object) -> None:
    """The schedule runs as a thread of the worker: a separate process could outlive it."""
    clock: Any = EmbeddedService(app, thread=True, scheduler_cls="celery.beat:Scheduler")
    clock.start()
    _clocks.append(clock)


@worker_shutting_down.connect
def _stop_clock(**_signal: object) -> None:
    for clock in _clocks:
        clock.stop()
