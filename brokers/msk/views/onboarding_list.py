"""Onboardings as a list shows them: how far each came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from brokers.models import MskOnboarding
from brokers.msk.onboarding import progress
from brokers.msk.onboarding.progress import DONE, WRONG
from brokers.msk.views.urls import step_address
from kalixweb.core.htmx import HttpRequest
from kalixweb.projects.access import ProjectRequest
from kalixweb.projects.models import Project

MOST = 30
RIGHTS = {"msk.read", "connection.create"}


@dataclass(frozen=True, slots=True)
class OnboardingRow:
    """``state`` is a mark's; ``sentence`` says what is next or wrong."""

    name: str
    url: str
    state: str
    word: str
    sentence: str
    account: str
    region: str
    changed_at: datetime


def build(project: Project, onboardings: Sequence[MskOnboarding]) -> list[OnboardingRow]:
    """One row an onboarding; the steps of all of them cost two queries."""
    steps = progress.steps_of_many(project.id, onboardings)
    return [_row(project, onboarding, steps[onboarding.id]) for onboarding in onboardings]


def may_onboard(request: HttpRequest) -> bool:
    """Whether the visitor can begin an onboarding and go on with one."""
    return cast("ProjectRequest", request).rights >= RIGHTS


def _row(
    project: Project, onboarding: MskOnboarding, steps: list[progress.OnboardingStep]
) -> OnboardingRow:
    done = sum(step.state == DONE for step in steps)
    at = progress.next_step(steps)
    if done == len(steps):
        state, word = "passed", "Works"
    elif at.state == WRONG:
        state, word = "failed", f"{done} of {len(steps)} steps"
    else:
        state, word = "waiting", f"{done} of {len(steps)} steps"
    return OnboardingRow(
        name=onboarding.cluster_name or "No cluster chosen yet",
        url=step_address(project, onboarding, at.id),
        state=state,
        word=word,
        sentence=at.sentence if state == "passed" else f"{at.title}: {at.sentence}",
        account=onboarding.account.name if onboarding.account else "",
        region=onboarding.account.region if onboarding.account else "",
        changed_at=onboarding.changed_at,
    )
