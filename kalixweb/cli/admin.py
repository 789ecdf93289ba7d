"""``kalixweb admin``: make an administrator from the host."""

from typing import IO

import click

from kalixweb.cli.client import local
from kalixweb.cli.output import CannotBeDone


@click.group()
def admin() -> None:
    """Administrators of this instance."""


@admin.command()
@click.argument("name")
@click.option(
    "--password-file", type=click.File("r", encoding="utf-8"), help="read the password from a file"
)
@click.option(
    "--auditor", is_flag=True, help="make an instance auditor, who only reads audit trails"
)
def create(name: str, password_file: IO[str] | None, auditor: bool) -> None:  # noqa: FBT001
    """Make the user NAME an administrator of this instance with a new password."""
    instance = local()
    from django.core.exceptions import ValidationError

    from kalixweb.core.secret_value import SecretValue
    from kalixweb.projects.services import people

    if password_file is not None:
        password = SecretValue(password_file.read().rstrip("\n"))
    else:
        password = SecretValue(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    make = people.create_instance_auditor if auditor else people.create_administrator
    try:
        user = make(actor=instance.actor, username=name, password=password)
    except ValidationError as refused:
        raise CannotBeDone(" ".join(refused.messages)) from refused
    role = "instance auditor" if auditor else "administrator"
    click.echo(f"{user.username} is an {role} now and can sign in.")
