"""The key backup opens with its passphrase and in no other way."""

import pytest

from kalixweb.core.secret_value import SecretValue
from kalixweb.keys import key_backup
from kalixweb.keys.key_backup import KeyBackupRefused, PassphraseTooShort

PASSPHRASE = SecretValue("correct horse battery")
SEALED = key_backup.seal(b"a keyring", PASSPHRASE)


def test_format() -> None:
    assert SEALED[:5] == b"KDKB\x01"
    assert len(SEALED) == 5 + 16 + 12 + len(b"a keyring") + 16
    assert key_backup.unseal(SEALED, PASSPHRASE) == b"a keyring"


def test_another_passphrase_is_refused() -> None:
    with pytest.raises(KeyBackupRefused, match="passphrase"):
        key_backup.unseal(SEALED, SecretValue("correct horse batterz"))


@pytest.mark.parametrize("position", [0, 4, 5, 20, 21, 32, 33, len(SEALED) - 1])
def test_a_flipped_byte_is_refused(position: int) -> None:
    altered = bytearray(SEALED)
    altered[position] ^= 0x01
    with pytest.raises(KeyBackupRefused):
        key_backup.unseal(bytes(altered), PASSPHRASE)


@pytest.mark.parametrize("size", [0, 4, 33, 48])
def test_a_cut_file_is_refused(size: int) -> None:
    with pytest.raises(KeyBackupRefused):
        key_backup.unseal(SEALED[:size], PASSPHRASE)


def test_a_short_passphrase_is_refused() -> None:
    with pytest.raises(PassphraseTooShort, match="at least 12"):
        key_backup.seal(b"a keyring", SecretValue("elevenchars"))
