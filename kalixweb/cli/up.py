"""``kalixweb up``: everything with one command."""

import os
import sys
from pathlib import Path
from typing import NoReturn

import click

from kalixweb.cli.client import refuse_other_users
from kalixweb.cli.output import CannotBeDone, UsedWrongly
from kalixweb.core.paths import data_folder
from kalixweb.launcher import up as launcher
from kalixweb.launcher.queue import QueueMissing

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@click.command()
@click.option("--listen", envvar="KALIXWEB_LISTEN", default="127.0.0.1:8420", metavar="HOST:PORT")
@click.option("--data", type=click.Path(path_type=Path), help="the data folder (KALIXWEB_DATA)")
@click.option("--tls-cert", envvar="KALIXWEB_TLS_CERT", type=click.Path(exists=True))
@click.option("--tls-key", envvar="KALIXWEB_TLS_KEY", type=click.Path(exists=True))
def up(listen: str, data: Path | None, tls_cert: str | None, tls_key: str | None) -> None:
    """Run the queue, the web server and a worker until Ctrl-C."""
    if data:
        os.environ["KALIXWEB_DATA"] = str(data.expanduser().absolute())
    if bool(tls_cert) != bool(tls_key):
        raise UsedWrongly("HTTPS needs both: add --tls-cert and --tls-key, or neither.")
    serve(listen, (tls_cert, tls_key) if tls_cert and tls_key else None)


def serve(
    listen: str, tls: tuple[str, str] | None = None, web: str = "kalixweb.cli.web"
) -> NoReturn:
    """Run this data folder's instance until it is stopped; ends the command."""
    refuse_other_users()
    host, port = _host_and_port(listen)
    if host not in _LOOPBACK and not tls and not os.environ.get("KALIXWEB_TRUSTED_PROXIES"):
        raise UsedWrongly(
            f"{host} can be reached by others, and passwords would travel in clear. Add --tls-cert "
            "and --tls-key, or name the proxies in front in KALIXWEB_TRUSTED_PROXIES."
        )
    plan = launcher.Plan(
        data=data_folder(),
        host=host,
        port=port,
        env=os.environ,
        tls=tls,
        web=web,
    )
    try:
        sys.exit(launcher.run(plan, click.echo))
    except (launcher.CannotStart, QueueMissing) as reason:
        raise CannotBeDone(str(reason)) from reason


def _host_and_port(listen: str) -> tuple[str, int]:
    host, _, port = listen.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise UsedWrongly(f"“{listen}” is no address to listen on. Write it as 127.0.0.1:8420")
    return host.strip("[]"), int(port)
