"""Killed in the middle: worker, queue, everything. Each test of a connection ends and says how."""

import json
import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

from tests.integration.robustness.conftest import CONNECTIONS, Scene, store_password
from tests.running import RunningInstance
from tests.visitor import NAME, PASSWORD, Visitor, readable, shows

WORKER_LOST = "The worker ended or fell silent during this test. Test again."
QUEUE_AWAY = "The queue cannot be reached, so no worker got this test."


def runs(up: RunningInstance) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(up.data / "db" / "kalixweb.sqlite3")) as db:
        return db.execute("SELECT state, fault FROM test_run ORDER BY queued_at").fetchall()


def let_deadline_pass(up: RunningInstance) -> None:
    with closing(sqlite3.connect(up.data / "db" / "kalixweb.sqlite3", timeout=20)) as db, db:
        past = "2020-01-01 00:00:00"
        db.execute("UPDATE test_run SET deadline_at = ? WHERE state = 'running'", (past,))


@contextmanager
def launcher_held(up: RunningInstance) -> Iterator[None]:
    """Nothing that ends is started again meanwhile."""
    os.kill(up.process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(up.process.pid, signal.SIGCONT)


def restarted(up: RunningInstance, name: str, old: int) -> None:
    end = time.monotonic() + 60
    while up.children().get(name) in {None, old}:
        assert time.monotonic() < end, f"the {name} did not come back"
        time.sleep(0.05)


def kill(up: RunningInstance, name: str) -> int:
    pid = up.children()[name]
    os.kill(pid, signal.SIGKILL)
    return pid


def begun(scene: Scene) -> str:
    """A test that waits for the silent broker; its page."""
    run = scene.test()
    shows(scene.visitor, run, "is showing its certificate", within=40)
    return run


def test_a_killed_worker_ends_its_test_and_nobody_repeats_it(scene: Scene) -> None:
    page, up = begun(scene), scene.up
    with launcher_held(up):
        old = kill(up, "worker")
        assert "Running" in readable(scene.visitor.get(page))
        let_deadline_pass(up)
        seen = readable(scene.visitor.get(page))
        assert "Stopped The test ended before it had a verdict: its worker stopped" in seen
        assert "loads itself again" not in seen
        assert runs(up)[-1] == ("running", "")
    restarted(up, "worker", old)
    shows(scene.visitor, page, WORKER_LOST, within=60)
    assert runs(up) == [("stopped", "run.stopped")]
    connected = len(scene.broker._open)
    again = begun(scene)
    assert again != page
    assert len(scene.broker._open) == connected + 1
    scene.visitor.send(again, to=again + "stop/")
    shows(scene.visitor, again, f"Stopped by {NAME}", within=20)


def test_without_the_queue_a_click_says_so_and_all_else_works(scene: Scene) -> None:
    up, visitor = scene.up, scene.visitor
    with launcher_held(up):
        old = kill(up, "queue")
        begin = time.monotonic()
        answer = visitor.get(scene.test())
        assert time.monotonic() - begin < 5
        assert QUEUE_AWAY in readable(answer)
        assert runs(up)[-1] == ("stopped", "run.stopped")
        many = visitor.send(CONNECTIONS, to=CONNECTIONS + "test/")
        assert many.status_code == 200
        assert "queue" in readable(many)
        assert runs(up)[-1][0] == "queued"
        assert "/secrets/" in store_password(visitor, name="made-meanwhile")
        _nobody_signs_in_uncounted(up)
        doctor = up.command("doctor")
        assert doctor.returncode == 1
        assert "✗ queue        does not answer" in doctor.stdout
        assert "✗ worker       no worker answers, so no test runs." in doctor.stdout
    restarted(up, "queue", old)
    end = time.monotonic() + 60
    while runs(up)[-1][0] == "queued":
        assert time.monotonic() < end, "nobody took the test that waited for the queue"
        time.sleep(0.1)


def _nobody_signs_in_uncounted(up: RunningInstance) -> None:
    other = Visitor(up)
    answer = other.send("/account/login/", {"login": NAME, "password": PASSWORD})
    other.close()
    assert answer.status_code == 503
    assert "The queue, which also counts sign-ins and tests, does not take this." in readable(
        answer
    )


def test_ctrl_c_stops_running_tests_and_the_trail_ends_in_anchors(scene: Scene) -> None:
    page, up = begun(scene), scene.up
    assert up.stop() < 2.5
    assert runs(up)[-1] == ("stopped", "run.stopped")
    with closing(sqlite3.connect(up.data / "db" / "kalixweb.sqlite3")) as db:
        heads = dict(db.execute("SELECT chain, seq FROM audit_head").fetchall())
    last: dict[str, int] = {}
    for line in (up.data / "audit" / "anchors.jsonl").read_text().splitlines():
        anchor = json.loads(line)
        chain = anchor["chain"].replace("-", "")
        last[chain] = max(anchor["seq"], last.get(chain, 0))
    assert last == heads
    up.lines.clear()
    up.start()
    seen = readable(scene.visitor.get(page))
    assert "The worker was stopped during this test. Test again." in seen
    assert up.command("audit", "verify").returncode == 0
