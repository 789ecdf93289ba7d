"""``kalixweb migrate`` and ``kalixweb manage``: Django's own commands on this instance."""

import click

from kalixweb.cli.client import load_django, refuse_other_users


@click.command()
def migrate() -> None:
    """Bring the database to this version; a step of its own in production."""
    refuse_other_users()
    load_django()
    from django.core.management import call_command

    from kalixweb.keys import lifecycle

    call_command("migrate", verbosity=1, interactive=False)
    lifecycle.create_instance_keys()


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Run a Django management command."""
    refuse_other_users()
    load_django()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["kalixweb manage", *arguments])
