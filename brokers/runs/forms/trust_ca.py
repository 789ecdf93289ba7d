"""Trusting a root that a broker ends at: only with the fingerprint that its owner gave."""

import re
from typing import Any

from django import forms

from brokers.connections.forms.secret_references import PLAIN, text_field
from brokers.engine.document import Document
from brokers.runs.queries import matching_cas
from kalixweb.core.forms import RefusableForm, WriteOnlyTextarea
from kalixweb.core.secret_value import SecretValue
from secrets_app import certificates
from secrets_app.services import naming

_DIFFERS = (
    "The certificate below has another SHA-256 fingerprint. Do not trust it before the cluster's "
    "owner has explained the difference."
)
_NOT_THE_END = (
    "This certificate has the typed fingerprint, but the brokers' chain does not end at it, so it "
    "would not help."
)
_LENGTHS = {40: "SHA-1", 32: "MD5"}


class TrustForm(RefusableForm):
    """After ``is_valid``: ``pem`` is one root certificate with exactly the typed fingerprint."""

    refused_at = {"name_taken": "name"}

    fingerprint = text_field(
        "SHA-256 fingerprint",
        200,
        required=True,
        error_messages={"required": "Type the fingerprint that the cluster's owner gave you."},
        help_text="64 hexadecimal digits, with or without colons, as the cluster's owner gave it "
        "to you: by phone, in their documentation, not from this connection.",
    )
    certificate = forms.CharField(
        label="Root certificate",
        strip=False,
        widget=WriteOnlyTextarea(attrs={"placeholder": "-----BEGIN CERTIFICATE-----", "rows": 6}),
        error_messages={"required": "Paste the root certificate that the fingerprint belongs to."},
        help_text="From anywhere: the fingerprint decides whether it is the right one.",
    )
    name = text_field(
        "CA secret's name",
        100,
        required=True,
        attrs=PLAIN,
        error_messages={"required": "A secret needs a name, such as kafka-ca."},
    )

    pem: SecretValue

    def __init__(self, *args: Any, document: Document, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.document = document

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        with self.refused_by("name"):
            naming.check_name(name)
        return name

    def clean_fingerprint(self) -> str:
        """Sixty-four small hexadecimal digits."""
        typed = re.sub(r"^sha-?256( fingerprint)?\s*[=:]", "", self._typed(), flags=re.IGNORECASE)
        digits = re.sub(r"[\s:]", "", typed).lower()
        if re.fullmatch(r"[0-9a-f]{64}", digits):
            return digits
        kind = _LENGTHS.get(len(digits)) if re.fullmatch(r"[0-9a-f]+", digits) else None
        raise forms.ValidationError(
            f"This is as long as a {kind} fingerprint. Ask the owner for the SHA-256 one."
            if kind
            else f"A SHA-256 fingerprint has 64 hexadecimal digits, not {len(digits)} characters."
        )

    def _typed(self) -> str:
        typed: str = self.cleaned_data["fingerprint"]
        return typed.strip()

    def clean(self) -> dict[str, Any]:
        """The certificate is the one of the fingerprint, and the one that the brokers end at."""
        cleaned = super().clean() or self.cleaned_data
        pasted, wanted = cleaned.get("certificate"), cleaned.get("fingerprint")
        if not pasted or not wanted:
            return cleaned
        try:
            found = certificates.read(pasted.encode()).certificates
        except certificates.BadPem as bad:
            self.add_error("certificate", str(bad))
            return cleaned
        if reason := self._refusal(found, wanted):
            self.add_error(*reason)
        else:
            self.pem = SecretValue(pasted)
        return cleaned

    def _refusal(
        self, found: tuple[certificates.Certificate, ...], wanted: str
    ) -> tuple[str, str] | None:
        """The field and the sentence, or None for the right root."""
        if len(found) != 1:
            return "certificate", f"There are {len(found)} certificates. Paste the root alone."
        if found[0].sha256 != wanted:
            return "fingerprint", _DIFFERS
        if not found[0].self_signed:
            return "certificate", "This is an intermediate. Paste the root, which signed itself."
        chains = matching_cas.unknown_chains(self.document)
        if not all(matching_cas.stands_above(found[0], chain) for chain in chains):
            return "certificate", _NOT_THE_END
        return None
