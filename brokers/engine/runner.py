"""Runs a connection test: a generator of complete snapshots, the last one with the verdict.

Node threads put events on a queue; only the thread that iterates sees results, so nothing but it
touches a database. Closing the generator, or setting the cancel, stops everything within half a
second.
"""

import queue
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import replace

from brokers.engine import faults, node_comparison, this_host, verdict
from brokers.engine import input as configuration
from brokers.engine.context import ClusterDescribed, Context, Event, NodeChanged, Session
from brokers.engine.kafka.responses import Metadata
from brokers.engine.listener import Advertised
from brokers.engine.node import NodeRun
from brokers.engine.progress import give_up, waiting_node
from brokers.engine.results import Cluster, Fault, NodeResult, RightsResult, RunResult
from brokers.engine.stages import rights
from brokers.engine.stages.sasl_login import Login
from brokers.engine.target import Server, Target
from brokers.engine.wait import Cancel, Cancelled, Deadline

# After the run's deadline every thread ends by itself; only a stuck one is not waited for.
_GRACE_SECONDS = 1.0
_JOIN_SECONDS = 0.5
_HEARTBEAT_SECONDS = 0.25


def run(target: Target, cancel: Cancel | None = None) -> Iterator[RunResult]:
    """Tests a target. Each result is complete and immutable; the last one has a verdict.

    ``cancel`` belongs to this run alone and is set when the generator is closed early.
    """
    started = time.monotonic()
    servers, _ = configuration.servers_of(target)
    found = configuration.check(target)
    if any(fault.fails for fault in found):
        yield refused(servers, found, target.user, took_ms=(time.monotonic() - started) * 1000)
        return
    own = cancel or Cancel()
    runner = _Runner(target, own, found, started)
    try:
        yield from runner.results(servers)
    finally:
        runner.end()
        if cancel is None:
            own.close()


def refused(
    servers: tuple[Server, ...], found: tuple[Fault, ...], user: str, *, took_ms: float = 0.0
) -> RunResult:
    """The result of a test that ends before any socket is opened: one of ``found`` fails."""
    nodes = tuple(_skipped(waiting_node(server, None)) for server in servers)
    result = RunResult(faults=found, nodes=nodes, took_ms=took_ms)
    return replace(result, verdict=verdict.verdict_of(result, verdict.VerdictContext(user, {})))


def _skipped(node: NodeResult) -> NodeResult:
    return replace(node, stages=tuple(replace(s, state="skipped") for s in node.stages))


