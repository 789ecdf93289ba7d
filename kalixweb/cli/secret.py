"""``kalixweb secret``: store, list and delete secrets. No value is ever printed."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kalixweb.cli.client import Local, local
from kalixweb.cli.entries import pointed_out, read_entries, read_file
from kalixweb.cli.output import (
    CannotBeDone,
    UsedWrongly,
    output_option,
    print_json,
    print_table,
)
from kalixweb.core.secret_value import SecretValue

if TYPE_CHECKING:
    from kalixweb.projects.models import Project

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def project_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds ``--project NAME``."""
    return click.option(
        "--project", help="the project; without it the one of: kalixweb config get-project"
    )(function)


@click.group()
def secret() -> None:
    """Passwords and certificate authorities, sealed."""


@secret.group()
def create() -> None:
    """Create a secret, or a new version of one that exists."""


@create.command("generic")
@click.argument("name")
@click.option(
    "--literal",
    "literals",
    multiple=True,
    metavar="KEY=VALUE",
    help="an entry; KEY=- reads the value from standard input or asks for it",
)
@click.option(
    "--from-file", "files", multiple=True, metavar="KEY=FILE", help="an entry with a file's content"
)
@click.option("--trim", is_flag=True, help="leave out white space that a value ends with")
@project_option
@output_option
def create_generic(
    name: str,
    literals: tuple[str, ...],
    files: tuple[str, ...],
    trim: bool,  # noqa: FBT001
    project: str | None,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Set the given entries of NAME; entries that are not given stay as they are."""
    entries = dict(read_entries(literals, files))
    if len(entries) != len(literals) + len(files):
        raise UsedWrongly("An entry is given twice. Give each once.")
    if not entries:
        raise UsedWrongly("Give at least one entry, such as --literal pwd=-")
    _save(name, "generic", pointed_out(entries, trim=trim), project, as_json=as_json)


@create.command("tls-ca")
@click.argument("name")
@click.option("--cert", required=True, type=_FILE, help="the CA's certificates as PEM")
@project_option
@output_option
def create_tls_ca(name: str, cert: Path, project: str | None, as_json: bool) -> None:  # noqa: FBT001
    """Store the certificates of a CA as the entry ca.crt of NAME."""
    pem = SecretValue(read_file(cert))
    _save(name, "tls-ca", {"ca.crt": pem}, project, as_json=as_json)


@secret.command("list")
@project_option
@output_option
def list_secrets(project: str | None, as_json: bool) -> None:  # noqa: FBT001
    """Names, types and keys of all secrets of the project."""
    rows = list(_all(local().project(project)))
    if as_json:
        print_json(rows)
        return
    print_table(
        ("name", "type", "keys"), [(r["name"], r["type"], ",".join(r["keys"])) for r in rows]
    )


@secret.command("get")
@click.argument("name")
@project_option
@output_option
def get(name: str, project: str | None, as_json: bool) -> None:  # noqa: FBT001
    """The keys of the secret NAME."""
    held = local().project(project)
    found = next((row for row in _all(held, name) if row["name"] == name), None)
    if found is None:
        raise _missing(held, name)
    if as_json:
        print_json(found)
        return
    click.echo(f"NAME: {name}\nKEYS:")
    for key in found["keys"]:
        click.echo(f"   {key}")


@secret.command("delete")
@click.argument("name")
@project_option
def delete(name: str, project: str | None) -> None:
    """Delete the secret NAME with all its versions, unless something uses it."""
    instance = local()
    held = instance.project(project)
    from secrets_app import queries
    from secrets_app.services import secrets

    found = queries.by_name(held.id, name)
    if found is None:
        raise _missing(held, name)
    secrets.delete(actor=instance.actor, secret=found)
    click.echo(f"{name} and all its versions are deleted.")


def _save(
    name: str, kind: str, entries: Mapping[str, SecretValue], project: str | None, *, as_json: bool
) -> None:
    instance = local()
    version, said = _stored(instance, instance.project(project), name, kind, entries)
    if as_json:
        print_json({"name": name, "type": kind, "keys": sorted(entries), "version": version})
    else:
        click.echo(said)


def _stored(
    instance: Local, project: "Project", name: str, kind: str, entries: Mapping[str, SecretValue]
) -> tuple[int, str]:
    """The current version afterwards, and what happened in a sentence."""
    from secrets_app import queries
    from secrets_app.services import secrets

    keys = ", ".join(sorted(entries))
    found = queries.by_name(project.id, name)
    if found is None:
        secrets.create(
            actor=instance.actor, project=project.id, name=name, type=kind, entries=entries
        )
        return 1, f"{name} is made in {project.name} with {keys}."
    if found.type != kind:
        raise CannotBeDone(f"{name} is a {found.type} secret. Choose another name.")
    version = secrets.save_version(actor=instance.actor, secret=found, values=entries)
    for caution in queries.cautions(project.id, found.id) if version else ():
        click.echo(caution, err=True)
    if version is None:
        current = found.current_version
        return current, f"{name} holds this already: version {current} stays current."
    return version.number, f"{name} is at version {version.number}: {keys} set."


def _all(project: "Project", search: str = "") -> Iterator[dict[str, Any]]:
    from secrets_app import queries

    number, more = 1, True
    while more:
        found = queries.list_page(project.id, search=search, page=number)
        for row in found.rows:
            yield {
                "name": row.secret.name,
                "type": row.secret.type,
                "keys": list(row.entries),
                "version": row.version.number,
                "saved_at": row.version.saved_at.isoformat(timespec="seconds"),
                "saved_by": row.version.saved_by_label,
                "used_by": [usage.label for usage in row.users],
            }
        number, more = number + 1, found.page.has_next()


def _missing(project: "Project", name: str) -> CannotBeDone:
    return CannotBeDone(f"There is no secret {name} in {project.name}. See: kalixweb secret list")
