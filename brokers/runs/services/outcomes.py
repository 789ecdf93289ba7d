"""What a run leaves behind: its document while it goes on, its verdict, the connection's state."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from brokers.engine.results import RunResult, Verdict
from brokers.models import DONE, PASSED, RUNNING, WARNED, Connection, TestRun
from kalixweb.core import clock
from secrets_app.services import drafts

RECENT = 20


def keep_snapshot(run: TestRun, result: RunResult) -> bool:
    """Store how far the run is; answers False when it is not running any more."""
    open_row = TestRun.objects.for_project(run.project_id).filter(id=run.id, state=RUNNING)
    return bool(
        open_row.update(
            document=result.document(clock.now(), run.place), reach=result.reach, seq=F("seq") + 1
        )
    )


def is_open(run: TestRun) -> bool:
    """Whether the run is still running, and not stopped or deleted by somebody."""
    return TestRun.objects.for_project(run.project_id).filter(id=run.id, state=RUNNING).exists()


def finish(run: TestRun, result: RunResult) -> bool:
    """Store the verdict and what it means for the connection; False if the run had been stopped."""
    verdict = result.verdict
    if verdict is None:
        message = "A run is finished with a verdict."
        raise ValueError(message)
    now = clock.now()
    with transaction.atomic():
        ended = (
            TestRun.objects.for_project(run.project_id)
            .filter(id=run.id, state=RUNNING)
            .update(
                state=DONE,
                finished_at=now,
                verdict=verdict.state,
                fault=verdict.fault or "",
                sentence=verdict.sentence,
                reach=result.reach,
                took_ms=result.took_ms,
                document=result.document(now, run.place),
                seq=F("seq") + 1,
            )
        )
        drafts.delete(project=run.project_id, run_id=run.id)
        if ended and run.connection_id and not _asked_more(run, verdict):
            _update_connection(run, result, verdict, now)
    return bool(ended)


def _asked_more(run: TestRun, verdict: Verdict) -> bool:
    """Whether the verdict may speak of a right that was asked for in this test alone."""
    return bool(run.target.get("once")) and (verdict.fault or "").startswith("rights.")


def _update_connection(run: TestRun, result: RunResult, verdict: Verdict, now: datetime) -> None:
    rows = Connection.objects.for_project(run.project_id).select_for_update(of=("self",))
    row = rows.filter(runs=run).first()
    if row is None:
        return
    if row.state != verdict.state:
        row.state, row.state_since = verdict.state, now
    target: Mapping[str, Any] = run.target
    row.last_run_id = run.id
    row.last_fault = verdict.fault or ""
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
