"""Everything that the page of a run shows, put together once from the run's row."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from brokers.engine.document import Document, VerdictSeen, read
from brokers.engine.report.tested_configuration import ReportedTarget, command_to_run_inside
from brokers.models import DRAFT, OPEN, Connection, TestRun
from brokers.runs.queries import runs
from brokers.runs.views import (
    certificates,
    evidence,
    headline,
    history,
    reports,
    since_last_pass,
    tested_with,
    trace,
)
from brokers.runs.views.actions import Actions
from brokers.runs.views.actions import build as actions_of
from brokers.runs.views.headline import Headline


@dataclass(frozen=True, slots=True)
class RunPage:
    """``version`` changes whenever the page would; ``is_open`` while it still can.

    ``inside``: the command that makes the same test in the network that matters, if one is named.
    """

    run: TestRun
    connection: Connection | None
    headline: Headline
    is_open: bool
    version: str
    document: Document
    trace: trace.Trace
    found: tuple[evidence.Found, ...]
    rights: tuple[evidence.RightRow, ...]
    rights_line: str
    certificates: certificates.Certificates
    seen: tuple[tuple[str, str], ...]
    tested: tuple[tested_with.Fact, ...]
    actions: Actions
    inside: str
    strip: history.Strip
    since: since_last_pass.SinceGood | None
    before: TestRun | None
    previous: TestRun | None
    is_latest: bool
    report: str
    form_url: str

    @property
    def verdict(self) -> VerdictSeen | None:
        return None if self.is_open else self.document.verdict


def version(run: TestRun, now: datetime) -> str:
    """A short word that differs whenever the page would."""
    return f"{run.state_at(now)}-{run.seq}{'-late' if run.is_late(now) else ''}"


def build(run: TestRun, now: datetime, project: str, rights: Collection[str]) -> RunPage:
    """Read what belongs to the run beside its row, and put the page together.

    ``project`` is its name, for links; ``rights`` are the visitor's.
    """
    document = read(run.document)
    is_open = run.state_at(now) in OPEN
    grid = trace.build(document, ended=not is_open)
    past = runs.history(run)
    top = headline.build(run, document, grid, name_of(run), now)
    return RunPage(
        run=run,
        connection=run.connection,
        headline=top,
        is_open=is_open,
        version=version(run, now),
        document=document,
        trace=grid,
        found=() if is_open else evidence.also_found(document, grid),
        rights=evidence.rights(document, run.target.get("topics", ())),
        rights_line=evidence.rights_line(document, run.target.get("topics", ())),
        certificates=certificates.build(document, grid, now),
        seen=evidence.seen(document),
        tested=tested_with.facts(run, project),
        actions=Actions() if is_open else actions_of(run, document, rights, project),
        inside="" if is_open else command_to_run_inside(document, ReportedTarget.of(run.target)),
        strip=history.strip_of_runs(past),
        since=None if is_open else since_last_pass.build(run, document),
        before=None if is_open else history.before(run, past),
        previous=next((one for one in past if one.queued_at < run.queued_at), None),
        is_latest=run.connection is not None and run.connection.last_run_id == run.pk,
        report="" if is_open else reports.of_run(run),
        form_url=tested_with.form_address(run, project) if _back(run, rights) else "",
    )


def _back(run: TestRun, rights: Collection[str]) -> bool:
    """Whether the visitor can go on with the form of this draft."""
    wanted = "connection.edit" if run.target.get("draft_of") else "connection.create"
    return run.origin == DRAFT and wanted in rights


def name_of(run: TestRun) -> str:
    """What was tested: the connection's name, or what a draft was going to be called."""
    return run.connection.name if run.connection else str(run.target.get("name") or "this draft")
