"""Runs the engine on a practice listener, and says the two things that a client knows as well."""

from dataclasses import dataclass
from pathlib import Path

from brokers.engine import runner
from brokers.engine.results import NodeResult, RunResult
from brokers.engine.target import Target, TargetPolicy
from kalixweb.core.secret_value import SecretValue
from kalixweb.practice.listeners import Listener
from tests.contract.client import ClientSays, ask
from tests.fakes.practice import Cluster

_GOOD = {"passed", "warned"}


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """What a person fills in; the same goes to the engine and to a real client."""

    servers: str
    auth: str
    user: str
    password: str
    ca_pem: bytes | None
    topics: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    transactional_ids: tuple[str, ...] = ()

    @classmethod
    def of(cls, listener: Listener) -> "Configuration":
        return cls(
            servers=listener.server,
            auth=listener.auth,
            user=listener.user,
            password=listener.password,
            ca_pem=Path(listener.ca_path).read_bytes(),
        )

    @classmethod
    def of_cluster(cls, cluster: Cluster) -> "Configuration":
        """The first broker of three."""
        return cls(
            servers=cluster.nodes[0],
            auth="scram-sha-512",
            user=cluster.user,
            password=cluster.password,
            ca_pem=cluster.ca_path.read_bytes(),
        )

    def test(self) -> RunResult:
        """The last snapshot of a run."""
        target = Target(
            servers=self.servers,
            auth=self.auth,
            user=self.user,
            password=SecretValue(self.password),
            ca_pem=self.ca_pem,
            topics=self.topics,
            groups=self.groups,
            transactional_ids=self.transactional_ids,
            policy=TargetPolicy(loopback=True),
        )
        *_, last = runner.run(target)
        return last

    def ask_client(self) -> ClientSays:
        """What librdkafka can do with it."""
        return ask(
            self.servers,
            auth=self.auth,
            user=self.user,
            password=self.password,
            ca_pem=self.ca_pem,
        )


def bootstraps(result: RunResult) -> bool:
    """Whether some bootstrap server named the cluster's brokers."""
    return any(_passed(node, "metadata") for node in result.nodes if node.origin == "bootstrap")


def reaches_all(result: RunResult) -> bool:
    """Whether every broker that the cluster named took a login."""
    named = [node for node in result.nodes if node.broker_id is not None]
    return bool(named) and all(_passed(node, "sasl-login") for node in named)


def _passed(node: NodeResult, stage: str) -> bool:
    found = node.stage(stage)
    return found is not None and found.state in _GOOD
