"""The Celery application; tasks are found in each app's ``tasks`` module."""

import logging
import os
import sys
import time
from typing import Any

from celery import Celery
from celery.beat import EmbeddedService
from celery.signals import setup_logging, worker_init, worker_ready, worker_shutting_down
from django.db import Error as DatabaseError

from kalixweb.core.refusals import Refusal

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kalixweb.settings")

app = Celery("kalixweb")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

_LOOK_AGAIN_SECONDS = 2.0
_log = logging.getLogger(__name__)
_clocks: list[Any] = []


@setup_logging.connect
def _keep_logging(**_signal: object) -> None:
    """The settings have set it up; without a receiver Celery would put its own level on all."""


@worker_init.connect
def _refuse_unsafe_start(**_signal: object) -> None:
    """Celery goes on after any exception of a receiver, so each has to end the worker.

    A database that is away comes back: the worker waits for it, since it can do nothing else.
    """
    # This module is imported while the apps are loaded, before their models.
    from kalixweb.audit import start  # noqa: PLC0415

    while True:
        try:
            start.verify_start()
        except Refusal as refused:
            sys.exit(refused.sentence)
        except DatabaseError as away:
            _log.warning("the database cannot be read yet (%s)", type(away).__name__)
            time.sleep(_LOOK_AGAIN_SECONDS)
        except Exception as unforeseen:  # noqa: BLE001 - Celery would swallow it and start
            sys.exit(f"Keys and audit trail could not be looked at: {type(unforeseen).__name__}")
        else:
            return


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
