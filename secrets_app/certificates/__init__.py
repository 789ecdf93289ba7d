"""Reads, judges and describes CA certificates in PEM. Plain Python: the probe reads with it too."""

from secrets_app.certificates.facts import Certificate, describe, issued_by, signed_by
from secrets_app.certificates.pem import BadPem, Bundle, read
from secrets_app.certificates.validation import PemWarning, judge

__all__ = [
    "BadPem",
    "Bundle",
    "Certificate",
    "PemWarning",
    "describe",
    "issued_by",
    "judge",
    "read",
    "signed_by",
]
