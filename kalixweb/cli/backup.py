"""``kalixweb backup`` and ``restore``: database and keys, each in a file of its own."""

from pathlib import Path

import click

from kalixweb.cli import client, restoring
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
    from django.db import connection

    from kalixweb.audit import unit_of_work
    from kalixweb.keys import database_copy

    if connection.vendor != "sqlite":
        raise CannotBeDone(f"The database is PostgreSQL. Save it with its own tool: {_dump(file)}")
    restoring.refuse_existing(file)
    unit_of_work.record_alone(
        local.actor,
        "instance.backed_up",
        chain=None,
        object_kind="instance",
        object_id=None,
        object_label=file.name,
    )
    source = Path(connection.settings_dict["NAME"])
    try:
        with restoring.staged(file) as draft:
            database_copy.save(source, draft)
    except database_copy.CopyDamaged as error:
        raise CannotBeDone(str(error)) from error
    click.echo(f"Saved the database to {file} ({file.stat().st_size // 1024} KiB), without keys.")


def _dump(file: Path) -> str:
    """The line to type; the password is not in it, pg_dump asks or reads PGPASSFILE."""
    from django.db import connection

    database = connection.settings_dict
    words = ["pg_dump", "--format=custom", f"--file={file}"]
    for option, name in (("host", "HOST"), ("port", "PORT"), ("username", "USER")):
        if database[name]:
            words.append(f"--{option}={database[name]}")
    return " ".join([*words, str(database["NAME"])])


@backup.command("keys")
@click.argument("file", type=click.Path(path_type=Path))
@passphrase_option
def keys(file: Path, passphrase_file: Path | None) -> None:
    """Save the keyring to a new FILE, sealed under a passphrase."""
    local = client.local()
    from django.conf import settings

    from kalixweb.audit import unit_of_work
    from kalixweb.keys import key_backup, keyring, lifecycle

    restoring.refuse_existing(file)
    passphrase = read_passphrase(passphrase_file, confirm=True)
    ring = keyring.load(settings.KALIXWEB_KEYRING)
    try:
        sealed = key_backup.seal(keyring.dump(ring), passphrase)
    except key_backup.PassphraseTooShort as short:
        raise CannotBeDone(str(short)) from short
    unit_of_work.record_alone(
        local.actor,
        "keys.backed_up",
        chain=None,
        object_kind="keyring",
        object_id=None,
        object_label=file.name,
        root_keys=len(ring.keys),
    )
    with restoring.staged(file) as draft:
        draft.write_bytes(sealed)
        key_backup.unseal(draft.read_bytes(), passphrase)
    lifecycle.note_backed_up()
    click.echo(f"Saved {len(ring.keys)} root key(s) to {file}. Keep it apart from the database.")


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
    chosen = restoring.sort_files(files)
    passphrase = read_passphrase(passphrase_file, confirm=False) if chosen.keys else None
    facts = restoring.restore(chosen, passphrase)
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
