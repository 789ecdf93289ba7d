"""One node's way through the stages, in a thread of its own."""

import socket
import time
from dataclasses import replace

from brokers.engine import faults, listener
from brokers.engine.context import ClusterDescribed, Context, NodeEnded, Session
from brokers.engine.kafka.client import KafkaClient
from brokers.engine.kafka.responses import ApiVersions
from brokers.engine.listener import Advertised
from brokers.engine.other_mechanism import OtherMechanism
from brokers.engine.progress import Ended, Progress
from brokers.engine.results import StageResult, finished
from brokers.engine.stages import (
    connect,
    kafka,
    metadata,
    resolve,
    sasl_login,
    sasl_mechanism,
    tls,
)
from brokers.engine.target import Limits, Server
from brokers.engine.tls.channel import Channel, ClientCertificateRequired
from brokers.engine.wait import Cancelled, Deadline, DeadlinePassed
from kalixweb.core.host_patterns import covers_host


class NodeRun:
    """Runs the stages of one node in order and tells the runner after each step."""

    def __init__(self, context: Context, index: int, server: Server, by: Advertised | None) -> None:
        self._context = context
        self.index = index
        self._server = server
        self._by = by
        self._deadline = context.deadline
        self._progress = Progress(context, index, server, by)
        self._channel: Channel | None = None
        self._address = ""

    def run(self) -> None:
        """Never raises: a bug travels to the runner as the error of NodeEnded."""
        session: Session | None = None
        error: BaseException | None = None
        try:
            self._deadline = self._context.deadline.within(self._limits.node, "node")
            session = self._stages()
        except Ended:
            pass
        except Cancelled:
            self._progress.give_up(faults.make("run.stopped"))
        except DeadlinePassed as passed:
            self._progress.give_up(self._progress.time_over(passed))
        except ClientCertificateRequired as wanted:
            self._progress.wants_certificate(wanted)
        except BaseException as bug:  # noqa: BLE001 - raised again by the runner
            error = bug
        finally:
            if session is None and self._channel is not None:
                self._channel.close()
            self._context.events.put(NodeEnded(self.index, session, error))

    def _stages(self) -> Session:
        client = self._reach()
        versions, offered = self._introduce(client)
        self._log_in(client, versions, offered)
        if self._by is None:
            self._describe(client, versions)
        return Session(client, versions)

    def _reach(self) -> KafkaClient:
        """resolve, connect and tls."""
        target, cancel, progress = self._context.target, self._context.cancel, self._progress
        progress.begin("resolve")
        if self._by and not 1 <= self._server.port <= 65535:
            progress.end(finished("resolve", listener.absurd_port(self._server, self._by)))
        found = resolve.run(self._server, target.policy, self._limits, self._deadline, cancel)
        progress.end(self._not_loopback(found))
        progress.begin("connect")
        reached = connect.run(self._server, found.addresses, self._limits, self._deadline, cancel)
        if reached.connection is None or reached.address is None:
            progress.end(reached.result)
            progress.skip_rest()
        progress.node = replace(progress.node, source=reached.source)
        progress.end(reached.result)
        self._address = reached.address
        self._channel = self._secure(reached.connection)
        return KafkaClient(
            self._channel,
            self._server,
            self._limits,
            client_id=target.client_id,
            redactor=self._context.redactor,
        )

    def _secure(self, connection: socket.socket) -> Channel:
        target, progress = self._context.target, self._progress
        progress.begin("tls")
        outcome = tls.run(
            connection,
            self._server,
            target.ca_pem,
            self._deadline,
            self._context.cancel,
            seconds=self._limits.tls,
            peer=(self._address, self._server.port),
        )
        if outcome.channel is None:
            progress.end(outcome.result)
            progress.skip_rest()
        self._channel = outcome.channel
        if self._by and not self._allowed():
            fault = listener.host_not_allowed(self._server, target.allowed_hosts, self._by)
            found = (fault, *outcome.result.faults)
            progress.end(replace(outcome.result, state="warned", faults=found))
            progress.skip_rest()
        progress.end(outcome.result)
        return outcome.channel

    def _introduce(self, client: KafkaClient) -> tuple[ApiVersions, frozenset[str]]:
        """kafka and sasl-mechanism: what the listener offers."""
        self._progress.begin("kafka")
        spoken = kafka.run(client, self._deadline)
        self._progress.end(spoken.result)
        versions = spoken.versions
        if versions is None:
            self._progress.skip_rest()
        login = self._context.login
        self._progress.begin(sasl_mechanism.STAGE)
        result = sasl_mechanism.run(client, login.mechanism, login.user, versions, self._deadline)
        self._progress.end(result)
        offered = result.facts.get("offered")
        names = frozenset(str(name) for name in offered) if isinstance(offered, list) else ()
        return versions, frozenset(names)

    def _log_in(self, client: KafkaClient, versions: ApiVersions, offered: frozenset[str]) -> None:
        """sasl-login, once it is this node's turn."""
        gate, context = self._context.gate, self._context
        waiting_since = time.monotonic()
        self._progress.stage = sasl_login.STAGE
        shared = self._by is not None and context.login.mechanism != "PLAIN"
        if not gate.enter(context.deadline, context.cancel, shared=shared):
            self._progress.skip_rest()
        waited = time.monotonic() - waiting_since
        later = Deadline(self._deadline.at + waited, self._deadline.scope)
        self._deadline = min(later, context.deadline, key=lambda deadline: deadline.at)
        stage = sasl_login.LoginStage(
            client,
            context.login,
            versions,
            offered=offered,
            probe_other=self._other_mechanism(versions),
        )
        self._progress.begin(sasl_login.STAGE)
        accepted = False
        try:
            result = stage.run(self._deadline)
            accepted = result.state == "passed"
        finally:
            gate.leave(accepted=accepted, spent=stage.spent, shared=shared)
        self._progress.end(result)

    def _other_mechanism(self, versions: ApiVersions) -> sasl_login.ProbeOther | None:
        if self._channel is None:
            return None
        return OtherMechanism(
            self._context, self._server, self._address, self._channel, versions
        ).knows

    def _describe(self, client: KafkaClient, versions: ApiVersions) -> None:
        context = self._context
        self._progress.begin("metadata")
        outcome = metadata.run(
            client,
            versions,
            context.topics,
            context.target.previous_cluster_id,
            self._deadline,
        )
        self._progress.end(outcome.result)
        if outcome.metadata is not None:
            context.events.put(ClusterDescribed(self.index, outcome.metadata, self._address))

    def _not_loopback(self, outcome: resolve.ResolveOutcome) -> StageResult:
        """The result of resolve, failed when an advertised address leads back to ourselves."""
        if self._by and outcome.addresses:
            fault = listener.loopback(self._server, outcome.addresses, self._by)
            if fault:
                return finished("resolve", fault, facts=outcome.result.facts)
        return outcome.result

    def _allowed(self) -> bool:
        allowed = self._context.target.allowed_hosts
        return not allowed or covers_host(allowed, self._server.host)

    @property
    def _limits(self) -> Limits:
        return self._context.target.limits
