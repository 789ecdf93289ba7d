"""How the served certificates hang together, and what OpenSSL's numbers say about them."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from brokers.engine.faults import make
from brokers.engine.results import Fault
from brokers.engine.target import Server
from brokers.engine.tls.host_names import Match
from brokers.engine.tls.session import VerifyError
from brokers.engine.tls.trust_store import UNTRUSTED, Trust
from secrets_app.certificates import Certificate, describe, signed_by

NOT_YET_VALID, EXPIRED = frozenset({9, 13}), frozenset({10, 14})
PURPOSE = 26
WEAK = frozenset({66, 67, 68})
PATH_RULES = {
    6: "its key cannot be read",
    7: "its signature does not fit its issuer's key",
    22: "the chain is too long",
    24: "it issued a certificate without being a CA",
    25: "its issuer allows fewer intermediates beneath it",
    26: "it may not issue certificates for servers",
    32: "its key usage does not allow issuing certificates",
    34: "it has a critical extension that clients do not know",
    47: "it has a name that its issuer is not permitted to certify",
    48: "it has a name that its issuer is forbidden to certify",
    79: "it issued a certificate without being a CA",
}


@dataclass(frozen=True, slots=True)
class Case:
    """All evidence of one handshake: the server asked, what it served, and what OpenSSL minded."""

    server: Server
    served: tuple[Certificate, ...]
    errors: tuple[VerifyError, ...]
    trust: Trust
    match: Match
    now: datetime

    @property
    def fault(self) -> Callable[..., Fault]:
        """Makes a fault of this server: ``case.fault(code, **seen)``."""
        return fault_of(self.server)

    @property
    def leaf(self) -> Certificate:
        return self.served[0]

    @property
    def untrusted(self) -> bool:
        """Whether the chain does not end at anything trusted."""
        return any(error.code in UNTRUSTED for error in self.errors)

    @property
    def given(self) -> tuple[Certificate, ...]:
        """The certificates of the given CA; none when the system's store is asked."""
        return self.trust.given or ()

    @property
    def path(self) -> tuple[Certificate, ...]:
        """From the leaf upwards as far as served certificates reach."""
        return upwards(self.leaf, self.served)

    @property
    def whole_path(self) -> tuple[Certificate, ...]:
        """From the leaf upwards as far as served and given certificates reach."""
        return upwards(self.leaf, (*self.given, *self.served))

    def concerned(self, codes: Collection[int]) -> tuple[tuple[Certificate, int], ...]:
        """Each certificate that drew one of these errors, once, with its depth; the top first."""
        found = {e.der: e.depth for e in self.errors if e.code in codes}
        pairs = [(describe(der), depth) for der, depth in found.items()]
        return tuple(sorted(pairs, key=lambda pair: -pair[1]))

    def codes_of(self, certificate: Certificate) -> frozenset[int]:
        return frozenset(e.code for e in self.errors if e.der == certificate.der)


def fault_of(server: Server) -> Callable[..., Fault]:
    """``make`` with the host, an IPv6 address in brackets, and the port filled in."""
    host = f"[{server.host}]" if ":" in server.host else server.host
    return partial(make, host=host, port=server.port)


def upwards(start: Certificate, pool: Sequence[Certificate]) -> tuple[Certificate, ...]:
    """``start`` and its issuers among ``pool``, nearest first."""
    path = [start]
    while not path[-1].self_signed:
        issuer = issuer_of(path[-1], pool)
        if issuer is None or issuer in path:
            break
        path.append(issuer)
    return tuple(path)


def issuer_of(certificate: Certificate, pool: Sequence[Certificate]) -> Certificate | None:
    """The one among ``pool`` whose key signed the certificate."""
    for one in pool:
        if one.subject == certificate.issuer and signed_by(certificate, one):
            return one
    return None
