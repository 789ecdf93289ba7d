"""The certificates that this machine trusts, from where its OpenSSL would look for them."""

import os
import re
import ssl
from collections.abc import Iterable
from pathlib import Path

from OpenSSL import crypto

BLOCK = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
FILES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


def certificates() -> tuple[crypto.X509, ...]:
    """All of them, from the first place that has any; empty on a machine that trusts nobody.

    SSL_CERT_FILE and SSL_CERT_DIR replace the default places, as in OpenSSL.
    """
    for files in _places():
        found = {block for file in files for block in _blocks(file)}
        readable = tuple(filter(None, map(_certificate, sorted(found))))
        if readable:
            return readable
    return ()


def _places() -> Iterable[list[Path]]:
    file, folders = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if file or folders:
        named = [Path(folder) for folder in (folders or "").split(os.pathsep) if folder]
        yield [*([Path(file)] if file else []), *(path for one in named for path in _folder(one))]
        return
    paths = ssl.get_default_verify_paths()
    yield from ([Path(name)] for name in (paths.cafile, *FILES) if name)
    yield list(_folder(Path(paths.capath))) if paths.capath else []


def _folder(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _blocks(file: Path) -> list[bytes]:
    try:
        return BLOCK.findall(file.read_bytes())
    except OSError:
        return []


def _certificate(pem: bytes) -> crypto.X509 | None:
    try:
        return crypto.load_certificate(crypto.FILETYPE_PEM, pem)
    except crypto.Error:  # one that cannot be read does not spoil the others
        return None
