"""What the worker does for this app. The names of tasks stand in queued messages and stay."""

from datetime import timedelta
from importlib import import_module

from celery import shared_task
from celery.signals import worker_init, worker_ready, worker_shutting_down

from brokers.models import AwsQuery, PeriodicTask, TestRun
from brokers.msk.onboarding import bootstrap_changes
from kalixweb.audit import unit_of_work
from kalixweb.jobs import periodic, queue, shutdown
from kalixweb.jobs.queue import send, send_bulk
from secrets_app.services import drafts

__all__ = ["send", "send_bulk"]

run_test = queue.task(TestRun)
run_many = queue.bulk_task(TestRun)
run_aws_query = queue.task(AwsQuery)


@shared_task(name="brokers.sweep")
def run_periodic_tasks(**_later: object) -> None:
    """Every five seconds, in whichever worker gets the message."""
    periodic.run_due(PeriodicTask)


def _look_for_bootstrap_changes() -> None:
    for query in bootstrap_changes.ask_again():
        queue.put(query)


_MINUTE = timedelta(minutes=1)
periodic.register("runs", timedelta(seconds=5), queue.look_after_jobs)
periodic.register("bootstrap servers", 5 * _MINUTE, _look_for_bootstrap_changes)
periodic.register("history", 60 * _MINUTE, queue.forget_old_jobs)
periodic.register("drafts", _MINUTE, drafts.delete_expired)
periodic.register("repeated events", _MINUTE, unit_of_work.flush_coalesced)


@worker_init.connect
def _load_engine(**_signal: object) -> None:
    """Before the first test is asked for: the person who asks would wait for it."""
    import_module("brokers.engine.runner")


@worker_ready.connect
def _read_trusted_authorities(**_signal: object) -> None:
    """The same for what the first handshake needs, once the worker takes tests."""
    from brokers.engine.tls import trust_store  # noqa: PLC0415 - only workers need it

    trust_store.system()


@worker_shutting_down.connect
def _stop_jobs(**_signal: object) -> None:
    shutdown.close()
