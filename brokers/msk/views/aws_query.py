"""An inquiry as a page shows it, and asking one from a page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages

from brokers import tasks
from brokers.connections.services.limits import TooManyInquiries
from brokers.models import DONE, OPEN, QUEUED, RUNNING, STOPPED, AwsAccount, AwsInquiry, MskSetup
from brokers.msk.aws_queries import requests
from brokers.runs.views.headline import PATIENCE
from kalixweb.core import clock
from kalixweb.core.htmx import HttpRequest

_REFUSALS = (requests.HostNotServed, requests.NotAQuestion, TooManyInquiries)


@dataclass(frozen=True, slots=True)
class Shown:
    """An inquiry at this moment; ``document`` is what AWS said so far."""

    row: AwsInquiry
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


def shown(row: AwsInquiry | None) -> Shown | None:
    """The inquiry for a page; past its deadline it has stopped, whoever says so."""
    if row is None:
        return None
    now = clock.now()
    late = row.state == QUEUED and now - row.queued_at > PATIENCE
    return Shown(row, phase(row, now), late)


def phase(row: AwsInquiry, now: datetime) -> str:
    """The state as any reader sees it."""
    is_over = row.deadline_at is not None and row.deadline_at < now
    return STOPPED if row.state == RUNNING and is_over else row.state


def version(rows: Iterable[AwsInquiry]) -> str:
    """A short word that differs whenever a page that shows the open ones of these would."""
    now = clock.now()
    parts = [
        f"{row.kind}-{phase(row, now)}-{row.seq}{'-late' if now - row.queued_at > PATIENCE else ''}"
        for row in rows
        if phase(row, now) in OPEN
    ]
    return ".".join(sorted(parts))


def ask(
    request: HttpRequest,
    account: AwsAccount,
    kind: str,
    asked: Mapping[str, Any] | None = None,
    setup: MskSetup | None = None,
) -> AwsInquiry | None:
    """Ask AWS and queue it; None with the reason among the messages."""
    try:
        row, is_new = requests.request(
            actor=request.actor, account=account, kind=kind, asked=asked, setup=setup
        )
    except _REFUSALS as refused:
        messages.error(request, str(refused))
        return None
    if is_new or requests.take_resend(row):
        tasks.send_inquiry(row, request.actor)
    return row
