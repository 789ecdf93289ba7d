"""The third step, and the page of the prerequisites."""

from typing import Any

from brokers.msk.views import readiness
from brokers.msk.views.step_request import Visit


def show(visit: Visit) -> dict[str, Any]:
    """The checks in the guide's order; who may look at AWS may look again at one of them."""
    ready = readiness.build(visit.setup, visit.readiness)
    is_open = ready.asked is not None and ready.asked.is_open
    return {"ready": ready, "may_check": "msk.read" in visit.rights and not is_open}
