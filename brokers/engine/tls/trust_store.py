"""What is trusted: the given CA, or what this machine trusts; ready for handshakes.

Contexts and stores are kept per bundle, so that a healthy test pays for its handshake alone; the
system's certificates are read once a process, and only when they are needed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from OpenSSL import SSL, crypto

from brokers.engine.tls import system_store
from brokers.engine.tls.session import record_error, record_progress
from secrets_app import certificates
from secrets_app.certificates import Certificate

UNTRUSTED = frozenset({2, 18, 19, 20, 21})  # OpenSSL: the chain does not end at a trusted one


@dataclass(frozen=True, slots=True)
class Trust:
    """A context for handshakes, and stores to verify a served chain against.

    ``given`` is None for the system's store. ``empty``: nothing is trusted at all.
    """

    given: tuple[Certificate, ...] | None
    empty: bool
    context: SSL.Context
    store: crypto.X509Store
    strict_store: crypto.X509Store

    def trusts(self, served: tuple[Certificate, ...]) -> bool:
        """Whether the served chain ends here, whatever else is wrong with it."""
        error = _first_error(self.store, served)
        return error is None or error[0] not in UNTRUSTED

    def strict_error(self, served: tuple[Certificate, ...]) -> tuple[int, str] | None:
        """OpenSSL's number and words when its strict rules refuse the chain, else None."""
        return _first_error(self.strict_store, served)


@lru_cache(maxsize=128)
def given(ca_pem: bytes) -> Trust:
    """The trust in a CA bundle; raises secrets_app.certificates.BadPem."""
    bundle = certificates.read(ca_pem).certificates
    try:
        return _trust([crypto.X509.from_cryptography(one.parsed) for one in bundle], bundle)
    except crypto.Error:
        raise certificates.BadPem("OpenSSL cannot read a certificate of the given CA.") from None


@lru_cache(maxsize=1)
def system() -> Trust:
    """The trust in what this machine trusts; it may be empty."""
    return _trust(system_store.certificates(), None)


def client_context() -> SSL.Context:
    """A context as Kafka clients use it: TLS 1.2 or newer, whole chains; it records everything."""
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_min_proto_version(SSL.TLS1_2_VERSION)
    context.set_verify(SSL.VERIFY_PEER, record_error)
    context.set_info_callback(record_progress)
    return context


def _trust(trusted: Iterable[crypto.X509], bundle: tuple[Certificate, ...] | None) -> Trust:
    context, store, strict = client_context(), crypto.X509Store(), crypto.X509Store()
    strict.set_flags(crypto.X509StoreFlags.X509_STRICT)
    empty = True
    for one in trusted:
        empty = False
        for each in (context.get_cert_store(), store, strict):
            if each is not None:
                each.add_cert(one)
    return Trust(bundle, empty, context, store, strict)


# Remembered, for a healthy broker is asked about again and again. What time changes is no matter
# here: expiry is checked by the handshake itself, every time.
@lru_cache(maxsize=1024)
def _first_error(
    store: crypto.X509Store, served: tuple[Certificate, ...]
) -> tuple[int, str] | None:
    leaf, *others = [crypto.X509.from_cryptography(one.parsed) for one in served]
    try:
        crypto.X509StoreContext(store, leaf, others).verify_certificate()
    except crypto.X509StoreContextError as error:
        code, _, words = error.errors
        return int(code), str(words)
    return None
