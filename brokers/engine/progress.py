"""Where a node stands: each step becomes a new immutable NodeResult that the runner is told."""

import time
from dataclasses import replace
from typing import NoReturn

from brokers.engine import faults, listener, this_host
from brokers.engine.context import Context, NodeChanged
from brokers.engine.listener import Advertised
from brokers.engine.results import (
    ADVERTISED_STAGES,
    BOOTSTRAP_STAGES,
    Fault,
    NodeResult,
    StageResult,
    finished,
)
from brokers.engine.sanitise import sanitised
from brokers.engine.target import Server
from brokers.engine.tls.channel import ClientCertificateRequired
from brokers.engine.wait import DeadlinePassed


class Ended(Exception):
    """The node stopped at a stage, which holds the reason."""


def waiting_node(server: Server, by: Advertised | None) -> NodeResult:
    stages = BOOTSTRAP_STAGES if by is None else ADVERTISED_STAGES
    return NodeResult(
        server.host,
        server.port,
        "bootstrap" if by is None else "advertised",
        by.broker_id if by else None,
        stages=tuple(StageResult(stage) for stage in stages),
    )


class Progress:
    """One node's results so far. ``node`` is its newest state, ``stage`` where it stands."""

    def __init__(self, context: Context, index: int, server: Server, by: Advertised | None) -> None:
        self._context = context
        self._index = index
        self._server = server
        self._by = by
        self._started = 0.0
        self.node = waiting_node(server, by)
        self.stage = ""

    def begin(self, stage: str) -> None:
        self._context.cancel.check()
        self.stage = stage
        self._started = time.monotonic()
        self._publish(self.node.with_stage(StageResult(stage, "running")))

    def end(self, result: StageResult) -> None:
        """Tells the result; ends the node unless the stage passed or warned."""
        if result.state == "failed" and self._by:
            result = listener.explained(result, self._server, self._by)
        took = (time.monotonic() - self._started) * 1000
        result = sanitised(replace(result, ms=took), self._context.redactor)
        self._publish(self.node.with_stage(result))
        if result.state == "failed":
            self.skip_rest()

    def skip_rest(self) -> NoReturn:
        self._publish(_with_rest_skipped(self.node))
        raise Ended

    def give_up(self, fault: Fault) -> None:
        """Ends the node where it stands, with a fault that is not the stage's own."""
        self._publish(give_up(self.node, fault))

    def wants_certificate(self, wanted: ClientCertificateRequired) -> None:
        """Under TLS 1.3 the refusal comes after the handshake: it belongs to the tls stage."""
        before = self.node.stage("tls") or StageResult("tls")
        fault = faults.make(
            "tls.client_certificate_required",
            name=self._server.name,
            host=self._server.host,
            port=self._server.port,
            auth=self._context.target.auth,
        )
        failed = replace(before, state="failed", faults=(fault, *before.faults), raw=str(wanted))
        if self._by:
            failed = listener.explained(failed, self._server, self._by)
        failed = sanitised(failed, self._context.redactor)
        self._publish(_with_rest_skipped(self.node.with_stage(failed)))

    def time_over(self, passed: DeadlinePassed) -> Fault:
        whole = passed.scope == "run"
        limits = self._context.target.limits
        return faults.make(
            "run.deadline",
            what="run" if whole else "broker",
            seconds=f"{limits.run if whole else limits.node:g}",
            name=self._server.name,
            stage=self.stage,
            machine=this_host.machine(),
        )

    def _publish(self, node: NodeResult) -> None:
        self.node = node
        self._context.events.put(NodeChanged(self._index, node))


def _with_rest_skipped(node: NodeResult) -> NodeResult:
    stages = tuple(
        StageResult(stage.stage, "skipped") if stage.state in {"waiting", "running"} else stage
        for stage in node.stages
    )
    return replace(node, stages=stages)


def give_up(node: NodeResult, fault: Fault) -> NodeResult:
    """The node, ended by this fault at the stage that it stands at."""
    open_stages = [s for s in node.stages if s.state in {"running", "waiting"}]
    if not open_stages:
        return node
    ended = node.with_stage(finished(open_stages[0].stage, fault))
    return _with_rest_skipped(ended)
