"""Reads a CA bundle as people paste it, and says in one sentence why it cannot be used."""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography import x509

from kalixweb.core import clock
from secrets_app.certificates.facts import Certificate, describe
from secrets_app.certificates.validation import PemWarning, duplicates, judge

MOST_BYTES = 64 * 1024
MOST_CERTIFICATES = 50
BEGIN = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----")
LABELS = ("CERTIFICATE", "X509 CERTIFICATE")
NOT_PEM = {
    b"\xfe\xed\xfe\xed": "This is a Java keystore: export the CA with keytool -exportcert -rfc.",
    b"\xce\xce\xce\xce": "This is a JCEKS keystore: export the CA with keytool -exportcert -rfc.",
    b"\xff\xfe": "This text is UTF-16, as Windows may save it: save it as UTF-8 and take that.",
    b"\xfe\xff": "This text is UTF-16, as Windows may save it: save it as UTF-8 and take that.",
}


class BadPem(ValueError):
    """The text is no bundle of CA certificates; the message is a sentence for the person."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a PEM text holds, each certificate once and in the order given.

    ``pem`` is the same in clean form: certificates alone, LF line ends, 64 characters a line.
    """

    certificates: tuple[Certificate, ...]
    warnings: tuple[PemWarning, ...]
    pem: bytes


def read(pem: bytes) -> Bundle:
    """Read a CA bundle of at most 64 KiB and 50 certificates; raises BadPem."""
    if len(pem) > MOST_BYTES:
        raise BadPem(f"This CA is {-(-len(pem) // 1024)} KiB long; it may have 64 KiB at most.")
    blocks = _blocks(pem)
    if len(blocks) > MOST_CERTIFICATES:
        raise BadPem(
            f"This CA holds {len(blocks)} certificates; it may hold {MOST_CERTIFICATES} at most."
            " Keep the root that the brokers' certificates end at."
        )
    found = [_certificate(der, i, len(blocks)) for i, der in enumerate(blocks, start=1)]
    unique = tuple({certificate.sha256: certificate for certificate in found}.values())
    warnings = (*duplicates(found), *judge(unique, clock.now()))
    return Bundle(unique, warnings, b"".join(as_pem(each.der) for each in unique))


def as_pem(der: bytes) -> bytes:
    """One certificate in PEM."""
    text = base64.b64encode(der)
    lines = [text[i : i + 64] for i in range(0, len(text), 64)]
    end = b"-----END CERTIFICATE-----\n"
    return b"\n".join((b"-----BEGIN CERTIFICATE-----", *lines, end))


def _blocks(pem: bytes) -> list[bytes]:
    text = pem.removeprefix(b"\xef\xbb\xbf")
    labels = [match.group(1).decode() for match in BEGIN.finditer(text)]
    _refuse_other_blocks(labels)
    if not labels:
        raise BadPem(_what_instead(text))
    if b"\\n" in text:
        raise BadPem(
            "The line ends of this CA are written as \\n, as in JSON: paste it with real line ends."
        )
    bodies = BEGIN.split(text)[2::2]
    return [_decoded(body, i, len(bodies)) for i, body in enumerate(bodies, start=1)]


def _refuse_other_blocks(labels: Sequence[str]) -> None:
    if any(label.endswith("PRIVATE KEY") for label in labels):
        raise BadPem(
            "This text holds a private key, and a private key does not belong in a CA; nothing was"
            " stored. Give the certificates alone, and replace the key if others could see it."
        )
    other = next((label for label in labels if label not in LABELS), None)
    if other:
        raise BadPem(f"This text holds a block of {other}; a CA has CERTIFICATE blocks alone.")


def _what_instead(text: bytes) -> str:
    for magic, sentence in NOT_PEM.items():
        if text.startswith(magic):
            return sentence
    if text.startswith(b"\x30") and len(text) > 64:
        try:
            x509.load_der_x509_certificate(text)
        except ValueError:
            return "This file is binary, perhaps PKCS#12 or PKCS#7: export the CA as PEM."
        return (
            "This certificate is in binary form (DER): turn it into PEM with"
            " openssl x509 -inform der -in ca.der -out ca.pem."
        )
    return (
        "There is no certificate in this text: a CA starts with -----BEGIN CERTIFICATE----- and"
        " ends with -----END CERTIFICATE-----."
    )


def _decoded(body: bytes, number: int, count: int) -> bytes:
    base64_text, end, _ = body.partition(b"-----END ")
    if not end:
        raise BadPem(
            f"Certificate {number} of {count} has no END line, so part of it is missing: copy it"
            " again as a whole."
        )
    try:
        return base64.b64decode(b"".join(base64_text.split()), validate=True)
    except binascii.Error:
        raise BadPem(
            f"Certificate {number} of {count} is damaged (its text is not Base64): copy it again."
        ) from None


def _certificate(der: bytes, number: int, count: int) -> Certificate:
    try:
        return describe(der)
    except ValueError:
        raise BadPem(
            f"Certificate {number} of {count} is damaged (it is not X.509): copy it again."
        ) from None
