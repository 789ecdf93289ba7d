"""``kalixweb migrate`` and ``kalixweb manage``: Django's own commands on this instance."""

import click

from kalixweb.cli.client import load_django, refuse_other_users


@click.command()
def migrate() -> None:
    """Bring the database to this version; a step of its own in production."""
    refuse_other_users()
    load_django()
    from kalixweb.operations import start_up

    start_up.migrate()


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Run a Django management command."""
    refuse_other_users()
    load_django()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["kalixweb manage", *arguments])
