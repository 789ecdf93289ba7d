"""The last step: the test, which grows here as it does on its own page."""

from typing import Any

from brokers.connections.views import drafts
from brokers.models import OPEN, MskOnboarding, TestRun
from brokers.msk.views.step_request import StepRequest
from brokers.runs.queries import runs
from brokers.runs.views import run_page
from kalixweb.core import clock


def show(step_request: StepRequest) -> dict[str, Any]:
    """The newest run of the connection, if there was one."""
    newest = _newest(step_request.onboarding)
    return {
        "run_page": drafts.panel(step_request.request, step_request.project, newest)
        if newest
        else None
    }


def version(onboarding: MskOnboarding) -> str:
    """As the run's own page has it, while the run is open; else ""."""
    newest, now = _newest(onboarding), clock.now()
    if newest is None or newest.state_at(now) not in OPEN:
        return ""
    return run_page.version(newest, now)


def _newest(onboarding: MskOnboarding) -> TestRun | None:
    return runs.of_connection(onboarding.connection).first() if onboarding.connection else None
