"""Walks as a list shows them: how far each came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from brokers.models import MskSetup
from brokers.msk.onboarding import progress
from brokers.msk.onboarding.progress import DONE, WRONG
from brokers.msk.views.urls import step_address
from kalixweb.core.htmx import HttpRequest
from kalixweb.projects.access import ProjectRequest
from kalixweb.projects.models import Project

MOST = 30
RIGHTS = {"msk.read", "connection.create"}


@dataclass(frozen=True, slots=True)
class Row:
    """``state`` is a mark's; ``sentence`` says what is next or wrong."""

    name: str
    url: str
    state: str
    word: str
    sentence: str
    account: str
    region: str
    changed_at: datetime


def build(project: Project, walks: Sequence[MskSetup]) -> list[Row]:
    """One row a walk; the steps of all of them cost two queries."""
    steps = progress.steps_of_many(project.id, walks)
    return [_row(project, walk, steps[walk.id]) for walk in walks]


def may_walk(request: HttpRequest) -> bool:
    """Whether the visitor can begin a walk and go on with one."""
    return cast("ProjectRequest", request).rights >= RIGHTS


def _row(project: Project, walk: MskSetup, steps: list[progress.Step]) -> Row:
    done = sum(step.state == DONE for step in steps)
    at = progress.next_step(steps)
    if done == len(steps):
        state, word = "passed", "Works"
    elif at.state == WRONG:
        state, word = "failed", f"{done} of {len(steps)} steps"
    else:
        state, word = "waiting", f"{done} of {len(steps)} steps"
    return Row(
        name=walk.cluster_name or "No cluster chosen yet",
        url=step_address(project, walk, at.id),
        state=state,
        word=word,
        sentence=at.sentence if state == "passed" else f"{at.title}: {at.sentence}",
        account=walk.account.name if walk.account else "",
        region=walk.account.region if walk.account else "",
        changed_at=walk.changed_at,
    )
