"""Makes text from outside fit to be shown and kept: short, printable, without the password."""

import base64
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

from kalixweb.core.secret_value import SecretValue

REMOVED = "[removed]"
LIMIT = 512
_REPLACEMENT = "\ufffd"
# What may stand in the name of a host by chance.
_WORD = re.compile("[a-z0-9.-]{1,11}")
# C0, DEL, C1, line and paragraph separators, zero-width and bidi controls, BOM, lone surrogates.
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


class Redactor:
    """Cleans many texts of the same secrets; ``also`` adds one that only became known later."""

    def __init__(self, secrets: Iterable[SecretValue] = ()) -> None:
        self._forms: list[str] = []
        for secret in secrets:
            self.also(secret)

    def also(self, secret: SecretValue) -> None:
        forms = {*self._forms, *_forms(secret.reveal())}
        self._forms = sorted(forms, key=len, reverse=True)

    def copy(self) -> "Redactor":
        other = Redactor()
        other._forms = list(self._forms)
        return other

    def clean_host(self, host: str) -> str:
        """The name of another server, to be looked up and shown.

        A password that is a mere word, such as ``orders``, stays in it: without that word the name
        leads nowhere, and the gap would tell the password.
        """
        return self._clean(host, [f for f in self._forms if not _WORD.fullmatch(f)], LIMIT)

    def clean(self, text: str | bytes, *, limit: int | None = LIMIT) -> str:
        """``text`` without the secrets and without control and bidi characters, cut to ``limit``.

        A secret is found as it is, in Base64 (also inside a longer Base64 text), and
        percent-encoded.
        """
        return self._clean(text, self._forms, limit)

    def _clean(self, text: str | bytes, forms: list[str], limit: int | None) -> str:
        words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        for form in forms:  # no regular expression: its cache would keep the secret
            if form in words:
                words = words.replace(form, REMOVED)
        words = _UNPRINTABLE.sub(_REPLACEMENT, words)
        if limit is not None and len(words) > limit:
            words = words[: limit - 1] + "…"
        return words

    def __repr__(self) -> str:
        return f"Redactor({len(self._forms)} forms)"


def clean(
    text: str | bytes, *, secrets: Iterable[SecretValue] = (), limit: int | None = LIMIT
) -> str:
    """One text, cleaned as by ``Redactor``."""
    return Redactor(secrets).clean(text, limit=limit)


def _forms(value: bytes) -> set[str]:
    forms = {value.decode("utf-8", "replace")}
    forms |= {quote(value, safe=""), quote(value), quote_plus(value)}
    forms |= {form for offset in range(3) for form in _base64_at(value, offset)}
    return forms - {""}


def _base64_at(value: bytes, offset: int) -> set[str]:
    """The characters that only ``value`` decides, when it starts at byte ``offset`` of a group."""
    encoded = base64.b64encode(b"\0" * offset + value).decode("ascii")
    first = (offset * 8 + 5) // 6
    last = (offset + len(value)) * 8 // 6
    middle = encoded[first:last]
    if len(middle) < 4:
        return set()
    return {middle, middle.replace("+", "-").replace("/", "_")}
