"""SCRAM as Kafka does it (RFC 5802 and 7677 without channel binding and without SASLprep).

Kafka compares passwords as plain UTF-8, so no normalisation: a client that does it would call the
right password wrong.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

from kalixweb.core.secret_value import SecretValue

DIGESTS = {"SCRAM-SHA-256": "sha256", "SCRAM-SHA-512": "sha512"}
MIN_ITERATIONS, MAX_ITERATIONS = 4_096, 1_000_000
_NO_BINDING = b"n,,"


class ServerMessageUnreadable(Exception):
    """The server's message does not follow SCRAM. The text never holds what it sent."""


class UnacceptableIterations(Exception):
    """The server asks for fewer rounds than are safe, or for more than are sane."""

    def __init__(self, iterations: int) -> None:
        super().__init__(f"{iterations} iterations")
        self.iterations = iterations


class ServerSignatureWrong(Exception):
    """The server could not show that it knows the password."""


class ServerRefused(Exception):
    """The server answered with an error value (``e=``) inside the SCRAM message."""


def escaped(user: str) -> str:
    """The user name with ``=`` and ``,`` written as SCRAM wants them."""
    return user.replace("=", "=3D").replace(",", "=2C")


@dataclass(slots=True)
class ScramClient:
    """One login. Call first, final, verify, in that order; nothing else sends the proof."""

    mechanism: str
    user: str
    password: SecretValue = field(repr=False)
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    _server_signature: bytes = field(default=b"", init=False, repr=False)

    @property
    def _bare(self) -> bytes:
        return f"n={escaped(self.user)},r={self.nonce}".encode()

    def first(self) -> bytes:
        """The client-first message: the user's name and a nonce, no proof of anything."""
        return _NO_BINDING + self._bare

    def final(self, server_first: bytes) -> bytes:
        """The client-final message with the proof.

        Raises ServerMessageUnreadable, UnacceptableIterations or ServerRefused.
        """
        salt, iterations, nonce = self._challenge(server_first)
        digest = DIGESTS[self.mechanism]
        salted = hashlib.pbkdf2_hmac(digest, self.password.reveal(), salt, iterations)
        client_key = hmac.digest(salted, b"Client Key", digest)
        stored_key = hashlib.new(digest, client_key).digest()
        without_proof = b"c=" + base64.b64encode(_NO_BINDING) + b",r=" + nonce
        signed = b",".join((self._bare, server_first, without_proof))
        signature = hmac.digest(stored_key, signed, digest)
        proof = bytes(a ^ b for a, b in zip(client_key, signature, strict=True))
        server_key = hmac.digest(salted, b"Server Key", digest)
        self._server_signature = hmac.digest(server_key, signed, digest)
        return without_proof + b",p=" + base64.b64encode(proof)

    def verify(self, server_final: bytes) -> None:
        """Raises ServerSignatureWrong unless the server proved that it knows the password."""
        fields = _fields(server_final)
        if "e" in fields:
            raise ServerRefused(fields["e"].decode("utf-8", "replace"))
        try:
            seen = base64.b64decode(fields.get("v", b""), validate=True)
        except binascii.Error:
            seen = b""
        if not self._server_signature or not hmac.compare_digest(seen, self._server_signature):
            raise ServerSignatureWrong

    def _challenge(self, server_first: bytes) -> tuple[bytes, int, bytes]:
        fields = _fields(server_first)
        if "e" in fields:
            raise ServerRefused(fields["e"].decode("utf-8", "replace"))
        if "m" in fields:
            raise ServerMessageUnreadable("it demands an extension that Kafka does not have")
        nonce = fields.get("r", b"")
        mine = self.nonce.encode()
        if not nonce.startswith(mine) or len(nonce) <= len(mine):
            raise ServerMessageUnreadable("its nonce does not continue ours")
        try:
            salt = base64.b64decode(fields.get("s", b""), validate=True)
            count = fields.get("i", b"")
            iterations = int(count) if count.isdigit() and len(count) <= 12 else -1
        except (binascii.Error, ValueError) as error:
            raise ServerMessageUnreadable("its salt is not Base64") from error
        if not salt or iterations < 0:
            raise ServerMessageUnreadable("it lacks a salt or an iteration count")
        if not MIN_ITERATIONS <= iterations <= MAX_ITERATIONS:
            raise UnacceptableIterations(iterations)
        return salt, iterations, nonce


def _fields(message: bytes) -> dict[str, bytes]:
    """``r=…,s=…,i=…`` as a mapping; the first of a name wins."""
    fields: dict[str, bytes] = {}
    for part in message.split(b","):
        name, separator, value = part.partition(b"=")
        if separator and len(name) == 1:
            fields.setdefault(name.decode("latin-1"), value)
    return fields
