"""Plaintext in transit. Plain Python: workers, probe and services pass it without Django."""

import hmac
from typing import NoReturn, Self


class SecretValue:
    """Bytes that must not be shown: printing them gives a mask, storing them as they are fails."""

    __slots__ = ("_value",)

    def __init__(self, value: bytes | str) -> None:
        """Raises ValueError when a text has halves of characters, which no file or wire takes."""
        plain = _encoded(value) if isinstance(value, str) else bytes(value)
        if plain is None:
            message = "The value is no text."
            raise ValueError(message)
        self._value = plain

    def reveal(self) -> bytes:
        """The plaintext bytes. Every call is a place to look at in review."""
        return self._value

    def text(self) -> str:
        """The plaintext as text; raises UnicodeDecodeError when it is not UTF-8."""
        return self._value.decode("utf-8")

    def matches(self, other: Self) -> bool:
        """Whether both hold the same bytes, in constant time."""
        return hmac.compare_digest(self._value, other._value)

    def __len__(self) -> int:
        return len(self._value)

    def __repr__(self) -> str:
        return "SecretValue(**********)"

    def __str__(self) -> str:
        return "**********"

    def __format__(self, format_spec: str) -> str:
        return "**********"

    def __eq__(self, other: object) -> NoReturn:
        message = "Compare secret values with matches()."
        raise TypeError(message)

    __hash__ = None  # type: ignore[assignment]

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        message = "A secret value is never pickled."
        raise TypeError(message)


def _encoded(text: str) -> bytes | None:
    """None for what UTF-8 cannot write; the exception would hold the text."""
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return None
