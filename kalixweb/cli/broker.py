"""``kalixweb projects config set|get|unset broker``: the project's default connection."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click

from brokers.connections.services.configuration import (
    FIELDS,
    ca_reference_of,
    reference_of,
    stored,
)
from kalixweb.cli.client import local
from kalixweb.cli.output import UsedWrongly, answer_no, output_option, print_json
from kalixweb.cli.secret import project_option

if TYPE_CHECKING:
    from brokers.models import Connection


SERVICE = "kafka"
# As the guide prints them; what else there is follows.
_SHOWN_FIRST = ("auth", "user", "password_secret", "ca_cert_secret", "bootstrap_servers")
_OPTIONS = [(one, one.declared.option) for one in FIELDS if one.declared.option is not None]
_Command = TypeVar("_Command", bound=Callable[..., None])


class PastedCommand(click.Command):
    """A command that may end with the blank that a backslash after its last line leaves."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        while args and args[-1].isspace():
            args = args[:-1]
        return super().parse_args(ctx, args)


@click.group("config")
def project_config() -> None:
    """What a project is configured with."""


@project_config.group("set")
def set_group() -> None:
    """Set a part of the project's configuration."""


@project_config.group("get")
def get_group() -> None:
    """Show a part of the project's configuration."""


@project_config.group("unset")
def unset_group() -> None:
    """Remove a part of the project's configuration."""


def configuration_options(command: _Command) -> _Command:
    """The options that the fields of a connection declare."""
    for one, option in reversed(_OPTIONS):
        codes = [code for code, _ in one.declared.part.choices]
        command = click.option(
            option.name,
            one.declared.part.name,
            type=click.Choice(codes) if codes else str,
            required=one.is_required and not option.missing,
            metavar=option.metavar,
            help=option.help,
        )(command)
    return command


@set_group.command("broker", cls=PastedCommand)
@click.option("--broker-service", type=click.Choice([SERVICE]), required=True)
@click.option("--broker-password-secret", required=True, metavar="SECRET/KEY")
@click.option("--broker-ca-cert-secret", metavar="SECRET[/KEY]")
@configuration_options
@project_option
def set_broker(
    broker_service: str,
    broker_password_secret: str,
    broker_ca_cert_secret: str | None,
    project: str | None,
    **typed: str | None,
) -> None:
    """Save the project's default connection, making it where there is none."""
    del broker_service  # the only one there is; the option is part of the guide's command
    given = {name: text for name, text in typed.items() if text is not None}
    for one, option in _OPTIONS:
        if option.missing and one.name not in given:
            raise UsedWrongly(option.missing)
    instance = local()
    from brokers.connections.services import default_connection, validation

    held = instance.project(project)
    saved = default_connection.set_broker(
        actor=instance.actor,
        project=held.id,
        given=given,
        password_reference=broker_password_secret,
        ca_reference=broker_ca_cert_secret,
    )
    for warning in validation.stored_warnings(saved):
        click.echo(f"{warning.sentence} {warning.action}", err=True)
    test = f"kalixweb connections test {saved.name} --wait"
    click.echo(f"{saved.name} is the broker of {held.name}. Test it: {test}")


@get_group.command("broker")
@project_option
@output_option
def get_broker(project: str | None, as_json: bool) -> None:  # noqa: FBT001
    """Show the project's default connection: references, never values."""
    from_project = local().project(project)
    from brokers.connections.queries.connections import default_of

    row = default_of(from_project)
    if row is None:
        answer_no(
            f"{from_project.name} has no broker. Set one: kalixweb projects config set broker"
        )
    shown = _shown(row)
    if as_json:
        print_json(shown)
        return
    for name, value in shown.items():
        words = ",".join(value) if isinstance(value, list) else value
        click.echo(f"{name.replace('_', ' ').upper()}: {words if words is not None else ''}")


@unset_group.command("broker")
@project_option
def unset_broker(project: str | None) -> None:
    """Leave the project without a default connection; the connection itself is kept."""
    instance = local()
    from brokers.connections.services import default_connection

    held = instance.project(project)
    row = default_connection.unset_broker(actor=instance.actor, project=held.id)
    if row is None:
        answer_no(f"{held.name} has no broker.")
    click.echo(f"{held.name} has no broker any more. The connection {row.name} is still there.")


def _shown(row: "Connection") -> dict[str, str | list[str] | None]:
    ca = ca_reference_of(row)
    values = {option.key: stored(one.of(row)) for one, option in _OPTIONS} | {
        "password_secret": reference_of(row).reference,
        "ca_cert_secret": ca.reference if ca else None,
    }
    first = {"name": row.name, "service": SERVICE} | {key: values[key] for key in _SHOWN_FIRST}
    return first | values
