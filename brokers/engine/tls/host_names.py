"""Whether a certificate is for the host that was asked for, as Kafka clients decide it."""

import ipaddress
from dataclasses import dataclass
from typing import Literal

import service_identity
from service_identity.cryptography import (
    verify_certificate_hostname,
    verify_certificate_ip_address,
)

from secrets_app.certificates import Certificate

How = Literal["name", "common_name", "partial_wildcard", "no"]


@dataclass(frozen=True, slots=True)
class Match:
    """``how`` the host fits: by a name or address of the certificate, or only leniently.

    Librdkafka and Java also accept the common name of a certificate without DNS names, and a
    wildcard for part of a label; Go and Python do not.
    """

    how: How
    host_is_address: bool

    @property
    def fits(self) -> bool:
        return self.how != "no"


def is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def wire_name(host: str) -> str:
    """The host as it stands in SNI and certificates: ASCII, without a final dot."""
    name = host.rstrip(".")
    try:
        return name if name.isascii() else name.encode("idna").decode("ascii")
    except UnicodeError:
        return name.encode("ascii", "replace").decode("ascii")


def match(host: str, leaf: Certificate) -> Match:
    """How the leaf fits the host."""
    if is_address(host):
        return Match("name" if _address_fits(host, leaf) else "no", host_is_address=True)
    return Match(_name_fits(wire_name(host), leaf), host_is_address=False)


def _address_fits(host: str, leaf: Certificate) -> bool:
    try:
        verify_certificate_ip_address(leaf.parsed, host)
    except (service_identity.VerificationError, service_identity.CertificateError, ValueError):
        return False
    return True


def _name_fits(host: str, leaf: Certificate) -> How:
    if not leaf.dns_names:
        common_name = leaf.common_name or ""
        return "common_name" if _lenient(common_name, host) else "no"
    try:
        verify_certificate_hostname(leaf.parsed, host)
    except (service_identity.VerificationError, service_identity.CertificateError, ValueError):
        # service-identity refuses the whole certificate for one odd name: look at each alone.
        fitting = [pattern for pattern in leaf.dns_names if _lenient(pattern, host)]
        if any("*" not in name or name.startswith("*.") for name in fitting):
            return "name"
        return "partial_wildcard" if fitting else "no"
    return "name"


def _lenient(pattern: str, host: str) -> bool:
    """Equal but for case, or with one ``*`` in the first of at least three labels."""
    pattern, host = pattern.lower().rstrip("."), host.lower()
    if pattern == host:
        return True
    first, _, rest = pattern.partition(".")
    label, _, host_rest = host.partition(".")
    if first.count("*") != 1 or rest != host_rest or "." not in rest or label.startswith("xn--"):
        return False
    before, after = first.split("*")
    enough = len(label) >= max(1, len(before) + len(after))
    return enough and label.startswith(before) and label.endswith(after)
