"""The last step: the test, which grows here as it does on its own page."""

from typing import Any

from brokers.queries import runs
from brokers.views import drafts
from brokers.views.msk.visit import Visit


def show(visit: Visit) -> dict[str, Any]:
    """The newest run of the connection, if there was one."""
    connection = visit.setup.connection
    newest = runs.of_connection(connection).first() if connection else None
    return {"page": drafts.panel(visit.request, visit.project, newest) if newest else None}
