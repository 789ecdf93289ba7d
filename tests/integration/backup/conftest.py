"""An embedded instance in a folder of its own, used through the command as an operator does."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.db import DEFAULT_DB_ALIAS, connections
from pytest_django import Settings

from kalixweb.cli.main import main

Restore = Callable[..., Result]
Run = Callable[..., subprocess.CompletedProcess[str]]
PASSPHRASE = "correct horse battery staple"


def command(data: Path) -> Run:
    """``run(*arguments)`` calls ``kalixweb`` on a data folder."""

    def run(*arguments: object, stdin: str = "") -> subprocess.CompletedProcess[str]:
        kept = ("PATH", "HOME", "LANG", "VIRTUAL_ENV")
        environment = {name: os.environ[name] for name in kept if name in os.environ}
        environment["KALIXWEB_DATA"] = str(data)
        return subprocess.run(
            [sys.executable, "-m", "kalixweb.cli", *map(str, arguments)],
            env=environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an instance with keys, tables and one project's keys."""
    folder = tmp_path_factory.mktemp("instance") / "data"
    (folder / "db").mkdir(parents=True, mode=0o700)
    folder.chmod(0o700)
    for words in (["keys", "init"], ["migrate"]):
        done = command(folder)(*words)
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def run(data: Path) -> Run:
    return command(data)


@pytest.fixture(scope="module")
def passphrase_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("passphrase") / "passphrase"
    path.write_text(PASSPHRASE + "\n")
    return path


@pytest.fixture(scope="module")
def backups(run: Run, passphrase_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``db`` and ``keys``, both backups of the instance."""
    folder = tmp_path_factory.mktemp("backups")
    for words in (
        ["backup", folder / "db"],
        ["backup", "keys", folder / "keys", "--passphrase-file", passphrase_file],
    ):
        done = run(*words)
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def restore(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Restore:
    """``restore(*arguments)`` in this process, into the folder ``new`` of the test's own."""
    folder = tmp_path / "new"
    monkeypatch.setenv("KALIXWEB_DATA", str(folder))
    settings.KALIXWEB_DATA = folder
    settings.KALIXWEB_KEYRING = folder / "keys" / "keyring.json"
    connection = connections[DEFAULT_DB_ALIAS]
    database = connection.settings_dict | {"NAME": folder / "db" / "kalixweb.sqlite3"}
    monkeypatch.setattr(connection, "settings_dict", database)
    # An embedded database is restored the same way while another one serves the tests.
    monkeypatch.setattr(connection, "vendor", "sqlite")

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(main, ["restore", *map(str, arguments)])

    return run
