"""The sealed blob: the known-answer vector is normative, stored data depends on every byte."""

from dataclasses import replace
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from kalixweb.keys import envelope
from kalixweb.keys.envelope import BlobRefused, Place, lp

KEY = bytes(range(32))
KID = 0x0102030405060708
PLACE = Place(
    instance=UUID(int=1),
    purpose="secret_value",
    project=UUID(int=2),
    object_id=UUID(int=3),
    kind="generic",
    field="password",
    version=7,
)
AAD = bytes.fromhex(
    "000000096b642e6161642e763100000010000000000000000000000000000000010000000c"
    "7365637265745f76616c756500000010000000000000000000000000000000020000001000"
    "0000000000000000000000000000030000000767656e657269630000000870617373776f72"
    "64000000080000000000000007"
)
BLOB = bytes.fromhex(
    "4b4401010102030405060708"
    + "aa" * 32
    + "d4b4810fda1bbc42095e2ac4f9ffe5fc493804994f526d79bbdc1793b498c1be"
    + "bb" * 12
    + "73cb8d524e906d8a58a51e05c8be06f8f5249bf31a2682"
)


def test_known_answer_vector() -> None:
    assert PLACE.associated_data() == AAD
    sealed = envelope.seal(KEY, KID, PLACE, b"hunter2", salt=b"\xaa" * 32, nonce=b"\xbb" * 12)
    assert sealed == BLOB
    assert envelope.unseal(KEY, PLACE, BLOB) == b"hunter2"
    assert envelope.read_header(BLOB).kid == KID


@pytest.mark.parametrize(
    "elsewhere",
    [
        replace(PLACE, instance=UUID(int=9)),
        replace(PLACE, purpose="probe_draft"),
        replace(PLACE, project=UUID(int=9)),
        replace(PLACE, object_id=UUID(int=9)),
        replace(PLACE, kind="tls-ca"),
        replace(PLACE, field="passwor"),
        replace(PLACE, version=6),
        replace(PLACE, project=PLACE.object_id, object_id=PLACE.project),
        replace(PLACE, kind="genericp", field="assword"),
    ],
)
def test_a_blob_opens_nowhere_else(elsewhere: Place) -> None:
    with pytest.raises(BlobRefused):
        envelope.unseal(KEY, elsewhere, BLOB)


@pytest.mark.parametrize("position", range(len(BLOB)))
def test_every_flipped_byte_is_refused(position: int) -> None:
    altered = bytearray(BLOB)
    altered[position] ^= 0x01
    with pytest.raises(BlobRefused):
        envelope.unseal(KEY, PLACE, bytes(altered))


@pytest.mark.parametrize("size", [0, 1, 87, 88, 103, len(BLOB) - 1])
def test_a_cut_blob_is_refused(size: int) -> None:
    with pytest.raises(BlobRefused):
        envelope.unseal(KEY, PLACE, BLOB[:size])


def test_an_added_byte_and_another_key_are_refused() -> None:
    with pytest.raises(BlobRefused):
        envelope.unseal(KEY, PLACE, BLOB + b"\x00")
    with pytest.raises(BlobRefused):
        envelope.unseal(bytes(32), PLACE, BLOB)


def test_a_blob_that_decrypts_but_commits_to_another_key_is_refused() -> None:
    """Made by somebody who holds the key: the tag is right, only the commitment is not."""
    message_key, _ = envelope._derive(KEY, KID, b"\xaa" * 32)
    header = envelope.Header(KID, b"\xaa" * 32, bytes(32), b"\xbb" * 12).pack()
    forged = header + AESGCM(message_key).encrypt(b"\xbb" * 12, b"hunter2", header + AAD)
    with pytest.raises(BlobRefused):
        envelope.unseal(KEY, PLACE, forged)


@given(
    plaintext=st.binary(max_size=4096),
    kind=st.text(max_size=20),
    field=st.text(max_size=20),
    version=st.integers(min_value=0, max_value=2**64 - 1),
    ids=st.tuples(st.uuids(), st.uuids(), st.uuids()),
)
def test_round_trip(
    plaintext: bytes, kind: str, field: str, version: int, ids: tuple[UUID, UUID, UUID]
) -> None:
    place = Place(ids[0], "secret_value", ids[1], ids[2], kind, field, version)
    sealed = envelope.seal(KEY, KID, place, plaintext)
    assert len(sealed) == len(plaintext) + 104
    assert envelope.unseal(KEY, place, sealed) == plaintext
    assert envelope.seal(KEY, KID, place, plaintext) != sealed


@given(st.lists(st.binary(max_size=12), max_size=6), st.lists(st.binary(max_size=12), max_size=6))
def test_two_lists_of_parts_never_encode_alike(one: list[bytes], other: list[bytes]) -> None:
    assert (lp(*one) == lp(*other)) == (one == other)


def test_nothing_encodes_as_an_empty_part() -> None:
    assert lp(None) == lp(b"") == bytes(4)
