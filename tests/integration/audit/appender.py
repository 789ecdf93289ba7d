"""Another process of the same instance: it appends to a chain, or stops while it holds the head.

``python -m tests.integration.audit.appender CHAIN append THREADS EACH`` and ``… CHAIN hold``.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

OBJECT = {"object_kind": "secret", "object_id": UUID(int=9), "object_label": "db"}


def start(chain: UUID, *words: object) -> subprocess.Popen[str]:
    """Such a process on the database of the running test; it says ``ready`` when it begins."""
    from django.conf import settings
    from django.db import connection

    name = connection.settings_dict["NAME"]
    where = f"sqlite:///{name}"
    if connection.vendor == "postgresql":
        where = os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{name}"
    env = os.environ | {
        "DATABASE_URL": where,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "KALIXWEB_KEYRING": str(settings.KALIXWEB_KEYRING),
    }
    argv = [sys.executable, "-m", "tests.integration.audit.appender", str(chain)]
    return subprocess.Popen(
        [*argv, *map(str, words)], env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


def told(process: subprocess.Popen[str]) -> str:
    """The next line that the process writes."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


@contextmanager
def stopped_with_head(chain: UUID) -> Iterator[subprocess.Popen[str]]:
    """A process that was stopped between its UPDATE of the chain's head and its COMMIT."""
    process = start(chain, "hold")
    try:
        assert told(process) == "ready"
        assert os.WIFSTOPPED(os.waitpid(process.pid, os.WUNTRACED)[1])
        yield process
    finally:
        process.kill()
        process.communicate()


def _append(chain: UUID, threads: int, each: int) -> None:
    from django.db import connection

    from kalixweb.audit.unit_of_work import record, record_alone, unit_of_work
    from kalixweb.core.actor import Actor

    actor = Actor("shell", None, "other")

    def work() -> None:
        for number in range(each):
            if number % 2:
                record_alone(actor, "secret.used", chain=chain, **OBJECT)
                continue
            with unit_of_work(actor):
                record("secret.created", chain=chain, **OBJECT)
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def _hold(chain: UUID) -> None:
    from kalixweb.audit.models import AuditEvent
    from kalixweb.audit.unit_of_work import record, unit_of_work
    from kalixweb.core.actor import Actor
    from kalixweb.core.outages import sentence_about
    from kalixweb.keys import lifecycle

    insert = AuditEvent.objects.bulk_create

    def stop_and_insert(*arguments: object, **more: object) -> object:
        os.kill(os.getpid(), signal.SIGSTOP)
        return insert(*arguments, **more)

    AuditEvent.objects.bulk_create = stop_and_insert  # type: ignore[method-assign, assignment]
    try:
        with unit_of_work(Actor("shell", None, "other")):
            lifecycle.note_backed_up()
            record("secret.created", chain=chain, **OBJECT)
    except Exception as error:
        print(sentence_about(error), flush=True)
        raise SystemExit(1) from error
    print("committed", flush=True)


def main() -> None:
    import django

    django.setup()
    chain, what, *numbers = sys.argv[1:]
    print("ready", flush=True)
    if what == "hold":
        _hold(UUID(chain))
    else:
        sys.stdin.readline()
        _append(UUID(chain), *map(int, numbers))


if __name__ == "__main__":
    main()
