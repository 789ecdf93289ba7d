"""``kalixweb backup`` and ``restore``: database and keys, each in a file of its own."""

from pathlib import Path

import click

from kalixweb.cli import client
from kalixweb.cli.output import CannotBeDone
from kalixweb.core.secret_value import SecretValue

passphrase_option = click.option(
    "--passphrase-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="read the passphrase from the first line of a file instead of asking for it",
)


class _FileOrKeys(click.Group):
    """``backup FILE`` saves the database; only ``backup keys FILE`` is a command by name."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands:
            return "database", self.commands["database"], args
        return super().resolve_command(ctx, args)


@click.group(cls=_FileOrKeys, subcommand_metavar="FILE | keys FILE")
def backup() -> None:
    """Save the database to FILE while it serves, or the keys with `backup keys FILE`.

    Neither holds the other: a stored secret can be read only with both.
    """


@backup.command("database", hidden=True)
@click.argument("file", type=click.Path(path_type=Path))
def database(file: Path) -> None:
    """Save the database, without keys, to a new FILE."""
    local = client.local()
    from kalixweb.operations import backup as operation
    from kalixweb.operations.files import refuse_existing

    operation.require_embedded(file)
    refuse_existing(file)
    operation.save_database(actor=local.actor, file=file)
    click.echo(f"Saved the database to {file} ({file.stat().st_size // 1024} KiB), without keys.")


@backup.command("keys")
@click.argument("file", type=click.Path(path_type=Path))
@passphrase_option
def keys(file: Path, passphrase_file: Path | None) -> None:
    """Save the keyring to a new FILE, sealed under a passphrase."""
    local = client.local()
    from kalixweb.operations import backup as operation
    from kalixweb.operations.files import refuse_existing

    refuse_existing(file)
    passphrase = read_passphrase(passphrase_file, confirm=True)
    count = operation.save_keys(actor=local.actor, file=file, passphrase=passphrase)
    click.echo(f"Saved {count} root key(s) to {file}. Keep it apart from the database.")


@click.command()
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@passphrase_option
def restore(files: tuple[Path, ...], passphrase_file: Path | None) -> None:
    """Put a database backup and a key backup in place, once it is proven that they fit.

    Nothing that exists is overwritten. With one FILE, the other half must be in place already.
    """
    client.refuse_other_users()
    client.load_django()
    from kalixweb.operations import restore as operation

    chosen = operation.sort_files(files)
    passphrase = read_passphrase(passphrase_file, confirm=False) if chosen.keys else None
    facts = operation.restore(chosen, passphrase)
    click.echo(f"Instance {facts.instance}: {facts.opened} stored keys opened, all fit.")
    for path in facts.placed:
        click.echo(f"Restored {path}")
    click.echo("Start it with `kalixweb up`, then check it: kalixweb doctor; kalixweb audit verify")


def read_passphrase(path: Path | None, *, confirm: bool) -> SecretValue:
    """From the file's first line, else asked for without echo."""
    if path is None:
        asked: str = click.prompt(
            "Passphrase of the key backup", hide_input=True, confirmation_prompt=confirm, err=True
        )
        return SecretValue(asked)
    try:
        with path.open(encoding="utf-8") as file:
            return SecretValue(file.readline().rstrip("\r\n"))
    except (OSError, UnicodeDecodeError) as error:
        raise CannotBeDone(f"The passphrase file {path} cannot be read as text.") from error
