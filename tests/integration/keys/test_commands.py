"""``kalixweb keys``: what an operator reads, and that no key is ever made twice or shown."""

import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.db import connection  # noqa: F401 - named in a condition below
from pytest_django import Settings

from kalixweb.cli.main import main
from kalixweb.keys import key_cache, keyring, lifecycle
from kalixweb.keys.models import CryptoKey, Instance

pytestmark = pytest.mark.django_db


def kalixweb_keys(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["keys", *arguments])


def test_status_shows_ids_and_no_key(keyring_path: Path) -> None:
    root = keyring.load(keyring_path).active
    written = json.loads(keyring_path.read_bytes())["keys"][0]["key"]
    for form in ("table", "json"):
        answer = kalixweb_keys("status", "-o", form)
        assert answer.exit_code == 0
        assert root.kek_id.hex() in answer.stdout
        assert written not in answer.stdout


def test_status_of_an_open_keyring_answers_no(
    keyring_path: Path, tmp_path: Path, settings: Settings
) -> None:
    path = tmp_path / "keyring.json"
    keyring.write_new(path, keyring_path.read_bytes())
    path.chmod(0o644)
    settings.KALIXWEB_KEYRING = path
    answer = kalixweb_keys("status")
    assert answer.exit_code == 1
    assert f"chmod 600 {path}" in answer.stderr


def test_status_names_a_root_key_that_is_missing() -> None:
    row = CryptoKey.objects.get(purpose="audit_mac")
    row.kid, row.state, row.kek_id = 5, "decrypt_only", bytes(8)
    row.save(force_insert=True)
    answer = kalixweb_keys("status")
    assert answer.exit_code == 1
    assert "0000000000000000 (1 stored keys)" in answer.stderr


def test_init_makes_a_keyring_once(tmp_path: Path, settings: Settings) -> None:
    settings.KALIXWEB_KEYRING = tmp_path / "keys" / "keyring.json"
    CryptoKey.objects.all().delete()
    Instance.objects.all().delete()
    assert kalixweb_keys("init").exit_code == 0
    assert stat.S_IMODE(settings.KALIXWEB_KEYRING.stat().st_mode) == 0o600
    made = settings.KALIXWEB_KEYRING.read_bytes()
    again = kalixweb_keys("init")
    assert (again.exit_code, settings.KALIXWEB_KEYRING.read_bytes()) == (3, made)
    key_cache.forget()
    lifecycle.create_instance_keys()
    lifecycle.verify()


def test_init_refuses_beside_a_database_that_has_keys(tmp_path: Path, settings: Settings) -> None:
    settings.KALIXWEB_KEYRING = tmp_path / "keyring.json"
    answer = kalixweb_keys("init")
    assert answer.exit_code == 3
    assert "kalixweb restore KEYFILE" in answer.stderr
    assert not settings.KALIXWEB_KEYRING.exists()


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="for PostgreSQL's own tool")
def test_postgresql_is_saved_with_its_own_tool(tmp_path: Path) -> None:
    answer = CliRunner().invoke(main, ["backup", str(tmp_path / "db")])
    assert answer.exit_code == 3
    assert f"pg_dump --format=custom --file={tmp_path / 'db'} --host=" in answer.stderr
