"""Saves the database and the keys, each to a file of its own: a stored secret needs both."""

from http import HTTPStatus
from pathlib import Path

from django.conf import settings
from django.db import connection

from kalixweb.audit import unit_of_work
from kalixweb.core.actor import Actor
from kalixweb.core.refusals import Refusal
from kalixweb.core.secret_value import SecretValue
from kalixweb.keys import database_copy, key_backup, keyring, lifecycle
from kalixweb.operations.files import staged


class NotSaved(Refusal):
    """What is to be saved has tools of its own for it."""

    status = HTTPStatus.CONFLICT


def require_embedded(file: Path) -> None:
    """Raise NotSaved, with the line to type, for a database that has its own tools."""
    if connection.vendor != "sqlite":
        raise NotSaved(f"The database is PostgreSQL. Save it with its own tool: {_dump(file)}")


def save_database(*, actor: Actor, file: Path) -> None:
    """Save the database while it serves, without keys, to a new file.

    Raises CopyDamaged, FileInTheWay, CannotBeWritten.
    """
    unit_of_work.record_alone(
        actor,
        "instance.backed_up",
        chain=None,
        object_kind="instance",
        object_id=None,
        object_label=file.name,
    )
    with staged(file) as draft:
        database_copy.save(Path(connection.settings_dict["NAME"]), draft)


def _dump(file: Path) -> str:
    """The line to type; the password is not in it, pg_dump asks or reads PGPASSFILE."""
    database = connection.settings_dict
    words = ["pg_dump", "--format=custom", f"--file={file}"]
    for option, name in (("host", "HOST"), ("port", "PORT"), ("username", "USER")):
        if database[name]:
            words.append(f"--{option}={database[name]}")
    return " ".join([*words, str(database["NAME"])])


def save_keys(*, actor: Actor, file: Path, passphrase: SecretValue) -> int:
    """Save the keyring to a new file, sealed under a passphrase; the number of its root keys.

    Raises PassphraseTooShort, FileInTheWay, CannotBeWritten.
    """
    ring = keyring.load(settings.KALIXWEB_KEYRING)
    sealed = key_backup.seal(keyring.dump(ring), passphrase)
    unit_of_work.record_alone(
        actor,
        "keys.backed_up",
        chain=None,
        object_kind="keyring",
        object_id=None,
        object_label=file.name,
        root_keys=len(ring.keys),
    )
    with staged(file) as draft:
        draft.write_bytes(sealed)
        key_backup.unseal(draft.read_bytes(), passphrase)
    lifecycle.note_backed_up()
    return len(ring.keys)
