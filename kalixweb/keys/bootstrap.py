"""Makes the key files of a new instance. Plain Python: they come before settings can be loaded."""

import secrets
from pathlib import Path
from uuid import UUID

from kalixweb.keys import keyring


def make_key_files(folder: Path) -> UUID:
    """Make ``keyring.json`` and ``secret_key`` in a folder, and return the new instance's id.

    Raises KeyringExists; an existing file is never touched.
    """
    instance = make_keyring(folder / "keyring.json")
    make_secret_key(folder / "secret_key")
    return instance


def make_keyring(path: Path) -> UUID:
    """Make a keyring with one active key, and return the new instance's id."""
    made = keyring.generate()
    keyring.write_new(path, keyring.dump(made))
    return made.instance


def make_secret_key(path: Path) -> None:
    """Make the file of Django's SECRET_KEY, which signs cookies and links and seals nothing."""
    keyring.write_new(path, secrets.token_urlsafe(64).encode("ascii") + b"\n")
