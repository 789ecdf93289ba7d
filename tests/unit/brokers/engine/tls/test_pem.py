"""What a CA box takes, what it refuses and why, and what it points out."""

import base64
import json
import secrets
import warnings as python_warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import pkcs12

from secrets_app import certificates
from secrets_app.certificates import BadPem
from tests.fakes import pki
from tests.fakes.pki import Identity, bundle


def warned(pem: bytes) -> list[str]:
    return [warning.code for warning in certificates.read(pem).warnings]


def refusal(pem: bytes) -> str:
    with pytest.raises(BadPem) as refused:
        certificates.read(pem)
    return str(refused.value)


def test_facts_of_a_root(root: Identity) -> None:
    found = certificates.read(root.pem)
    [one] = found.certificates
    assert (one.subject, one.issuer, one.label) == ("CN=Test Root", "CN=Test Root", "Test Root")
    assert one.sha256 == root.sha256
    assert one.key == "EC P-256"
    assert (one.is_ca, one.self_signed, one.signature) == (True, True, "SHA-256")
    assert one.key_id == one.authority_key_id
    assert one.not_after == root.certificate.not_valid_after_utc
    assert found.warnings == ()
    assert found.pem == root.pem


def test_renewed_with_the_same_key_has_the_same_key_hash(root: Identity) -> None:
    renewed = pki.authority("Test Root", key=root.key)
    ours, theirs = certificates.describe(root.der), certificates.describe(renewed.der)
    assert ours.sha256 != theirs.sha256
    assert ours.spki_sha256 == theirs.spki_sha256


@pytest.mark.parametrize(
    "change",
    [
        lambda pem: pem.replace(b"\n", b"\r\n"),
        lambda pem: b"\xef\xbb\xbf" + pem,
        lambda pem: b"subject=CN = Test Root\n\n" + pem + b"\n# the end\n",
        lambda pem: pem.replace(b"\n", b" "),
        lambda pem: pem.replace(b"\n", b"\n   "),
        lambda pem: pem.replace(b" CERTIFICATE", b" X509 CERTIFICATE"),
    ],
    ids=["windows", "bom", "comments", "one line", "indented", "old label"],
)
def test_as_people_paste_it(root: Identity, change: Callable[[bytes], bytes]) -> None:
    assert certificates.read(change(root.pem)).pem == root.pem


def test_private_key_is_refused_wherever_it_stands(root: Identity) -> None:
    for text in (root.key_pem, root.pem + root.key_pem, root.key_pem + root.pem):
        said = refusal(text)
        assert "private key" in said
        assert "nothing was stored" in said
    encrypted = root.pem + b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED"
    assert "private key" in refusal(encrypted)
    assert "private key" in refusal(b"-----BEGIN RSA PRIVATE KEY-----\nMIIB")


def test_other_forms_are_named(root: Identity) -> None:
    assert "DER" in refusal(root.der)
    keystore = pkcs12.serialize_java_truststore(
        [pkcs12.PKCS12Certificate(root.certificate, b"root")],
        pki.serialization.BestAvailableEncryption(b"changeit"),
    )
    assert "PKCS#12" in refusal(keystore)
    assert "Java keystore" in refusal(b"\xfe\xed\xfe\xed\x00\x00\x00\x02")
    assert "UTF-16" in refusal(root.pem.decode().encode("utf-16"))
    assert "\\n" in refusal(json.dumps(root.pem.decode()).encode())
    assert "CERTIFICATE REQUEST" in refusal(
        root.pem.replace(b"CERTIFICATE", b"CERTIFICATE REQUEST")
    )


def test_damage_is_located(root: Identity) -> None:
    cut = root.pem + root.pem[:200]
    assert "Certificate 2 of 2 has no END line" in refusal(cut)
    odd = root.pem.replace(b"MII", b"M!I", 1)
    assert "not Base64" in refusal(odd)
    junk = base64.b64encode(b"no certificate at all, only text that is long enough to be one")
    block = b"-----BEGIN CERTIFICATE-----\n" + junk + b"\n-----END CERTIFICATE-----\n"
    assert "not X.509" in refusal(root.pem + block)


@pytest.mark.parametrize("text", [b"", b"   \n", b"ca.crt", b"\x00" * 100, b"MIIBczCCARmg"])
def test_no_certificate(text: bytes) -> None:
    assert "no certificate" in refusal(text)


def test_limits(root: Identity) -> None:
    assert "64 KiB" in refusal(secrets.token_bytes(1024 * 1024))
    assert "64 KiB" in refusal(root.pem + b" " * 64 * 1024)
    many = bundle(*[root] * 51)
    assert "51 certificates" in refusal(many)
    assert len(certificates.read(bundle(*[root] * 50)).certificates) == 1


def test_each_warning_has_its_own_message(root: Identity, tmp_path: Path) -> None:
    middle = pki.authority("Middle", root)
    cases = {
        "leaf": pki.leaf(root).pem,
        "expired": pki.authority("Old", valid=(-30, -1)).pem,
        "not_yet_valid": pki.authority("New", valid=(1, 30)).pem,
        "ends_soon": pki.authority("Ending", valid=(-30, 5)).pem,
        "weak": pki.authority("Weak", key=pki.new_key("rsa-1024")).pem,
        "no_root": middle.pem,
        "duplicate": bundle(root, root),
    }
    for code, pem in cases.items():
        assert warned(pem) == [code]
    sentences = {certificates.read(pem).warnings[0].sentence for pem in cases.values()}
    assert len(sentences) == len(cases)
    assert warned(bundle(middle, root)) == []
    assert warned(pki.sha1_leaf(root, tmp_path).pem) == ["leaf", "weak"]


def test_self_signed_leaf_is_pointed_out_as_such() -> None:
    assert warned(pki.leaf(None).pem) == ["leaf"]


def test_odd_bytes_never_raise_anything_else(root: Identity) -> None:
    der = root.der
    with python_warnings.catch_warnings():
        python_warnings.simplefilter("ignore")
        for position in range(len(der)):
            changed = der[:position] + bytes([der[position] ^ 0x55]) + der[position + 1 :]
            pem = b"-----BEGIN CERTIFICATE-----\n" + base64.b64encode(changed)
            try:
                certificates.read(pem + b"\n-----END CERTIFICATE-----\n")
            except BadPem:
                continue
