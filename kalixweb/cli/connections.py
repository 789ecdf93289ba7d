"""``kalixweb connections``: list the connections of a project, and test one."""

import time
from typing import TYPE_CHECKING

import click

from kalixweb.cli.client import Local, local
from kalixweb.cli.output import EXIT_NO, CannotBeDone, output_option, print_json, print_table
from kalixweb.cli.secret import project_option

if TYPE_CHECKING:
    from brokers.models import Connection, TestRun
    from kalixweb.cli.probe_view import View

_WORKS = {"passed", "warned"}
_LOOK_EVERY_SECONDS = 0.1
_NO_WORKER_AFTER_SECONDS = 30.0


@click.group()
def connections() -> None:
    """Saved Kafka connections."""


@connections.command("list")
@project_option
@output_option
def list_connections(project: str | None, as_json: bool) -> None:  # noqa: FBT001
    """Every connection of the project with its state, the ones in trouble first."""
    instance = local()
    from brokers.connections.queries.connections import listed, shown_state

    rows = [
        {
            "name": row.name,
            "state": shown_state(row),
            "since": row.state_since.isoformat(timespec="seconds") if row.state_since else None,
            "fault": row.last_fault or None,
            "servers": row.servers,
            "labels": row.labels,
            "default": row.is_default,
            "tested_at": row.tested_at.isoformat(timespec="seconds") if row.tested_at else None,
        }
        for row in listed(instance.project(project))
    ]
    if as_json:
        print_json(rows)
        return
    shown = ("name", "state", "since", "fault", "labels")
    print_table(
        shown, [[" ".join(v) if isinstance(v := r[c], list) else v for c in shown] for r in rows]
    )


@connections.command("test")
@click.argument("name")
@click.option("--wait", is_flag=True, help="wait for the verdict and print it")
@project_option
@output_option
def test(name: str, wait: bool, project: str | None, as_json: bool) -> None:  # noqa: FBT001
    """Test the connection NAME in a worker of this instance.

    Exit status 0: it works. 1: it does not, or only in part. 3: the test was not carried out.
    """
    from brokers.engine.document import read

    instance = local()
    run = _begin(instance, _find(instance, name, project))
    if not wait:
        if as_json:
            print_json({"run": str(run.id), "state": run.state})
        else:
            click.echo(f"The test of {name} is queued. Wait for it with --wait, or see its page.")
        return
    view = None if as_json else _view(run)
    try:
        run = _wait_for(run, view)
    except KeyboardInterrupt:
        raise CannotBeDone("Not waited for any longer; the test goes on in its worker.") from None
    if view and run.document:
        view.finish(read(run.document), stopped=run.state != "done")
    if run.state != "done":
        raise CannotBeDone(run.sentence or "The test ended without a verdict. Test again.")
    if as_json:
        print_json(run.document)
    if run.verdict not in _WORKS:
        raise click.exceptions.Exit(EXIT_NO)


def _find(instance: Local, name: str, project: str | None) -> "Connection":
    from brokers.connections.queries.connections import whole

    held = instance.project(project)
    found = whole(held).filter(name=name).first()
    if found is None:
        raise CannotBeDone(
            f"There is no connection {name} in {held.name}. See: kalixweb connections list"
        )
    return found


def _begin(instance: Local, connection: "Connection") -> "TestRun":
    from brokers import tasks
    from brokers.runs.services import runs
    from kalixweb.jobs.kinds import Ending, sentence
    from kalixweb.jobs.transitions import take_resend

    run, is_new = runs.request(actor=instance.actor, connection=connection, origin="cli")
    if (is_new or take_resend(run)) and not tasks.send(run, instance.actor):
        raise CannotBeDone(sentence(run, Ending.QUEUE_AWAY))
    return run


def _view(run: "TestRun") -> "View":
    from brokers.engine.report.tested_configuration import ReportedTarget
    from kalixweb.cli.probe_view import View

    return View(ReportedTarget.of(run.target))


def _wait_for(run: "TestRun", view: "View | None") -> "TestRun":
    """The run once it has ended; a worker that never takes it is not waited for.

    On the way it is drawn where there is a terminal.
    """
    from brokers import tasks
    from brokers.engine.document import read
    from kalixweb.cli.client import shell_actor
    from kalixweb.core import clock
    from kalixweb.jobs.kinds import Ending, sentence
    from kalixweb.jobs.transitions import stop, take_resend

    ends = time.monotonic() + _NO_WORKER_AFTER_SECONDS
    while True:
        try:
            run.refresh_from_db()
        except type(run).DoesNotExist:
            raise CannotBeDone("The connection was deleted during its test.") from None
        if run.state in {"done", "stopped"}:
            return run
        if view and view.live and run.document:
            view.show(read(run.document))
        if run.state == "queued" and time.monotonic() > ends:
            reason = "No worker took this test within 30 seconds. See: kalixweb doctor"
            stop(run, actor=shell_actor(), reason=reason)
            raise CannotBeDone(reason)
        if run.deadline_at and clock.now() > run.deadline_at:
            raise CannotBeDone(sentence(run, Ending.WORKER_LOST))
        if take_resend(run):
            tasks.send(run, shell_actor())
        time.sleep(_LOOK_EVERY_SECONDS)
