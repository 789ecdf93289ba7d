"""A small certificate authority for tests: makes good certificates, and bad ones on request."""

import datetime as dt
import ipaddress
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
Purpose = Literal["server", "client", "none"]
LOCAL = ("localhost", "127.0.0.1", "::1")
SCT_LIST = x509.ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")


def new_key(kind: str = "ec") -> Key:
    """A private key: ``ec`` (P-256) or ``rsa-1024``, ``rsa-2048`` …"""
    if kind == "ec":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(65537, int(kind.removeprefix("rsa-")))


def days(count: float) -> dt.datetime:
    """The moment so many days from now."""
    return dt.datetime.now(tz=dt.UTC) + dt.timedelta(days=count)


@dataclass(frozen=True)
class Identity:
    """A certificate with its key. ``chain`` holds its issuers, nearest first, the root last."""

    certificate: x509.Certificate
    key: Key = field(repr=False)
    chain: tuple["Identity", ...] = ()

    @cached_property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @cached_property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @cached_property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    @property
    def sha256(self) -> str:
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    @property
    def subject(self) -> str:
        return self.certificate.subject.rfc4514_string()


def authority(
    name: str | x509.Name = "Test Root",
    issuer: Identity | None = None,
    *,
    key: Key | None = None,
    valid: tuple[float, float] = (-10, 3650),
    path_length: int | None = None,
    strict: bool = True,
    constraints: x509.NameConstraints | None = None,
) -> Identity:
    """A root, or an intermediate of ``issuer``. ``strict=False`` leaves out the key usage."""
    extensions: list[tuple[x509.ExtensionType, bool]] = [
        (x509.BasicConstraints(ca=True, path_length=path_length), True)
    ]
    if strict:
        extensions.append((_usage(signs=True), True))
    if constraints:
        extensions.append((constraints, True))
    return _make(_name(name), issuer, key or new_key(), valid, extensions)


def leaf(
    issuer: Identity | None,
    names: Sequence[str] = LOCAL,
    *,
    common_name: str = "broker",
    key: Key | None = None,
    valid: tuple[float, float] = (-10, 365),
    purpose: Purpose = "server",
    public_log: bool = False,
    organisation: str | None = None,
    tells_issuers_issuer: bool = False,
) -> Identity:
    """A server's certificate. No issuer: signed by itself. No names: none but the common name.

    ``public_log`` adds the (empty) list of timestamps that only publicly issued certificates have;
    ``tells_issuers_issuer`` the name of who issued the issuer, as ``openssl`` may be told to.
    """
    extensions: list[tuple[x509.ExtensionType, bool]] = [
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (_usage(signs=False), True),
    ]
    if names:
        extensions.append((x509.SubjectAlternativeName(list(_general_names(names))), False))
    if purpose != "none":
        oids = {
            "server": ExtendedKeyUsageOID.SERVER_AUTH,
            "client": ExtendedKeyUsageOID.CLIENT_AUTH,
        }
        extensions.append((x509.ExtendedKeyUsage([oids[purpose]]), False))
    if public_log:
        extensions.append((x509.UnrecognizedExtension(SCT_LIST, b"\x04\x02\x00\x00"), False))
    subject = _name(common_name, organisation)
    told = issuer.certificate if issuer and tells_issuers_issuer else None
    return _make(subject, issuer, key or new_key(), valid, extensions, told)


def bundle(*identities: Identity) -> bytes:
    """The certificates one after the other in PEM."""
    return b"".join(identity.pem for identity in identities)


def sha1_leaf(issuer: Identity, folder: Path, name: str = "localhost") -> Identity:
    """A leaf with a SHA-1 signature, made by the openssl command (the library refuses to)."""
    key = new_key()
    subject = Identity(issuer.certificate, key)
    (folder / "ca.pem").write_bytes(issuer.pem)
    (folder / "ca.key").write_bytes(issuer.key_pem)
    (folder / "leaf.key").write_bytes(subject.key_pem)
    (folder / "ext").write_text(f"subjectAltName=DNS:{name},IP:127.0.0.1\n")
    make = ["openssl", "req", "-new", "-key", "leaf.key", "-subj", "/CN=sha1", "-out", "leaf.csr"]
    sign = ["openssl", "x509", "-req", "-sha1", "-in", "leaf.csr", "-CA", "ca.pem", "-CAkey"]
    sign += ["ca.key", "-set_serial", "7", "-days", "300", "-extfile", "ext", "-out", "leaf.pem"]
    for command in (make, sign):
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    certificate = x509.load_pem_x509_certificate((folder / "leaf.pem").read_bytes())
    return Identity(certificate, key, (issuer, *issuer.chain))


def _make(
    subject: x509.Name,
    issuer: Identity | None,
    key: Key,
    valid: tuple[float, float],
    extensions: Iterable[tuple[x509.ExtensionType, bool]],
    told: x509.Certificate | None = None,
) -> Identity:
    signer = issuer.key if issuer else key
    authority_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    if told:
        authority_key = x509.AuthorityKeyIdentifier(
            authority_key.key_identifier, [x509.DirectoryName(told.issuer)], told.serial_number
        )
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(days(valid[0]))
        .not_valid_after(days(valid[1]))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(authority_key, critical=False)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    chain = (issuer, *issuer.chain) if issuer else ()
    return Identity(builder.sign(signer, hashes.SHA256()), key, chain)


def _name(name: str | x509.Name, organisation: str | None = None) -> x509.Name:
    if isinstance(name, x509.Name):
        return name
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
    if organisation:
        parts.insert(0, x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
    return x509.Name(parts)


def _general_names(names: Sequence[str]) -> Iterable[x509.GeneralName]:
    for name in names:
        try:
            yield x509.IPAddress(ipaddress.ip_address(name))
        except ValueError:
            yield x509.DNSName(name)


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )
