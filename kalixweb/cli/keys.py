"""``kalixweb keys``: make the keys of a new instance, and look at them."""

from typing import TYPE_CHECKING

import click

from kalixweb.cli.client import load_django, refuse_other_users
from kalixweb.cli.output import answer_no, output_option, print_json, print_table

if TYPE_CHECKING:
    from kalixweb.keys.inspection import Status


@click.group()
def keys() -> None:
    """The keys that seal every stored secret."""


@keys.command("init")
def init() -> None:
    """Make the keyring and the signing key of a new instance."""
    refuse_other_users()
    load_django()
    from kalixweb.operations import key_files

    made = key_files.init()
    click.echo(f"Made the keyring {made.keyring} of instance {made.instance}.")
    if made.signing_key:
        click.echo(f"Made the signing key {made.signing_key}.")
    click.echo("Back it up once it is in use: kalixweb backup keys FILE")


@keys.command("status")
@output_option
def status(as_json: bool) -> None:  # noqa: FBT001
    """Show root keys, stored keys and the last key backup; exit 1 when they cannot be used."""
    refuse_other_users()
    load_django()
    from kalixweb.keys import inspection, lifecycle

    try:
        lifecycle.verify()
        found = inspection.status()
    except lifecycle.KeysUnusable as unusable:
        answer_no(unusable.sentence)
    if as_json:
        _print_json(found)
    else:
        _print_text(found)
    if found.missing:
        names = ", ".join(f"{key.kek_id} ({key.stored_keys} stored keys)" for key in found.missing)
        answer_no(f"The keyring lacks root keys that stored keys need: {names}.")


def _print_json(found: "Status") -> None:
    print_json(
        {
            "instance": str(found.instance),
            "keyring": str(found.keyring),
            "root_keys": [
                {"id": key.kek_id, "state": key.state, "created": key.created}
                for key in found.root_keys
            ],
            "stored_keys": [
                {"purpose": purpose, "state": state, "count": rows}
                for purpose, state, rows in found.stored
            ],
            "missing_root_keys": [key.kek_id for key in found.missing],
            "backed_up_at": found.backed_up_at.isoformat() if found.backed_up_at else None,
        }
    )


def _print_text(found: "Status") -> None:
    backed_up = f"{found.backed_up_at:%Y-%m-%d %H:%M UTC}" if found.backed_up_at else "never"
    click.echo(f"instance    {found.instance}\nkeyring     {found.keyring}")
    click.echo(f"key backup  {backed_up}\n")
    print_table(
        ["root key", "state", "created"],
        [(key.kek_id, key.state, key.created) for key in found.root_keys],
    )
    click.echo()
    print_table(["stored keys", "state", "count"], found.stored)
