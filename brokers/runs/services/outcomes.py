"""What a run leaves behind: its document while it goes on, its verdict, the connection's state."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from brokers.engine.results import RunResult, Verdict
from brokers.models import PASSED, WARNED, Connection, TestRun
from brokers.runs.services.state_changes import set_state
from kalixweb.core import clock
from kalixweb.jobs import transitions

RECENT = 20


def so_far(run: TestRun, result: RunResult) -> dict[str, Any]:
    """The columns of a run that goes on."""
    return {"document": result.document(clock.now(), run.place), "reach": result.reach}


def finish(run: TestRun, result: RunResult) -> bool:
    """Store the verdict and what it means for the connection; False if the run had been stopped."""
    verdict = result.verdict
    if verdict is None:
        message = "A run is finished with a verdict."
        raise ValueError(message)
    now = clock.now()
    with transaction.atomic():
        ended = transitions.finish(
            run,
            finished_at=now,
            verdict=verdict.state,
            fault=verdict.fault or "",
            sentence=verdict.sentence,
            took_ms=result.took_ms,
            **so_far(run, result),
        )
        if ended and run.connection_id and not _asked_more(run, verdict):
            _update_connection(run, result, verdict, now)
    return ended


def _asked_more(run: TestRun, verdict: Verdict) -> bool:
    """Whether the verdict may speak of a right that was asked for in this test alone."""
    return bool(run.target.get("once")) and (verdict.fault or "").startswith("rights.")


def _update_connection(run: TestRun, result: RunResult, verdict: Verdict, now: datetime) -> None:
    rows = Connection.objects.for_project(run.project_id).select_for_update(
        of=("self",), no_key=True
    )
    row = rows.filter(runs=run).first()
    if row is None:
        return
    set_state(row, state=verdict.state, fault=verdict.fault or "", run=run.id, at=now)
    target: Mapping[str, Any] = run.target
    row.last_run_id = run.id
    row.tested_at = now
    row.tested_revision = target["revision"]
    row.tested_password_version = target["password"]["version"]
    row.tested_ca_version = target["ca"]["version"] if target["ca"] else None
    row.recent = [*row.recent, [verdict.state, result.reach]][-RECENT:]
    row.certificate_ends_at = earliest_end(result) or row.certificate_ends_at
    if verdict.state in {PASSED, WARNED} and result.cluster and result.cluster.id:
        row.cluster_id = result.cluster.id
    row.save(
        update_fields=[
            "state", "state_since", "last_run", "last_fault", "tested_at", "tested_revision",
            "tested_password_version", "tested_ca_version", "recent", "certificate_ends_at",
            "cluster_id",
        ]
    )  # fmt: skip


def earliest_end(result: RunResult) -> datetime | None:
    """When the first certificate of any chain that was served ends, if any was seen."""
    ends = [
        datetime.fromisoformat(str(certificate["not_after"]))
        for node in result.nodes
        if (tls := node.stage("tls")) is not None
        for certificate in _served(tls.facts)
    ]
    return min(ends, default=None)


def _served(facts: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for certificate in facts.get("chain") or []:
        if isinstance(certificate, Mapping) and certificate.get("not_after"):
            yield certificate
