"""A process that was stopped while it held a chain's head freezes nobody else."""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError, connection
from django.test import Client

from kalixweb.audit.models import AuditEvent
from kalixweb.audit.unit_of_work import record_alone
from kalixweb.audit.verify import verify
from kalixweb.core.actor import Actor
from kalixweb.core.outages import sentence_about
from kalixweb.keys import lifecycle
from kalixweb.projects.models import Project
from tests.factories import make_project, make_user, signed_in
from tests.integration.audit.appender import OBJECT, stopped_with_head, told

pytestmark = pytest.mark.django_db(transaction=True)

BUSY = "The database was busy with other changes for too long. Try again."
Append = Callable[..., None]


@contextmanager
def takes(least: float, most: float) -> Iterator[None]:
    began = time.monotonic()
    yield
    assert least <= time.monotonic() - began <= most


def refused(append: Callable[[], object]) -> str | None:
    with pytest.raises(OperationalError) as raised:
        append()
    return sentence_about(raised.value)


def test_others_wait_for_two_seconds_and_go_on_after_five(
    append: Append, actor: Actor, chain: UUID
) -> None:
    _needs_postgres()
    append(1)
    with stopped_with_head(chain) as stopped, takes(4, 6):
        with takes(0, 1):
            append(1, uuid4())
        with takes(1.5, 3):
            assert refused(lambda: append(1)) == BUSY
        with takes(1.5, 3):
            alone = {"chain": chain, **OBJECT}
            assert refused(lambda: record_alone(actor, "secret.used", **alone)) == BUSY
        _until_it_goes(append)
        os.kill(stopped.pid, signal.SIGCONT)
        assert told(stopped) == BUSY
    assert lifecycle.backed_up_at() is None
    assert AuditEvent.objects.filter(chain=chain).count() == 2
    assert verify().findings == []


def _until_it_goes(append: Append) -> None:
    for _ in range(5):
        with contextlib.suppress(OperationalError):
            append(1)
            return


def test_the_only_lock_of_sqlite_is_waited_for_and_reads_go_on(append: Append, chain: UUID) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has more than one lock")
    append(1)
    with stopped_with_head(chain) as stopped:
        with takes(0, 1):
            assert AuditEvent.objects.filter(chain=chain).count() == 1
        with takes(4.5, 6):
            assert refused(lambda: append(1)) == BUSY
        os.kill(stopped.pid, signal.SIGCONT)
        assert told(stopped) == "committed"
    assert lifecycle.backed_up_at() is not None
    append(1)
    assert AuditEvent.objects.filter(chain=chain).count() == 3
    assert verify().findings == []


def test_pages_of_others_are_answered_while_eighteen_wait_for_one_project() -> None:
    """As in a web process: eight threads, eighteen saves, and then somebody else."""
    _needs_postgres()
    mira = make_user("mira")
    frozen, other = (make_project(name, project_admin=mira) for name in ("frozen", "other"))
    browsers = [signed_in(mira) for _ in range(8)]
    waiting, answers = list(range(18)), list[int]()

    def web_thread(browser: Client) -> None:
        browser.raise_request_exception = False
        try:
            while waiting:
                number = waiting.pop()
                answers.append(_save(browser, frozen, f"text {number}"))
        finally:
            connection.close()

    with stopped_with_head(frozen.id):
        threads = [threading.Thread(target=web_thread, args=(one,)) for one in browsers]
        for thread in threads:
            thread.start()
        began = time.monotonic()
        while sum(thread.is_alive() for thread in threads) > 2:
            assert time.monotonic() - began < 1, "threads are waiting for the frozen project"
            time.sleep(0.01)
        with takes(0, 1):
            browser = signed_in(mira)
        with takes(0, 1):
            assert _save(browser, other, "elsewhere") == 302
        with takes(0, 1):
            assert browser.get("/p/frozen/").status_code == 200
        for thread in threads:
            thread.join()
    assert answers == [503] * 18
    assert Project.objects.get(name="frozen").description == ""
    assert verify().findings == []


def _save(browser: Client, project: Project, description: str) -> int:
    sent = {"name": project.name, "description": description}
    answer = browser.post(f"/p/{project.name}/settings/", sent)
    if answer.status_code == 503:
        assert BUSY in answer.content.decode()
        assert int(answer["Retry-After"]) > 0
    return int(answer.status_code)


def _needs_postgres() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one lock for all projects")
