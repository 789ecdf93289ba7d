"""``kalixweb practice``: a real Apache Kafka on this machine, good and broken on purpose."""

import shlex
from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from pathlib import Path
from typing import Any

import click

from kalixweb.cli.output import CannotBeDone, answer_no, output_option, print_json, print_table
from kalixweb.core.paths import data_folder
from kalixweb.practice import jars, server
from kalixweb.practice.jars import PracticeImpossible
from kalixweb.practice.listeners import USERS, Listener


@click.group()
def practice() -> None:
    """A real Apache Kafka to learn with: one good listener and the common broken ones."""


def _folder_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--folder",
        type=click.Path(file_okay=False, path_type=Path),
        default=lambda: data_folder() / "practice",
        help="where its files are kept (default: practice/ in the data folder)",
    )(command)


def _one_sentence(command: Callable[..., None]) -> Callable[..., None]:
    @wraps(command)
    def spoken(*args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        try:
            command(*args, **kwargs)
        except PracticeImpossible as reason:
            raise CannotBeDone(str(reason)) from reason

    return spoken


@practice.command()
@_folder_option
@click.option(
    "--port-base",
    type=click.IntRange(1024, server.LAST_PORT_BASE),
    help=f"the first of its ports on 127.0.0.1 (default {server.DEFAULT_PORT_BASE})",
)
@output_option
@_one_sentence
def up(folder: Path, port_base: int | None, *, as_json: bool) -> None:
    """Start it, and print what to type into the connection form. It keeps running until `down`."""
    if data_folder() in folder.parents:
        data_folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    found = server.start(folder, port_base, say=lambda line: click.echo(line, err=True))
    _show(found, as_json=as_json)


@practice.command()
@_folder_option
@_one_sentence
def down(folder: Path) -> None:
    """Stop it. Its topics, users and CA stay for the next `up`."""
    if server.stop(folder):
        click.echo("The practice Kafka has stopped.")
    else:
        click.echo("The practice Kafka was not running.")


@practice.command()
@_folder_option
@output_option
@_one_sentence
def status(folder: Path, *, as_json: bool) -> None:
    """Say whether it runs, and what to type into the connection form."""
    found = server.running(folder)
    if found:
        _show(found, as_json=as_json)
    elif as_json:
        print_json({"running": False})
        raise click.exceptions.Exit(1)
    else:
        answer_no("The practice Kafka is not running. Start it with: kalixweb practice up")


def _show(found: server.Practice, *, as_json: bool) -> None:
    if as_json:
        print_json(_document(found))
        return
    good = found.listeners["good"]
    click.echo(f"Practice Kafka {jars.KAFKA_VERSION} runs on 127.0.0.1 (process {found.pid}).\n")
    click.echo("What to type into the form, unless a line below says otherwise:")
    for label, value in (
        ("auth", good.auth),
        ("user", good.user),
        ("password", good.password),
        ("CA file", found.ca_path),
    ):
        click.echo(f"  {label:<10}{value}")
    click.echo()
    print_table(
        ("listener", "bootstrap server", "what it does", "a test names"),
        [
            (one.name, one.server, _with_login(one, good), one.expected_fault or "-")
            for one in found.listeners.values()
        ],
    )
    click.echo()
    print_table(
        ("user", "password", "mechanisms", "may"),
        [(u.name, u.password, ", ".join(u.mechanisms), u.may) for u in USERS.values()],
    )
    click.echo(
        f"\nTry:  printf %s {good.password} | kalixweb probe {good.server} --auth {good.auth} "
        f"--user {good.user} --password-file - --ca-cert {shlex.quote(str(found.ca_path))} "
        "--topic orders\nStop: kalixweb practice down"
    )


def _with_login(one: Listener, usual: Listener) -> str:
    if (one.auth, one.user) == (usual.auth, usual.user):
        return one.shows
    return f"{one.shows} ({one.auth}, {one.user})"


def _document(found: server.Practice) -> dict[str, object]:
    return {
        "running": True,
        "kafka": jars.KAFKA_VERSION,
        "pid": found.pid,
        "folder": found.folder,
        "ca": found.ca_path,
        "listeners": [asdict(one) | {"server": one.server} for one in found.listeners.values()],
        "users": [asdict(user) for user in USERS.values()],
    }
