"""One request for one step of a walk."""

from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.http import HttpResponse

from brokers.models import MskSetup
from brokers.services import setups
from brokers.views.msk.finding import step_address
from kalixweb.core.htmx import HttpRequest, go_to
from kalixweb.projects.access import ProjectRequest
from kalixweb.projects.models import Project


@dataclass(frozen=True, slots=True)
class Visit:
    """Who asks for which step of which walk."""

    request: HttpRequest
    project: Project
    setup: MskSetup
    step: str

    @property
    def rights(self) -> frozenset[str]:
        return cast("ProjectRequest", self.request).rights

    def to(self, step: str) -> HttpResponse:
        """Go to a step of the same walk."""
        return go_to(self.request, step_address(self.project, self.setup, step))

    def change(self, changes: setups.Changes) -> str:
        """Save what the step asked for; the reason why not, or "". Raises Denied."""
        try:
            setups.change(actor=self.request.actor, setup=self.setup, changes=changes)
        except setups.NotAQuestion as refused:
            return refused.sentence
        return ""

    def say(self, sentence: str) -> None:
        """Tell the visitor on the next page."""
        messages.success(self.request, sentence)
