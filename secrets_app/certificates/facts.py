"""The public facts of one X.509 certificate, in the form in which they are shown and compared."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

CURVES = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}
Extension = TypeVar("Extension", bound=x509.ExtensionType)
LEAST_BITS = {"RSA": 2048, "DSA": 2048, "EC": 224}
# What the library raises, beside ValueError, for bytes that are no certificate as it should be.
UNREADABLE = (
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
    UnsupportedAlgorithm,
    TypeError,
)
BROKEN_HASHES = frozenset({"MD5", "SHA-1"})


@dataclass(frozen=True, slots=True)
class Certificate:
    """Hashes and key ids are lower-case hexadecimal; distinguished names are written as RFC 4514.

    ``key`` is written as people say it ("RSA 2048", "EC P-256"); ``names`` are the DNS names and IP
    addresses of the subject alternative name; ``weak`` is what clients on OpenSSL 3 refuse.
    """

    subject: str
    issuer: str
    common_name: str | None
    not_before: datetime
    not_after: datetime
    sha256: str
    spki_sha256: str
    key_id: str | None
    authority_key_id: str | None
    key: str
    signature: str | None
    is_ca: bool
    self_signed: bool
    dns_names: tuple[str, ...]
    addresses: tuple[str, ...]
    weak: str | None
    parsed: x509.Certificate = field(repr=False, compare=False)
    der: bytes = field(repr=False)

    def __hash__(self) -> int:
        return hash(self.sha256)

    @property
    def names(self) -> tuple[str, ...]:
        """Every DNS name and address of the subject alternative name."""
        return self.dns_names + self.addresses

    @property
    def label(self) -> str:
        """How a sentence calls it: the common name, else the whole subject."""
        return self.common_name or self.subject or f"SHA-256 {self.sha256[:16]}"


@lru_cache(maxsize=2048)
def describe(der: bytes) -> Certificate:
    """The facts of one certificate in DER; raises ValueError when it cannot be read."""
    try:
        return _describe(der)
    except UNREADABLE as error:
        raise ValueError(f"this is no X.509 certificate: {error}") from error


def _describe(der: bytes) -> Certificate:
    parsed = x509.load_der_x509_certificate(der)
    key, bits = _key(parsed)
    signature = _signature_hash(parsed)
    self_signed = parsed.subject == parsed.issuer and issued_by(parsed, parsed)
    sans = _extension(parsed, x509.SubjectAlternativeName)
    return Certificate(
        subject=parsed.subject.rfc4514_string(),
        issuer=parsed.issuer.rfc4514_string(),
        common_name=_common_name(parsed.subject),
        not_before=parsed.not_valid_before_utc,
        not_after=parsed.not_valid_after_utc,
        sha256=hashlib.sha256(der).hexdigest(),
        spki_sha256=_spki_sha256(parsed),
        key_id=_key_id(parsed),
        authority_key_id=_authority_key_id(parsed),
        key=key,
        signature=signature,
        is_ca=_is_ca(parsed, self_signed=self_signed),
        self_signed=self_signed,
        dns_names=tuple(sans.get_values_for_type(x509.DNSName)) if sans else (),
        addresses=tuple(map(str, sans.get_values_for_type(x509.IPAddress))) if sans else (),
        weak=_weak(key, bits, None if self_signed else signature),
        parsed=parsed,
        der=der,
    )


def issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether the issuer's name fits and its key made the certificate's signature."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except UnsupportedAlgorithm:  # an old signature: names and key ids are the best that is known
        return _ids_fit(certificate, issuer)
    except (ValueError, InvalidSignature, *UNREADABLE):
        return False
    return True


@lru_cache(maxsize=4096)
def signed_by(certificate: Certificate, issuer: Certificate) -> bool:
    """As ``issued_by``, remembered: the same chains are seen in every test."""
    return issued_by(certificate.parsed, issuer.parsed)


def _ids_fit(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    wanted, has = _authority_key_id(certificate), _key_id(issuer)
    return certificate.issuer == issuer.subject and (wanted == has or wanted is None or has is None)


def _extension(parsed: x509.Certificate, kind: type[Extension]) -> Extension | None:
    try:
        return parsed.extensions.get_extension_for_class(kind).value
    except (x509.ExtensionNotFound, ValueError, *UNREADABLE):
        return None


def _common_name(name: x509.Name) -> str | None:
    found = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[-1].value) if found else None


def _spki_sha256(parsed: x509.Certificate) -> str:
    try:
        info = parsed.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    except (ValueError, UnsupportedAlgorithm):
        return ""
    return hashlib.sha256(info).hexdigest()


def _key_id(parsed: x509.Certificate) -> str | None:
    found = _extension(parsed, x509.SubjectKeyIdentifier)
    return found.digest.hex() if found else None


def _authority_key_id(parsed: x509.Certificate) -> str | None:
    found = _extension(parsed, x509.AuthorityKeyIdentifier)
    return found.key_identifier.hex() if found and found.key_identifier else None


def _key(parsed: x509.Certificate) -> tuple[str, int | None]:
    try:
        key = parsed.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return "of an unknown kind", None
    match key:
        case rsa.RSAPublicKey():
            return f"RSA {key.key_size}", key.key_size
        case ec.EllipticCurvePublicKey():
            return f"EC {CURVES.get(key.curve.name, key.curve.name)}", key.key_size
        case dsa.DSAPublicKey():
            return f"DSA {key.key_size}", key.key_size
        case ed25519.Ed25519PublicKey():
            return "Ed25519", 256
        case ed448.Ed448PublicKey():
            return "Ed448", 456
    return type(key).__name__.removesuffix("PublicKey"), None


def _signature_hash(parsed: x509.Certificate) -> str | None:
    try:
        found = parsed.signature_hash_algorithm
    except UnsupportedAlgorithm:
        return None
    if found is None:
        return None
    return found.name.upper().replace("SHA", "SHA-", 1) if "-" not in found.name else found.name


def _is_ca(parsed: x509.Certificate, *, self_signed: bool) -> bool:
    """As OpenSSL takes it: without basic constraints only an old self-signed root is a CA."""
    found = _extension(parsed, x509.BasicConstraints)
    if found is not None:
        return found.ca
    usage = _extension(parsed, x509.KeyUsage)
    return self_signed and (usage is None or usage.key_cert_sign)


def _weak(key: str, bits: int | None, signature: str | None) -> str | None:
    least = LEAST_BITS.get(key.split(" ", maxsplit=1)[0])
    if least is not None and bits is not None and bits < least:
        return f"its key is {key}"
    return f"it is signed with {signature}" if signature in BROKEN_HASHES else None
