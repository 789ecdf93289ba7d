"""One request for one step of an onboarding."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse

from brokers.models import BROKERS, AwsQuery, MskOnboarding
from brokers.msk.aws_queries import lookup
from brokers.msk.onboarding import lifecycle
from brokers.msk.views.urls import step_address
from kalixweb.core.htmx import HttpRequest, go_to
from kalixweb.projects.access import ProjectRequest
from kalixweb.projects.models import Project


@dataclass(frozen=True)
class StepRequest:
    """Who asks for which step of which onboarding; what AWS answered is read once."""

    request: HttpRequest
    project: Project
    onboarding: MskOnboarding
    step: str

    @property
    def rights(self) -> frozenset[str]:
        return cast("ProjectRequest", self.request).rights

    @cached_property
    def readiness(self) -> AwsQuery | None:
        """The newest finished run about the present account and cluster."""
        return lookup.readiness_of(self.onboarding)

    @cached_property
    def bootstrap(self) -> AwsQuery | None:
        """The newest answer with the bootstrap strings of the present cluster."""
        return (
            lookup.answered_of_onboarding(self.onboarding, BROKERS)
            if self.onboarding.cluster_arn
            else None
        )

    @property
    def strings(self) -> Sequence[dict[str, Any]]:
        """Those bootstrap strings, the taken one marked."""
        document = (self.bootstrap.document if self.bootstrap else None) or {}
        chosen = document.get("chosen")
        return [one | {"is_chosen": one["field"] == chosen} for one in document.get("strings", ())]

    def to(self, step: str) -> HttpResponse:
        """Go to a step of the same onboarding."""
        return go_to(self.request, step_address(self.project, self.onboarding, step))

    def change(self, changes: lifecycle.Changes) -> None:
        """Save what the step asked for. Raises as ``lifecycle.change`` does."""
        lifecycle.change(actor=self.request.actor, onboarding=self.onboarding, changes=changes)

    def say(self, sentence: str) -> None:
        """Tell the visitor on the next page."""
        messages.success(self.request, sentence)
