"""The third step, and the page of the prerequisites."""

from typing import Any

from brokers.msk.views import readiness
from brokers.msk.views.step_request import StepRequest


def show(step_request: StepRequest) -> dict[str, Any]:
    """The checks in the guide's order; who may look at AWS may look again at one of them."""
    page = readiness.build(step_request.onboarding, step_request.readiness)
    is_open = page.query is not None and page.query.is_open
    return {"readiness": page, "may_check": "msk.read" in step_request.rights and not is_open}
