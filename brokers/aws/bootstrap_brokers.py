"""The bootstrap broker strings of a cluster, and what each is for."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from brokers.aws.arn import ClusterArn
from brokers.aws.wording import uncut

if TYPE_CHECKING:
    from brokers.aws.client import Aws

PREFIX = "BootstrapBrokerString"
PUBLIC_SCRAM = f"{PREFIX}PublicSaslScram"
PRIVATE_SCRAM = f"{PREFIX}SaslScram"


class _Meaning(NamedTuple):
    serves: str
    note: str


_INSIDE = "Its names lead to private addresses: it works inside the cluster's VPC, or a peered one."
_IAM = "Clients sign in by IAM there; user name and password are not taken."
_MUTUAL = "Clients show a certificate there; user name and password are not taken."
_VPC = "Only by a managed VPC connection of the account that owns it."
_DUAL = "For clients that speak IPv6; it serves a dual-stack cluster, from inside and outside."
# In the order in which they are shown: what serves a connection comes first.
_FIELDS: dict[str, _Meaning] = {
    "PublicSaslScram": _Meaning("public, user name and password", "Reached from anywhere."),
    "SaslScram": _Meaning("private, user name and password", _INSIDE),
    "SaslScramIpv6": _Meaning("IPv6, user name and password", _DUAL),
    "VpcConnectivitySaslScram": _Meaning("multi-VPC, user name and password", _VPC),
    "PublicSaslIam": _Meaning("public, IAM", _IAM),
    "SaslIam": _Meaning("private, IAM", _IAM),
    "SaslIamIpv6": _Meaning("IPv6, IAM", _IAM),
    "VpcConnectivitySaslIam": _Meaning("multi-VPC, IAM", _IAM),
    "PublicTls": _Meaning("public, TLS", _MUTUAL),
    "Tls": _Meaning("private, TLS", f"{_MUTUAL[:-1]}, unless anyone may come."),
    "TlsIpv6": _Meaning("IPv6, TLS", _MUTUAL),
    "VpcConnectivityTls": _Meaning("multi-VPC, TLS", _MUTUAL),
    "": _Meaning("private, plaintext", "Nothing is encrypted there."),
    "Ipv6": _Meaning("IPv6, plaintext", "Nothing is encrypted there."),
}


@dataclass(frozen=True)
class BootstrapString:
    """One string that MSK returned: what it serves, and a sentence about it."""

    field: str
    servers: tuple[str, ...]
    serves: str
    note: str

    @property
    def usable(self) -> bool:
        """Whether it takes user name and password."""
        return "Scram" in self.field

    @property
    def text(self) -> str:
        return ",".join(self.servers)


@dataclass(frozen=True)
class Bootstrap:
    """What GetBootstrapBrokers returned; ``chosen`` is the field that a connection takes."""

    strings: tuple[BootstrapString, ...]
    chosen: str | None

    def of(self, field: str) -> BootstrapString | None:
        """The string of that field, where MSK returned one."""
        return next((one for one in self.strings if one.field == field), None)

    @property
    def servers(self) -> tuple[str, ...]:
        """Of the chosen string; empty when there is none for user name and password."""
        chosen = self.of(self.chosen) if self.chosen else None
        return chosen.servers if chosen else ()

    def kind_of(self, servers: Iterable[str]) -> BootstrapString | None:
        """Which of the strings a list of servers is, whatever its order."""
        wanted = as_set(servers)
        return next((one for one in self.strings if as_set(one.servers) == wanted), None)


def fetch(aws: "Aws", arn: ClusterArn) -> Bootstrap:
    """Ask MSK for the strings; raises AwsFailure."""
    return read(answer_of(aws, arn))


def answer_of(aws: "Aws", arn: ClusterArn) -> dict[str, str]:
    """What MSK answers, with one string at least; raises AwsFailure."""
    fields = [PREFIX + name for name in _FIELDS]
    return aws.call("kafka", "get_bootstrap_brokers", one_of=fields, ClusterArn=str(arn))


def read(answer: dict[str, str]) -> Bootstrap:
    """The strings in an answer of GetBootstrapBrokers: public SCRAM first, then private."""
    strings = tuple(
        BootstrapString(PREFIX + name, servers, *meaning)
        for name, meaning in _FIELDS.items()
        if (servers := _printable(answer.get(PREFIX + name)))
    )
    present = {one.field for one in strings}
    chosen = (field for field in (PUBLIC_SCRAM, PRIVATE_SCRAM) if field in present)
    return Bootstrap(strings, next(chosen, None))


def _printable(value: object) -> tuple[str, ...]:
    return tuple(map(uncut, servers_of(value))) if isinstance(value, str) else ()


def servers_of(text: str) -> tuple[str, ...]:
    """``host:port`` for each server in a text; commas, spaces and line ends part them."""
    return tuple(one for one in re.split(r"[\s,;]+", text) if one)


def as_set(servers: Iterable[str]) -> frozenset[str]:
    """For comparing: neither order nor letter case matters."""
    return frozenset(server.lower() for server in servers)
