"""The practice listeners: what each one does, and what to type to see it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Auth = Literal["scram-sha-512", "scram-sha-256", "plain"]
Protocol = Literal["SASL_SSL", "SSL", "SASL_PLAINTEXT", "PLAINTEXT"]


@dataclass(frozen=True)
class User:
    """A practice user; the password is fixed and printed, it protects nothing."""

    name: str
    password: str
    mechanisms: tuple[str, ...]
    may: str


ADMIN = User("admin", "admin-practice", ("SCRAM-SHA-512", "SCRAM-SHA-256"), "everything")
ALICE = User(
    "alice",
    "alice-practice",
    ("SCRAM-SHA-512",),
    "read and write orders, read shipments, group orders-svc",
)
READER = User("reader", "reader-practice", ("SCRAM-SHA-512", "SCRAM-SHA-256"), "read shipments")
BOB = User("bob", "bob-practice", ("SCRAM-SHA-256",), "read orders")
PLAIN_USER = User("plain-user", "plain-practice", ("PLAIN",), "read and write orders")
USERS = {user.name: user for user in (ADMIN, ALICE, READER, BOB, PLAIN_USER)}


@dataclass(frozen=True)
class Recipe:
    """How one listener is configured, and the fault that a test of it names (None: it passes)."""

    name: str
    offset: int
    shows: str
    fault: str | None = None
    certificate: str = "good"
    protocol: Protocol = "SASL_SSL"
    auth: Auth = "scram-sha-512"
    user: User = ALICE
    host: str = "127.0.0.1"
    advertised: str | None = None  # HOST:PORT, or HOST:+OFFSET; None: host and port of the listener
    extra: dict[str, str] = field(default_factory=dict)


CONTROLLER_OFFSET = 16
CLOSED_OFFSET = 17  # nothing ever listens there

RECIPES = (
    Recipe("good", 0, "everything works"),
    Recipe("expired", 1, "the certificate ended three days ago", "tls.expired", "expired"),
    Recipe(
        "wrongname",
        2,
        "the certificate is for *.kafka.invalid",
        "tls.hostname",
        "wrongname",
        host="localhost",
    ),
    Recipe("otherca", 3, "signed by a CA that you do not trust", "tls.unknown_ca", "otherca"),
    Recipe(
        "only256",
        4,
        "takes SCRAM-SHA-256 only (bob can log in)",
        "sasl.mechanism_not_offered",
        extra={"sasl.enabled.mechanisms": "SCRAM-SHA-256"},
    ),
    Recipe(
        "plainonly",
        5,
        "takes PLAIN over TLS only, and works",
        auth="plain",
        user=PLAIN_USER,
        extra={"sasl.enabled.mechanisms": "PLAIN"},
    ),
    Recipe(
        "mtls",
        6,
        "wants a client certificate",
        "tls.client_certificate_required",
        protocol="SSL",
        extra={"ssl.client.auth": "required"},
    ),
    Recipe("plain", 7, "speaks no TLS and wants no login", "tls.plaintext_kafka",
           protocol="PLAINTEXT"),
    Recipe(
        "advdns",
        8,
        "sends clients on to a name that nobody can resolve",
        "listener.unresolvable",
        advertised="b-1.kafka.invalid:9096",
    ),
    Recipe(
        "advrefused",
        9,
        "sends clients on to a port where nothing listens",
        "listener.unreachable",
        advertised=f"127.0.0.1:+{CLOSED_OFFSET}",
    ),
    Recipe("tls12", 10, "TLS 1.2 only, and works", extra={"ssl.enabled.protocols": "TLSv1.2"}),
    Recipe("saslplain", 11, "wants a login, but speaks no TLS", "tls.plaintext_kafka",
           protocol="SASL_PLAINTEXT"),
    Recipe("selfsigned", 12, "the certificate signed itself", "tls.self_signed", "selfsigned"),
    Recipe("soon", 13, "works, but the certificate ends in ten days", "tls.expires_soon", "soon"),
    Recipe("notyet", 14, "the certificate starts in two days", "tls.not_yet_valid", "notyet"),
    Recipe(
        "nointermediate",
        15,
        "leaves out the certificate in the middle of its chain",
        "tls.missing_intermediate",
        "nointermediate",
    ),
)  # fmt: skip
CONTROLLER = Recipe(
    "controller",
    CONTROLLER_OFFSET,
    "the cluster's own controller port, not meant for clients",
    "kafka.controller_port",
    protocol="PLAINTEXT",
)
PORTS = CLOSED_OFFSET + 1  # how many ports in a row belong to the practice Kafka


@dataclass(frozen=True)
class Listener:
    """One practice listener, as a person or a test would fill it into a connection."""

    name: str
    host: str
    port: int
    auth: Auth
    user: str
    password: str
    ca_path: Path
    expected_fault: str | None
    shows: str

    @property
    def server(self) -> str:
        """The bootstrap server as ``host:port``."""
        return f"{self.host}:{self.port}"


def listeners(port_base: int, ca_path: Path) -> dict[str, Listener]:
    """Every listener by name, the controller's included."""
    return {
        recipe.name: Listener(
            name=recipe.name,
            host=recipe.host,
            port=port_base + recipe.offset,
            auth=recipe.auth,
            user=recipe.user.name,
            password=recipe.user.password,
            ca_path=ca_path,
            expected_fault=recipe.fault,
            shows=recipe.shows,
        )
        for recipe in (*RECIPES, CONTROLLER)
    }
