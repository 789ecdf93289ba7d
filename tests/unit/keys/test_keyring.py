"""The keyring file: refused when others may read it, when it was altered, or when it is missing."""

import base64
import json
from pathlib import Path

import pytest

from kalixweb.keys import bootstrap, keyring
from kalixweb.keys.keyring import KeyringExists, KeyringMissing, KeyringUnusable


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "keys" / "keyring.json"
    bootstrap.make_keyring(made)
    return made


def test_a_new_keyring_is_private_and_reads_back(path: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    ring = keyring.load(path)
    assert len(ring.active.material) == 32
    assert keyring.parse(keyring.dump(ring), "copy") == ring


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o610])
def test_a_keyring_that_others_may_read_is_refused(path: Path, mode: int) -> None:
    path.chmod(mode)
    with pytest.raises(KeyringUnusable, match=f"chmod 600 {path}"):
        keyring.load(path)


def test_a_missing_keyring_says_how_to_bring_it_back(tmp_path: Path) -> None:
    with pytest.raises(KeyringMissing, match="kalixweb restore"):
        keyring.load(tmp_path / "none.json")


def test_a_keyring_is_never_overwritten(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(KeyringExists):
        bootstrap.make_keyring(path)
    assert path.read_bytes() == before


def test_key_files_of_a_new_instance(tmp_path: Path) -> None:
    instance = bootstrap.make_key_files(tmp_path)
    assert keyring.load(tmp_path / "keyring.json").instance == instance
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
    assert len((tmp_path / "secret_key").read_text().strip()) > 64


def _altered(path: Path, **changes: object) -> bytes:
    document = json.loads(path.read_bytes())
    document["keys"][0].update(changes)
    return json.dumps(document).encode()


def test_an_altered_key_betrays_itself(path: Path) -> None:
    other = base64.b64encode(bytes(32)).decode()
    with pytest.raises(KeyringUnusable, match="does not match its own id"):
        keyring.parse(_altered(path, key=other), "x")


def test_a_keyring_without_an_active_key_is_refused(path: Path) -> None:
    with pytest.raises(KeyringUnusable, match="0 active keys"):
        keyring.parse(_altered(path, state="decrypt_only"), "x")


@pytest.mark.parametrize("contents", [b"", b"{", b"[]", b'{"version": 1}', b"\xff\xfe", b"null"])
def test_junk_is_refused_without_repeating_it(contents: bytes) -> None:
    with pytest.raises(KeyringUnusable, match="cannot be read"):
        keyring.parse(contents, "x")


def test_no_message_repeats_key_material(path: Path) -> None:
    material = json.loads(path.read_bytes())["keys"][0]["key"]
    with pytest.raises(KeyringUnusable) as refused:
        keyring.parse(_altered(path, key=material + "é"), "x")
    assert material not in str(refused.value)
    assert refused.value.__cause__ is None
    assert material not in repr(keyring.load(path))


def test_another_version_is_named(path: Path) -> None:
    document = json.loads(path.read_bytes()) | {"version": 2}
    with pytest.raises(KeyringUnusable, match="version 2"):
        keyring.parse(json.dumps(document).encode(), "x")
