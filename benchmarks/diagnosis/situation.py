"""One thing that is wrong, as a person would have it in front of them, and what runs for it."""

from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from kalixweb.practice.server import Practice
from tests.fakes import pki
from tests.fakes.kafka import Broker, Script
from tests.fakes.pki import Identity
from tests.fakes.tls import Handler, Listener

USER, PASSWORD = "alice", "alice-secret"


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What every client is given. ``fault``: the cause to be named; None: a healthy set-up.

    ``ca``: PEM, or None for the system's store, which knows one public root, or nothing at all if
    ``empty_store``. ``silent``: only silence can tell, so that the time limit is the answer's time.
    """

    name: str
    fault: str | None
    servers: str
    auth: str = "scram-sha-512"
    user: str = USER
    password: str = PASSWORD
    ca: str | None = None
    topics: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    transactional_ids: tuple[str, ...] = ()
    silent: bool = False
    empty_store: bool = False

    def document(self) -> dict[str, Any]:
        """What goes to a client; it is not told what is wrong."""
        told = asdict(self)
        return {key: told[key] for key in told.keys() - {"fault", "silent"}}


@dataclass
class World:
    """The servers of all situations, alive until ``stack`` is left."""

    stack: ExitStack
    practice: Practice
    folder: Path
    situations: list[Situation] = field(default_factory=list)

    @cached_property
    def root(self) -> Identity:
        return pki.authority("Benchmark Root")

    @cached_property
    def public_root(self) -> Identity:
        """What the system's store knows, for every client."""
        return pki.authority("Public Root")

    @cached_property
    def identity(self) -> Identity:
        """A good broker's certificate; RSA, as most brokers have it."""
        return pki.leaf(self.root, key=pki.new_key("rsa-2048"))

    def add(self, name: str, fault: str | None, servers: str, **typed: Any) -> None:
        typed.setdefault("ca", self.root.pem.decode())
        self.situations.append(Situation(name=name, fault=fault, servers=servers, **typed))

    def on_practice(self, name: str, fault: str | None, listener: str, **typed: Any) -> None:
        """As the listener's line says, but for what is ``typed`` otherwise."""
        line = self.practice.listeners[listener]
        given = {
            "servers": line.server,
            "auth": line.auth,
            "user": line.user,
            "password": line.password,
            "ca": line.ca_path.read_text(),
        }
        self.situations.append(Situation(name=name, fault=fault, **(given | typed)))

    def listen(self, handler: Handler) -> str:
        """The address of a small server that does this with every connection."""
        listener = self.stack.enter_context(Listener(handler))
        return f"127.0.0.1:{listener.port}"

    def broker(
        self,
        identity: Identity | None = None,
        script: Script | None = None,
        context: dict[str, Any] | None = None,
        **knobs: Any,
    ) -> Broker:
        """A small broker; it forgives clients what the product may never ask."""
        made = script or Script(forgiving=True, **knobs)
        return self.stack.enter_context(Broker(identity or self.identity, made, **(context or {})))
