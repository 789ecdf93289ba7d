"""``kalixweb probe``: the connection test without a database, for where the network matters."""

import json
import signal
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kalixweb.cli.output import EXIT_NOT_DONE, CannotBeDone
from kalixweb.core.secret_value import SecretValue

if TYPE_CHECKING:
    from brokers.engine.results import Json, RunResult
    from brokers.engine.target import Target
    from kalixweb.cli.probe_view import View

AUTHS = ("scram-sha-512", "scram-sha-256", "plain")
_PASSWORD_BYTES = 65_536
# More than is taken, so that what refuses a bundle can say how long it is.
_CA_BYTES = 4_194_304


@click.command()
@click.argument("servers", nargs=-1, required=True, metavar="HOST:PORT[,…]")
@click.option("--auth", type=click.Choice(AUTHS), default=AUTHS[0], show_default=True)
@click.option("--user", required=True, help="The Kafka user.")
@click.option(
    "--password-file",
    required=True,
    metavar="FILE",
    help="File that holds the password; - reads it from standard input. One line end is cut off.",
)
@click.option("--ca-cert", metavar="FILE", help="CA in PEM form; without it the system's store.")
@click.option("--topic", "topics", multiple=True, help="Topic to ask rights for (:read, :write).")
@click.option("--group", "groups", multiple=True, help="Consumer group to ask rights for.")
@click.option("--transactional-id", "ids", multiple=True, help="Transactional id to ask for.")
@click.option(
    "--timeout",
    type=click.FloatRange(1, 300),
    default=30.0,
    show_default=True,
    help="Seconds for the whole test.",
)
@click.option(
    "--second-opinion",
    is_flag=True,
    help="Then log in a second time, by librdkafka, and say whether it agrees.",
)
@click.option("-o", "--output", type=click.Choice(["table", "json"]), default="table")
def probe(  # noqa: PLR0917 - one for each option
    servers: tuple[str, ...],
    auth: str,
    user: str,
    password_file: str,
    ca_cert: str | None,
    topics: tuple[str, ...],
    groups: tuple[str, ...],
    ids: tuple[str, ...],
    timeout: float,
    second_opinion: bool,  # noqa: FBT001
    output: str,
) -> None:
    """Test a Kafka connection, stage by stage and broker by broker.

    Exit code 0: it works. 1: it does not, or only in part. 2: used wrongly. 3: not carried out.
    """
    from brokers.engine.document import read
    from brokers.engine.target import Limits, Target, TargetPolicy

    if second_opinion:
        _require_client()
    target = Target(
        servers="\n".join(servers),
        auth=auth,
        user=user,
        password=_password(password_file),
        ca_pem=_contents(ca_cert, "--ca-cert", _CA_BYTES) if ca_cert else None,
        topics=topics,
        groups=groups,
        transactional_ids=ids,
        policy=TargetPolicy(loopback=True),
        limits=Limits(run=timeout, node=min(Limits().node, timeout)),
    )
    view = _view(target) if output == "table" else None
    result = _run(target, view)
    document = _document(result)
    if second_opinion:
        document["second_opinion"] = _opinion(target, result, view)
    if view:
        view.finish(read(document), stopped=result.stopped)
    else:
        click.echo(json.dumps(document, indent=2, ensure_ascii=False))
    sys.exit(_exit_code(result))


def _view(target: "Target") -> "View":
    from brokers.engine.input import servers_of
    from brokers.engine.report.tested_configuration import ReportedTarget
    from kalixweb.cli.probe_view import View

    tested = ReportedTarget(
        servers=tuple(server.name for server in servers_of(target)[0]),
        auth=target.auth,
        user=target.user,
        has_ca=target.ca_pem is not None,
        topics=target.topics,
        groups=target.groups,
        transactional_ids=target.transactional_ids,
    )
    return View(tested)


def _run(target: "Target", view: "View | None") -> "RunResult":
    """The last result; on the way it is drawn where there is a terminal."""
    from brokers.engine.document import read
    from brokers.engine.runner import run
    from brokers.engine.wait import Cancel

    last: RunResult | None = None
    with Cancel() as cancel:
        before = signal.signal(signal.SIGINT, lambda _number, _frame: cancel.set())
        try:
            for last in run(target, cancel):
                if view and view.live:
                    view.show(read(_document(last)))
        finally:
            signal.signal(signal.SIGINT, before)
    if last is None:
        raise AssertionError("a run always yields a result")
    return last


def _document(result: "RunResult") -> "dict[str, Json]":
    where = {"host": socket.gethostname(), "worker": "command line"}
    return result.document(datetime.now(tz=UTC), where)


def _require_client() -> None:
    """Before anything is sent: nobody should log in twice to learn that half of it is missing."""
    from brokers.engine.second_opinion import INSTALL, is_installed

    if not is_installed():
        raise CannotBeDone(f"A second opinion needs confluent-kafka. Install it with: {INSTALL}")


def _opinion(target: "Target", result: "RunResult", view: "View | None") -> "dict[str, Json]":
    from brokers.engine import second_opinion

    notice = (
        f"Second opinion: librdkafka logs in once more as {target.user} and asks for nothing but "
        "the list of brokers."
    )
    try:
        say = view.say if view else lambda sentence: click.echo(sentence, err=True)
        return second_opinion.run(target, result, lambda: say(notice)).document()
    except KeyboardInterrupt:
        sys.exit(EXIT_NOT_DONE)


def _exit_code(result: "RunResult") -> int:
    if result.stopped or result.verdict is None:
        return 3
    if any(fault.code.startswith("input.") and fault.fails for fault in result.faults):
        return 2
    return 0 if result.verdict.state in {"passed", "warned"} else 1


def _password(file: str) -> SecretValue:
    if file == "-":
        value = sys.stdin.buffer.read(_PASSWORD_BYTES + 1)
    else:
        value = _contents(file, "--password-file", _PASSWORD_BYTES + 1)
    if len(value) > _PASSWORD_BYTES:
        raise click.BadParameter("the password is longer than 64 KiB", param_hint="--password-file")
    return SecretValue(value.removesuffix(b"\n").removesuffix(b"\r"))


def _contents(file: str, option: str, most: int) -> bytes:
    try:
        with Path(file).open("rb") as opened:
            return opened.read(most)
    except OSError as error:
        message = f"{file} cannot be read: {error.strerror}"
        raise click.BadParameter(message, param_hint=option) from error
