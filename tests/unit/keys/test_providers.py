"""Wrapped keys, format 1: stored rows depend on every byte of it."""

from dataclasses import replace
from uuid import UUID

import pytest

from kalixweb.keys.keyring import Keyring, RootKey, kek_id_of
from kalixweb.keys.providers import FileRootKeys, RootKeyMissing, WrapContext, WrapRefused

ROOT = bytes(range(32, 64))
INSTANCE = UUID(int=1)
CONTEXT = WrapContext("data", UUID(int=2), 0x0102030405060708, 3)
# Computed apart from the product's code, from the format as it is described.
WRAPPED = bytes.fromhex(
    "01"
    "8e0095792eb88e1d"
    "cccccccccccccccccccccccc"
    "c71fe036f3696f0d9ed7e213b3b57ab03c8ec35a790a9c536e76bc6321612f584b9eb959d6fcab50632bd49fdddc2ab2"
)


def provider(material: bytes = ROOT, instance: UUID = INSTANCE) -> FileRootKeys:
    key = RootKey(kek_id_of(material), "active", "2026-01-01T00:00:00Z", material)
    return FileRootKeys(Keyring(instance, (key,)))


def test_wrap_format_1() -> None:
    assert provider().wrap(bytes(range(32)), CONTEXT, nonce=b"\xcc" * 12) == WRAPPED
    assert provider().unwrap(WRAPPED, CONTEXT) == bytes(range(32))


@pytest.mark.parametrize(
    "context",
    [
        replace(CONTEXT, purpose="row_mac"),
        replace(CONTEXT, project=UUID(int=3)),
        replace(CONTEXT, project=None),
        replace(CONTEXT, kid=1),
        replace(CONTEXT, epoch=4),
    ],
)
def test_a_wrap_opens_for_its_own_row_only(context: WrapContext) -> None:
    with pytest.raises(WrapRefused):
        provider().unwrap(WRAPPED, context)


def test_a_wrap_does_not_open_in_another_instance() -> None:
    with pytest.raises(WrapRefused):
        provider(instance=UUID(int=2)).unwrap(WRAPPED, CONTEXT)


@pytest.mark.parametrize("position", range(len(WRAPPED)))
def test_every_flipped_byte_is_refused(position: int) -> None:
    altered = bytearray(WRAPPED)
    altered[position] ^= 0x80
    with pytest.raises((WrapRefused, RootKeyMissing)):
        provider().unwrap(bytes(altered), CONTEXT)


def test_a_missing_root_key_is_named() -> None:
    with pytest.raises(RootKeyMissing, match=kek_id_of(ROOT).hex()):
        provider(bytes(32)).unwrap(WRAPPED, CONTEXT)


def test_a_root_key_does_not_show_itself() -> None:
    key = RootKey(kek_id_of(ROOT), "active", "", ROOT)
    assert repr(ROOT)[2:-1] not in repr(key)
