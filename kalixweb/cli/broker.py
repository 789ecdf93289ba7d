"""``kalixweb projects config set|get|unset broker``: the project's default connection."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from kalixweb.cli.client import local
from kalixweb.cli.output import CannotBeDone, UsedWrongly, answer_no, output_option, print_json
from kalixweb.cli.secret import project_option

if TYPE_CHECKING:
    from brokers.models import Connection


# The guide prints this command once with a last line that goes on, once with one that does not.
_NO_SERVERS = (
    "--broker-bootstrap-servers is missing. Where a command takes several lines, each but the last "
    "ends with a backslash, and nothing stands after it."
)


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


@set_group.command("broker", cls=PastedCommand)
@click.option("--broker-service", type=click.Choice(["kafka"]), required=True)
@click.option(
    "--broker-auth", type=click.Choice(["scram-sha-512", "scram-sha-256", "plain"]), required=True
)
@click.option("--broker-user", required=True)
@click.option("--broker-password-secret", required=True, metavar="SECRET/KEY")
@click.option("--broker-bootstrap-servers", metavar="HOST:PORT,…", help="required")
@click.option("--broker-ca-cert-secret", metavar="SECRET[/KEY]")
@click.option("--description")
@project_option
def set_broker(  # noqa: PLR0917 - one for each option
    broker_service: str,
    broker_auth: str,
    broker_user: str,
    broker_password_secret: str,
    broker_bootstrap_servers: str | None,
    broker_ca_cert_secret: str | None,
    description: str | None,
    project: str | None,
) -> None:
    """Save the project's default connection, making it where there is none."""
    del broker_service  # the only one there is; the option is part of the guide's command
    if broker_bootstrap_servers is None:
        raise UsedWrongly(_NO_SERVERS)
    instance = local()
    from brokers.connections.services import default_connection, validation

    held = instance.project(project)
    with _sentences():
        saved = default_connection.set_broker(
            actor=instance.actor,
            project=held.id,
            auth=broker_auth,
            user=broker_user,
            servers=broker_bootstrap_servers,
            password_reference=broker_password_secret,
            ca_reference=broker_ca_cert_secret,
            description=description,
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
    from brokers.connections.services.configuration import ca_reference_of, reference_of

    ca = ca_reference_of(row)
    return {
        "name": row.name,
        "service": row.service,
        "auth": row.auth,
        "user": row.user,
        "password_secret": reference_of(row).reference,
        "ca_cert_secret": ca.reference if ca else None,
        "bootstrap_servers": row.servers,
        "description": row.description,
    }


@contextmanager
def _sentences() -> Iterator[None]:
    """What services refuse, as one sentence and the exit status that fits."""
    from brokers.connections.services.connections import ChangedMeanwhile
    from brokers.connections.services.validation import NotAcceptable, missing_reference
    from secrets_app.queries import ReferenceMissing
    from secrets_app.services.delivery import DeliveryRefused
    from secrets_app.services.row_macs import RowAltered

    try:
        yield
    except NotAcceptable as refused:
        raise UsedWrongly(str(refused)) from None
    except ReferenceMissing as missing:
        raise UsedWrongly(missing_reference(missing)) from None
    except (DeliveryRefused, ChangedMeanwhile, RowAltered) as fact:
        raise CannotBeDone(str(fact)) from None
