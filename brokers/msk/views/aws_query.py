"""An inquiry as a page shows it, and asking one from a page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages

from brokers import tasks
from brokers.connections.services.limits import TooManyInquiries
from brokers.models import DONE, OPEN, STOPPED, AwsAccount, AwsInquiry, MskSetup
from brokers.msk.aws_queries import requests
from kalixweb.core import clock
from kalixweb.core.htmx import HttpRequest
from kalixweb.jobs.transitions import take_resend

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
    return Shown(row, row.state_at(now), row.is_late(now))


def version(rows: Iterable[AwsInquiry]) -> str:
    """A short word that differs whenever a page that shows the open ones of these would."""
    now = clock.now()
    parts = [
        f"{row.kind}-{row.state_at(now)}-{row.seq}{'-late' if row.is_late(now) else ''}"
        for row in rows
        if row.state_at(now) in OPEN
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
    if is_new or take_resend(row):
        tasks.send(row, request.actor)
    return row
