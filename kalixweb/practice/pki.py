"""The certificates of the practice Kafka: one authority to trust, one stranger, and their leaves.

The authority is kept from one start to the next, since people store it as a CA; everything else
is made anew at each start, so that "expired three days ago" stays true.
"""

import datetime as dt
import ipaddress
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_DAY = dt.timedelta(days=1)
_Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
_HERE: tuple[x509.GeneralName, ...] = (
    x509.DNSName("localhost"),
    x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
)


@dataclass(frozen=True)
class Authority:
    """A certificate that signs others, with its key and whoever signed it."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class _Leaf:
    issuer: Authority | None  # None: signs itself
    names: tuple[x509.GeneralName, ...] = _HERE
    from_day: int = -30
    to_day: int = 365
    with_issuer: bool = True  # serve the issuer's certificate too, as most keystores do


def make(folder: Path, now: dt.datetime) -> Path:
    """Write the authority (``ca.pem``) and one ``<name>.pem`` (key, chain) a certificate.

    Names: good, expired, soon, notyet, wrongname, otherca, selfsigned, nointermediate.
    Returns the path of ``ca.pem``. Files are 0600.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    trusted = _kept_authority(folder, now)
    stranger = _authority("Some Other CA", now)
    between = _authority("kalixweb practice intermediate CA", now, issuer=trusted)
    elsewhere = (x509.DNSName("b-1.kafka.invalid"), x509.DNSName("*.kafka.invalid"))
    # One key for every leaf: making RSA keys is the slowest part, and brokers on RSA are the rule.
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    leaves = {
        "good": _Leaf(trusted, with_issuer=True),
        "expired": _Leaf(trusted, from_day=-33, to_day=-3),
        "soon": _Leaf(trusted, to_day=10),
        "notyet": _Leaf(trusted, from_day=2),
        "wrongname": _Leaf(trusted, names=elsewhere),
        "otherca": _Leaf(stranger),
        "selfsigned": _Leaf(None),
        "nointermediate": _Leaf(between, with_issuer=False),
    }
    for name, leaf in leaves.items():
        chain = [_pem(_sign_leaf(leaf, key, now))]
        if leaf.with_issuer and leaf.issuer:
            chain.append(_pem(leaf.issuer.certificate))
        _write(folder / f"{name}.pem", _key_pem(key), *chain)
    return folder / "ca.pem"


def _kept_authority(folder: Path, now: dt.datetime) -> Authority:
    certificate, key = folder / "ca.pem", folder / "ca.key"
    if certificate.is_file() and key.is_file():
        kept = x509.load_pem_x509_certificate(certificate.read_bytes())
        private = serialization.load_pem_private_key(key.read_bytes(), password=None)
        if kept.not_valid_after_utc > now + 60 * _DAY and isinstance(
            private, ec.EllipticCurvePrivateKey
        ):
            return Authority(kept, private)
    made = _authority("kalixweb practice CA", now)
    _write(key, _key_pem(made.key))
    _write(certificate, _pem(made.certificate))
    return made


def _authority(name: str, now: dt.datetime, issuer: Authority | None = None) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    unsigned = (
        _unsigned(name, key, issuer, now - 60 * _DAY, now + 730 * _DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
    )
    return Authority(unsigned.sign(issuer.key if issuer else key, hashes.SHA256()), key)


def _sign_leaf(leaf: _Leaf, key: _Key, now: dt.datetime) -> x509.Certificate:
    first, last = now + leaf.from_day * _DAY, now + leaf.to_day * _DAY
    unsigned = (
        _unsigned("kalixweb practice broker", key, leaf.issuer, first, last)
        .add_extension(x509.SubjectAlternativeName(leaf.names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    )
    return unsigned.sign(leaf.issuer.key if leaf.issuer else key, hashes.SHA256())


def _unsigned(
    name: str, key: _Key, issuer: Authority | None, first: dt.datetime, last: dt.datetime
) -> x509.CertificateBuilder:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    public = key.public_key()
    signer = issuer.key.public_key() if issuer else public
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(first)
        .not_valid_after(last)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_encipherment=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: _Key) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write(path: Path, *parts: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(b"".join(parts))
