"""The shape of one fault page, and the line that shows the fault on the practice Kafka.

Texts are paragraphs between blank lines, in which what stands between backticks is a command or a
name. Lines that begin with ``| `` are a command or a configuration to copy, kept as they stand;
``- `` begins an item of a list.
"""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Platform = Literal[
    "any", "msk", "confluent-cloud", "aiven", "event-hubs", "strimzi", "self-managed"
]
PLATFORMS: dict[Platform, str] = {
    "any": "Any cluster",
    "msk": "Amazon MSK",
    "confluent-cloud": "Confluent Cloud",
    "aiven": "Aiven",
    "event-hubs": "Azure Event Hubs",
    "strimzi": "Strimzi",
    "self-managed": "Self-managed Kafka",
}
# Where `kalixweb practice up` listens unless told otherwise, in the order of its listeners.
PORT_BASE = 19200
LISTENERS = (
    "good", "expired", "wrongname", "otherca", "only256", "plainonly", "mtls", "plain", "advdns",
    "advrefused", "tls12", "saslplain", "selfsigned", "soon", "notyet", "nointermediate",
    "controller", "nothing",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A ``kalixweb probe`` line that shows the fault on the practice Kafka.

    ``typed`` is given as the password: practice passwords are printed, they protect nothing.
    ``servers`` stands in the listener's place where the fault is in the address itself.
    ``ca``: None gives no CA, "ca.pem" the one that ``practice up`` prints, else a file to make.
    """

    listener: str = "good"
    auth: str = "scram-sha-512"
    user: str = "alice"
    typed: str = "alice-practice"
    ca: str | None = "ca.pem"
    servers: str = ""
    more: str = ""

    def address(self, port_base: int = PORT_BASE) -> str:
        if self.servers:
            return self.servers
        host = "localhost" if self.listener == "wrongname" else "127.0.0.1"
        return f"{host}:{port_base + LISTENERS.index(self.listener)}"

    def arguments(self, port_base: int = PORT_BASE, ca_folder: str = "") -> list[str]:
        """What follows ``kalixweb probe``; the password comes from standard input."""
        found = self.address(port_base).split(" ")
        if self.auth != "scram-sha-512":
            found += ["--auth", self.auth]
        found += ["--user", self.user, "--password-file", "-"]
        if self.ca:
            found += ["--ca-cert", ca_folder + self.ca]
        return found + shlex.split(self.more)

    def command(self) -> str:
        value = shlex.quote(self.typed)
        return f"printf %s {value} | kalixweb probe {shlex.join(self.arguments())}"


@dataclass(frozen=True, slots=True)
class Page:
    """What to know about one fault.

    ``first``: what to do in the commonest case, one sentence. ``mend``: how on the cluster's side,
    by platform, only where it differs ("any": everywhere). ``client``: on the client's side.
    ``practice``: how to see it in the practice Kafka, or that it cannot be seen there; with a
    ``line``, the text may be empty.
    """

    title: str
    first: str
    means: str
    recognised: str
    client: str
    practice: str = ""
    line: Line | None = None
    mend: Mapping[Platform, str] = field(default_factory=dict)
    related: tuple[str, ...] = ()
