"""A query as a page shows it, and asking one from a page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from brokers import tasks
from brokers.models import DONE, OPEN, STOPPED, AwsAccount, AwsQuery, MskOnboarding
from brokers.msk.aws_queries import requests
from kalixweb.accounts.refusals import shown_next
from kalixweb.core import clock
from kalixweb.core.htmx import HttpRequest
from kalixweb.jobs.transitions import take_resend


@dataclass(frozen=True, slots=True)
class QueryView:
    """A query at this moment; ``document`` is what AWS said so far."""

    row: AwsQuery
    phase: str
    is_late: bool

    @property
    def is_open(self) -> bool:
        return self.phase in OPEN

    @property
    def is_stopped(self) -> bool:
        return self.phase == STOPPED

    @property
    def is_answered(self) -> bool:
        return self.phase == DONE and not self.row.failure

    @property
    def failure(self) -> Mapping[str, Any] | None:
        return None if self.is_open else self.row.failure

    @property
    def document(self) -> dict[str, Any]:
        return self.row.document or {}


def view_of(row: AwsQuery | None) -> QueryView | None:
    """The query for a page; past its deadline it has stopped, whoever says so."""
    if row is None:
        return None
    now = clock.now()
    return QueryView(row, row.state_at(now), row.is_late(now))


def version(rows: Iterable[AwsQuery]) -> str:
    """A short word that differs whenever a page that shows the open ones of these would."""
    now = clock.now()
    parts = [
        f"{row.kind}-{row.state_at(now)}-{row.seq}{'-late' if row.is_late(now) else ''}"
        for row in rows
        if row.state_at(now) in OPEN
    ]
    return ".".join(sorted(parts))


def request_query(
    request: HttpRequest,
    account: AwsAccount,
    kind: str,
    parameters: Mapping[str, Any] | None = None,
    onboarding: MskOnboarding | None = None,
) -> AwsQuery | None:
    """Ask AWS and queue it; None with the reason among the messages."""
    with shown_next(request):
        row, is_new = requests.request(
            actor=request.actor,
            account=account,
            kind=kind,
            parameters=parameters,
            onboarding=onboarding,
        )
        if is_new or take_resend(row):
            tasks.send(row, request.actor)
        return row
    return None
