"""The last step: the test, which grows here as it does on its own page."""

from typing import Any

from brokers.connections.views import drafts
from brokers.models import OPEN, MskSetup, TestRun
from brokers.msk.views.step_request import Visit
from brokers.runs.queries import runs
from brokers.runs.views import run_page
from kalixweb.core import clock


def show(visit: Visit) -> dict[str, Any]:
    """The newest run of the connection, if there was one."""
    newest = _newest(visit.setup)
    return {"page": drafts.panel(visit.request, visit.project, newest) if newest else None}


def version(setup: MskSetup) -> str:
    """As the run's own page has it, while the run is open; else ""."""
    newest, now = _newest(setup), clock.now()
    if newest is None or newest.state_at(now) not in OPEN:
        return ""
    return run_page.version(newest, now)


def _newest(setup: MskSetup) -> TestRun | None:
    return runs.of_connection(setup.connection).first() if setup.connection else None
