"""Known answers of every stored format beside the sealed blob: stored data depends on each byte.

The formulas stand here once more, written down from their description with nothing of the
product in them, and their results as literals: a change of either is a change of the format.
"""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kalixweb.audit import anchors, payload
from kalixweb.keys import key_cache, lifecycle, macs
from kalixweb.keys.key_cache import OpenKey
from kalixweb.keys.keyring import Keyring, RootKey, kek_id_of
from kalixweb.keys.providers import FileRootKeys, WrapContext
from secrets_app.models import Secret
from secrets_app.services import row_macs

KEY = bytes(range(32))
KID = 0x0102030405060708
INSTANCE = UUID("11111111-2222-3333-4444-555555555555")
PROJECT = UUID("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee")
OBJECT = UUID("00000000-0000-0000-0000-000000000009")
MOMENT = datetime(2026, 11, 22, 20, 18, 0, 123456, UTC)
TIME = b"2026-11-22T20:18:00.123456Z"

EVENT = {
    "v": 1,
    "id": "99999999-0000-0000-0000-000000000001",
    "time": TIME.decode(),
    "actor": {"kind": "shell", "id": None, "label": "Åse"},
    "address": None,
    "request_id": None,
    "action": "secret.created",
    "object": {"kind": "secret", "id": str(OBJECT), "label": "orders-kafka"},
    "outcome": "ok",
    "details": {"version": 1, "entries": ["pwd"]},
}
PAYLOAD = (
    '{"action":"secret.created","actor":{"id":null,"kind":"shell","label":"Åse"},"address":null,'
    '"details":{"entries":["pwd"],"version":1},"id":"99999999-0000-0000-0000-000000000001",'
    '"object":{"id":"00000000-0000-0000-0000-000000000009","kind":"secret",'
    '"label":"orders-kafka"},"outcome":"ok","request_id":null,'
    '"time":"2026-11-22T20:18:00.123456Z","v":1}'
).encode()
FIRST = bytes.fromhex("2016c4b16c02beaf0cbf4862da39000d0c45b358d0994389929fbad17dd3be50")
SECOND = bytes.fromhex("86c4b55a6afc77a05e3c6d16ac238905dafcf5a5d510d229c2ccfff4644b1c7b")
ANCHOR = "28b6c032351cdafefaa605e8164df0ce4543e070553d2764d4a98bc4cccc9f99"
SECRET_ROW = "0f9d36a90cee7012630f9778c13bbe3f5197a335e5dde7cdef7d22000ea5d552"
WRAP = bytes.fromhex(
    "018e0095792eb88e1dccccccccccccccccccccccccc71fe036f3696f0d9ed7e213b3b5"
    "7ab03c8ec35a790a9c536e76bc6321612f5817253128547305dd807b216fe8e71011"
)


def u(number: int, size: int) -> bytes:
    return number.to_bytes(size, "big")


def lp(*parts: bytes) -> bytes:
    """Each part after its length as u32."""
    return b"".join(u(len(part), 4) + part for part in parts)


def audit_hash(seq: int, prev: bytes, event: bytes) -> bytes:
    """ "kd.audit.v1" 00 | u8 format 1 | u64 kid | chain 16 B | u64 seq | prev 32 B | SHA-256."""
    message = b"kd.audit.v1\x00" + u(1, 1) + u(KID, 8) + PROJECT.bytes + u(seq, 8) + prev
    return hmac.new(KEY, message + hashlib.sha256(event).digest(), hashlib.sha256).digest()


def anchor_mac(seq: int, tip: bytes) -> str:
    message = lp(b"kd.anchor.v1", INSTANCE.bytes, PROJECT.bytes, u(seq, 8), tip, TIME)
    return hmac.new(KEY, message, hashlib.sha256).hexdigest()


def secret_row_mac() -> str:
    """Format 1 of a secret's row: hosts are sorted, and a list is the LPs of its items."""
    hosts = lp(b"b-1.example.test", b"b-2.example.test")
    fields = (PROJECT.bytes, OBJECT.bytes, b"generic", b"orders-kafka", u(3, 8), b"active", hosts)
    message = lp(b"kd.row.v1", u(KID, 8), b"secret", *fields)
    return hmac.new(KEY, message, hashlib.sha256).hexdigest()


def wrap() -> bytes:
    """0x01 | kek_id 8 B | nonce 12 B | ciphertext | tag 16 B."""
    root = bytes(range(32, 64))
    kek_id = hashlib.sha256(b"kd.kek.id" + root).digest()[:8]
    context = lp(b"kd.wrap.v1", INSTANCE.bytes, b"audit_mac", bytes(16), u(KID, 8), u(7, 4))
    return b"\x01" + kek_id + b"\xcc" * 12 + AESGCM(root).encrypt(b"\xcc" * 12, KEY, context)