class _Runner:
    def __init__(
        self, target: Target, cancel: Cancel, found: tuple[Fault, ...], started: float
    ) -> None:
        if target.password is None:
            raise ValueError("a target without a password does not pass the input checks")
        self._context = Context(
            target,
            Login(configuration.MECHANISMS[target.auth], target.user, target.password),
            tuple(rights.topic_and_need(topic)[0] for topic in target.topics),
            Deadline(started + target.limits.run, "run"),
            cancel,
        )
        self._target = target
        self._started = started
        self._faults = list(found)
        self._nodes: list[NodeResult] = []
        self._places: dict[tuple[str, int], int] = {}
        self._waiting: deque[NodeRun] = deque()
        self._threads: dict[int, threading.Thread] = {}
        self._sessions: list[Session] = []
        self._metadata: Metadata | None = None
        self._rights: tuple[RightsResult, ...] = ()

    def results(self, servers: tuple[Server, ...]) -> Iterator[RunResult]:
        for server in servers[: self._target.limits.nodes]:
            self._add(server, None)
        yield self._snapshot()
        while self._waiting or self._threads:
            self._start_waiting()
            if not self._take_events():
                self._abandon()
                break
            yield self._snapshot()
        if self._asks_rights() and not self._context.cancel.is_set:
            yield self._snapshot()
            self._ask_rights()
        self._nodes = node_comparison.private_among_public(self._nodes)
        yield self._finished()

    def end(self) -> None:
        """Stops what still runs, and closes what was kept open."""
        if self._threads:
            self._context.cancel.set()
        for thread in self._threads.values():
            thread.join(_JOIN_SECONDS)
        for session in self._sessions:
            session.client.close()

    # ----- nodes

    def _add(self, server: Server, by: Advertised | None) -> None:
        index = len(self._nodes)
        self._places[server.place] = index
        self._nodes.append(waiting_node(server, by))
        self._waiting.append(NodeRun(self._context, index, server, by))

    def _start_waiting(self) -> None:
        while self._waiting and len(self._threads) < self._target.limits.threads:
            node = self._waiting.popleft()
            thread = threading.Thread(target=node.run, name="probe-node", daemon=True)
            self._threads[node.index] = thread
            thread.start()

    def _take_events(self) -> bool:
        """Applies what has happened since; False when the run's time is over for good.

        Returns now and then although nothing has: whoever iterates can write down what it held
        back, and look whether somebody stopped the run.
        """
        left = self._context.deadline.at - time.monotonic() + _GRACE_SECONDS
        try:
            self._apply(self._context.events.get(timeout=max(min(left, _HEARTBEAT_SECONDS), 0.01)))
            while True:
                self._apply(self._context.events.get_nowait())
        except queue.Empty:
            return left > 0 or not self._threads

    def _apply(self, event: Event) -> None:
        if isinstance(event, NodeChanged):
            broker_id = self._nodes[event.index].broker_id
            self._nodes[event.index] = replace(event.node, broker_id=broker_id)
        elif isinstance(event, ClusterDescribed):
            self._take_cluster(event)
        else:
            self._threads.pop(event.index, None)
            if event.session is not None:
                self._keep(event.session)
            if event.error is not None:
                raise event.error

    def _keep(self, session: Session) -> None:
        if self._target.groups or self._target.transactional_ids:
            self._sessions.append(session)
        else:
            session.client.close()

    def _take_cluster(self, event: ClusterDescribed) -> None:
        seen = event.metadata
        if self._metadata is None:
            self._metadata = seen
            if self._target.topics:
                user = self._target.user
                self._rights = tuple(rights.topics(self._target.topics, seen.topics, user))
        elif node_comparison.are_two(self._metadata, seen):
            first = self._metadata
            self._faults.append(node_comparison.two_clusters(self._nodes, event.index, first, seen))
            return
        for broker in seen.brokers:
            place = Server(broker.host, broker.port).place
            if place in self._places:
                index = self._places[place]
                if self._nodes[index].broker_id is None:
                    self._nodes[index] = replace(self._nodes[index], broker_id=broker.id)
            elif len(self._nodes) < self._target.limits.nodes:
                self._add(Server(broker.host, broker.port), Advertised(broker.id, event.address))

    def _abandon(self) -> None:
        """Names the time limit on every node whose thread did not end by itself."""
        for index in self._threads:
            node = self._nodes[index]
            fault = faults.make(
                "run.deadline",
                what="run",
                seconds=f"{self._target.limits.run:g}",
                name=node.name,
                stage=next((s.stage for s in node.stages if s.state == "running"), "its start"),
                machine=this_host.machine(),
            )
            self._nodes[index] = give_up(node, fault)

    # ----- rights

    def _asks_rights(self) -> bool:
        return bool(self._sessions)

    def _ask_rights(self) -> None:
        """Groups and transactional ids, when every broker that could know them is logged in."""
        target, deadline = self._target, self._context.deadline
        brokers = [(session.client, session.versions) for session in self._sessions]
        try:
            ids = rights.transactional_ids(
                *brokers[0], target.transactional_ids, target.user, deadline
            )
            groups = rights.groups(brokers, target.groups, target.user, deadline)
        except Cancelled:
            return
        self._rights = (*self._rights, *groups, *ids)

    # ----- what is seen

    def _snapshot(self) -> RunResult:
        seen = self._metadata
        return RunResult(
            faults=tuple(self._faults),
            cluster=Cluster(seen.cluster_id, seen.controller) if seen else None,
            nodes=tuple(self._nodes),
            rights=self._rights,
            took_ms=(time.monotonic() - self._started) * 1000,
        )

    def _finished(self) -> RunResult:
        stopped = self._context.cancel.is_set
        if stopped:
            self._faults.insert(0, faults.make("run.stopped"))
        result = replace(self._snapshot(), stopped=stopped)
        return replace(result, verdict=verdict.verdict_of(result, self._verdict_context()))

    def _verdict_context(self) -> verdict.VerdictContext:
        leads: dict[int, list[str]] = {}
        for topic in self._metadata.topics if self._metadata else ():
            for leader in {partition.leader for partition in topic.partitions}:
                leads.setdefault(leader, []).append(topic.name)
        brokers = self._metadata.brokers if self._metadata else ()
        advertised = len({Server(broker.host, broker.port).place for broker in brokers})
        return verdict.VerdictContext(self._target.user, leads, advertised)
