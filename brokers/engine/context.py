"""What all nodes of one run share, and the events by which they tell the runner."""

import queue
from dataclasses import dataclass, field
from functools import cached_property

from brokers.engine.kafka.client import KafkaClient
from brokers.engine.kafka.responses import ApiVersions, Metadata
from brokers.engine.login_gate import LoginGate
from brokers.engine.results import NodeResult
from brokers.engine.stages.sasl_login import Login
from brokers.engine.target import Target
from brokers.engine.wait import Cancel, Deadline
from kalixweb.core.redaction import Redactor


@dataclass(frozen=True, slots=True)
class Session:
    """A logged-in connection that its node no longer needs."""

    client: KafkaClient
    versions: ApiVersions


@dataclass(frozen=True, slots=True)
class NodeChanged:
    """A node's newest state."""

    index: int
    node: NodeResult


@dataclass(frozen=True, slots=True)
class ClusterDescribed:
    """A bootstrap server described its cluster; ``address`` is where it did."""

    index: int
    metadata: Metadata
    address: str


@dataclass(frozen=True, slots=True)
class NodeEnded:
    """A node's thread ends; ``error`` is a bug of ours, to be raised by the runner."""

    index: int
    session: Session | None = None
    error: BaseException | None = None


Event = NodeChanged | ClusterDescribed | NodeEnded


@dataclass(frozen=True)
class Context:
    """One run. ``topics`` are bare names; ``deadline`` is the run's."""

    target: Target
    login: Login
    topics: tuple[str, ...]
    deadline: Deadline
    cancel: Cancel
    gate: LoginGate = field(default_factory=LoginGate)
    events: "queue.SimpleQueue[Event]" = field(default_factory=queue.SimpleQueue)

    @cached_property
    def redactor(self) -> Redactor:
        return Redactor([self.login.password])
