"""``kalixweb demo``: everything with one command, and something to look at."""

import click

from kalixweb.cli.client import refuse_other_users
from kalixweb.cli.output import CannotBeDone
from kalixweb.cli.up import serve
from kalixweb.core.paths import data_folder
from kalixweb.practice import server
from kalixweb.practice.jars import PracticeImpossible


@click.command()
@click.option("--listen", envvar="KALIXWEB_LISTEN", default="127.0.0.1:8420", metavar="HOST:PORT")
@click.option(
    "--port-base",
    type=click.IntRange(1024, server.LAST_PORT_BASE),
    help=f"the first port of the practice Kafka (default {server.DEFAULT_PORT_BASE})",
)
def demo(listen: str, port_base: int | None) -> None:
    """Run kalixweb with a practice Kafka, and with one working and nine broken connections.

    They stand in the project "practice". Ctrl-C stops both; a practice Kafka that ran before
    keeps running.
    """
    refuse_other_users()
    data_folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = data_folder() / "practice"
    ran_before = server.running(folder) is not None
    try:
        practice = server.start(folder, port_base, say=click.echo)
    except PracticeImpossible as reason:
        raise CannotBeDone(str(reason)) from reason
    click.echo(f"Practice Kafka runs on ports from {practice.port_base}. See: kalixweb practice")
    try:
        serve(listen, web="kalixweb.cli.demo_web")
    finally:
        if not ran_before:
            server.stop(folder)
