"""Tokens that travel in links: 256 random bits, of which only the hash is ever stored."""

import hashlib
import secrets


def new_token() -> str:
    """A fresh token, 43 characters that are safe in a path."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """What is stored of a token. A plain hash is enough: nobody guesses 256 bits."""
    return hashlib.sha256(token.encode("utf-8")).digest()