@pytest.fixture(autouse=True)
def _known_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """One key of each purpose, all with the same bytes."""
    owners = {"audit_mac": None, "row_mac": PROJECT}
    held = {"purpose": "audit_mac"}

    def active(purpose: str, project: UUID | None) -> OpenKey:
        assert project == owners[purpose]
        held["purpose"] = purpose
        return OpenKey(KID, project, purpose, KEY)

    def by_kid(kid: int) -> OpenKey:
        assert kid == KID
        return OpenKey(KID, owners[held["purpose"]], held["purpose"], KEY)

    monkeypatch.setattr(key_cache, "active", active)
    monkeypatch.setattr(key_cache, "by_kid", by_kid)
    monkeypatch.setattr(lifecycle, "instance_id", lambda: INSTANCE)


def test_the_payload_of_an_event() -> None:
    assert payload.encode(EVENT) == PAYLOAD
    assert json.loads(PAYLOAD) == EVENT
    assert payload.rfc3339(MOMENT).encode() == TIME


def test_the_hash_of_an_event_and_of_the_one_that_follows() -> None:
    assert audit_hash(1, bytes(32), PAYLOAD) == FIRST
    assert audit_hash(2, FIRST, PAYLOAD) == SECOND
    assert payload.chain_hash(KID, PROJECT, 1, payload.NO_PREVIOUS, PAYLOAD) == FIRST
    assert payload.chain_hash(KID, PROJECT, 2, FIRST, PAYLOAD) == SECOND
    assert payload.hash_fits(KID, PROJECT, 2, FIRST, PAYLOAD, SECOND)


@pytest.mark.parametrize(
    "changed",
    [
        {"seq": 3},
        {"chain": INSTANCE},
        {"previous": bytes(32)},
        {"previous": SECOND},
        {"payload": PAYLOAD.replace(b"orders", b"0rders")},
        {"tag": FIRST},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_hash_fits_its_own_place_only(changed: dict[str, object]) -> None:
    place = {"seq": 2, "chain": PROJECT, "previous": FIRST, "payload": PAYLOAD, "tag": SECOND}
    assert payload.hash_fits(KID, **place)  # type: ignore[arg-type]
    assert not payload.hash_fits(KID, **(place | changed))  # type: ignore[arg-type]


def test_the_mac_of_an_anchor() -> None:
    assert anchor_mac(2, SECOND) == ANCHOR
    made = anchors.make(PROJECT, 2, SECOND, MOMENT)
    assert (made.instance, made.chain, made.seq) == (str(INSTANCE), str(PROJECT), 2)
    assert (made.hash, made.time, made.kid) == (SECOND.hex(), TIME.decode(), KID)
    assert made.mac == ANCHOR
    assert anchors.is_genuine(made)


def secret(**changes: object) -> Secret:
    row = Secret(
        id=OBJECT,
        project_id=PROJECT,
        type="generic",
        name="orders-kafka",
        current_version=3,
        allowed_hosts=["b-2.example.test", "b-1.example.test"],
        row_mac_kid=KID,
        row_mac=bytes.fromhex(SECRET_ROW),
    )
    for name, value in changes.items():
        setattr(row, name, value)
    return row


def test_the_mac_of_a_secrets_row() -> None:
    row = secret(row_mac_kid=0, row_mac=b"")
    row_macs.sign_secret(row)
    assert secret_row_mac() == SECRET_ROW
    assert (row.row_mac_kid, row.row_mac.hex()) == (KID, SECRET_ROW)
    row_macs.require_unaltered(secret())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", INSTANCE),
        ("type", "tls-ca"),
        ("name", "orders"),
        ("current_version", 2),
        ("allowed_hosts", ["b-1.example.test"]),
        ("allowed_hosts", []),
        ("row_mac", bytes(32)),
        ("row_mac", b""),
    ],
)
def test_a_secrets_row_that_was_altered_is_refused(name: str, value: object) -> None:
    with pytest.raises(row_macs.RowAltered, match="changed in the database"):
        row_macs.require_unaltered(secret(**{name: value}))


def test_a_wrapped_key_of_the_instance() -> None:
    root = bytes(range(32, 64))
    key = RootKey(kek_id_of(root), "active", "2026-01-01T00:00:00Z", root)
    provider = FileRootKeys(Keyring(INSTANCE, (key,)))
    context = WrapContext("audit_mac", None, KID, 7)
    assert wrap() == WRAP
    assert provider.wrap(KEY, context, nonce=b"\xcc" * 12) == WRAP
    assert provider.unwrap(WRAP, context) == KEY


def test_what_is_signed_is_an_hmac_of_sha_256() -> None:
    expected = hmac.new(KEY, b"message", hashlib.sha256).digest()
    assert macs.mac("audit_mac", None, b"message") == (KID, expected)
