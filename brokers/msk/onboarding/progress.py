"""Onboardings through the guide, and where each stands: derived from what is there, never
stored."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from brokers.aws.checks import CHECKS, about
from brokers.connections.queries import connections
from brokers.models import DEGRADED, FAILED, PASSED, WARNED, AwsQuery, Connection, MskOnboarding
from brokers.msk.aws_queries import lookup
from kalixweb.projects.models import Project

DONE, NEXT, WRONG, WAITING = "done", "next", "wrong", "waiting"
_OPEN = "open"


@dataclass(frozen=True, slots=True)
class OnboardingStep:
    """``state``: done, next (go on here), wrong (it keeps clients out), waiting."""

    id: str
    title: str
    state: str
    sentence: str


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What the steps are derived from. ``checks`` is state and sentence by check, ``unchecked``
    says why there are none."""

    onboarding: MskOnboarding
    unchecked: str
    checks: Mapping[str, tuple[str, str]]
    connection: Connection | None

    def failing(self, ids: Iterable[str] | None = None) -> list[str]:
        wanted = self.checks if ids is None else ids
        return [one for one in wanted if self.checks.get(one, ("",))[0] == "fail"]


def of_project(project: Project) -> QuerySet[MskOnboarding]:
    """The onboardings of a project, the ones that were gone on with last first."""
    rows = MskOnboarding.objects.for_project(project).select_related(
        "project", "account__project", "account__key_secret", "password_secret", "connection"
    )
    return rows.order_by("-changed_at", "id")


def find(project: Project, onboarding_id: UUID) -> MskOnboarding | None:
    """One onboarding with all that it refers to, or None when the project has none such."""
    return of_project(project).filter(id=onboarding_id).first()


def steps(onboarding: MskOnboarding, readiness: AwsQuery | None) -> list[OnboardingStep]:
    """The eight steps of one onboarding in order; ``readiness`` is its newest answer of that
    kind."""
    return _steps(
        _evidence(
            onboarding, readiness, _linked(onboarding.project_id, [onboarding]).get(onboarding.id)
        )
    )


def steps_of_many(
    project: UUID, onboardings: Sequence[MskOnboarding]
) -> dict[UUID, list[OnboardingStep]]:
    """The steps of many onboardings; two queries however many there are."""
    readiness, linked = (
        lookup.readiness_of_many(project, onboardings),
        _linked(project, onboardings),
    )
    return {
        onboarding.id: _steps(
            _evidence(onboarding, readiness.get(onboarding.id), linked.get(onboarding.id))
        )
        for onboarding in onboardings
    }


def _linked(project: UUID, onboardings: Sequence[MskOnboarding]) -> dict[UUID, Connection]:
    """By onboarding, the connection that it led to, with its shown state."""
    wanted = {
        onboarding.connection_id: onboarding.id
        for onboarding in onboardings
        if onboarding.connection_id
    }
    if not wanted:
        return {}
    rows = connections.with_state(Connection.objects.for_project(project).filter(id__in=wanted))
    found = {row.id: row for row in rows}
    return {
        onboarding.id: found[onboarding.connection_id]
        for onboarding in onboardings
        if onboarding.connection_id in found
    }


def next_step(found: Sequence[OnboardingStep]) -> OnboardingStep:
    """Where an onboarding is taken up again: the step to go on with, else what is wrong, else
    the end."""
    for state in (NEXT, WRONG):
        for step in found:
            if step.state == state:
                return step
    return found[-1]


def _evidence(
    onboarding: MskOnboarding, readiness: AwsQuery | None, connection: Connection | None
) -> _Evidence:
    """Checks that asked about something else tell nothing of what is there now."""
    if readiness is None:
        return _Evidence(onboarding, "Have the prerequisites checked.", {}, connection)
    if others := lookup.changed_since(readiness, onboarding, connection):
        sentence = f"They were checked for {' and '.join(others)}. Have them checked again."
        return _Evidence(onboarding, sentence, {}, connection)
    return _Evidence(onboarding, "", _states(readiness), connection)


def _states(readiness: AwsQuery) -> dict[str, tuple[str, str]]:
    document: Mapping[str, Any] = readiness.document or {}
    return {one["id"]: (one["state"], one["sentence"]) for one in document.get("checks", ())}


def _steps(evidence: _Evidence) -> list[OnboardingStep]:
    """The first open step is next; those behind it wait."""
    found = [
        _account(evidence),
        _cluster(evidence),
        _readiness(evidence),
        _user(evidence),
        _topics(evidence),
        _acls(evidence),
        _connection(evidence),
        _test(evidence),
    ]
    states = [step.state for step in found]
    first = states.index(_OPEN) if _OPEN in states else len(found)
    return [
        replace(step, state=NEXT if place == first else WAITING) if step.state == _OPEN else step
        for place, step in enumerate(found)
    ]


def _account(evidence: _Evidence) -> OnboardingStep:
    account = evidence.onboarding.account
    if account is None:
        return OnboardingStep(
            "account", "AWS account", _OPEN, "Choose how kalixweb signs in to AWS."
        )
    if not account.seen_at:
        sentence = f"{account.name}: AWS has not said yet who that is."
        return OnboardingStep("account", "AWS account", _OPEN, sentence)
    sentence = f"{account.name}, account {account.account_number} in {account.region}."
    return OnboardingStep("account", "AWS account", DONE, sentence)


def _cluster(evidence: _Evidence) -> OnboardingStep:
    if not evidence.onboarding.cluster_arn:
        return OnboardingStep("cluster", "Cluster", _OPEN, "Choose the cluster.")
    return OnboardingStep("cluster", "Cluster", DONE, f"{evidence.onboarding.cluster_name}.")


def _readiness(evidence: _Evidence) -> OnboardingStep:
    title = "Readiness"
    if evidence.unchecked:
        return OnboardingStep("readiness", title, _OPEN, evidence.unchecked)
    failing = evidence.failing()
    # Those of the user's secret, of topics and of ACLs belong to steps of their own.
    own = [one for one in failing if one not in CHECKS or CHECKS[one].subject == "cluster"]
    if own:
        count = "1 prerequisite is" if len(own) == 1 else f"{len(own)} prerequisites are"
        return OnboardingStep("readiness", title, WRONG, f"{count} missing.")
    unknown = sum(state == "could_not_tell" for state, _ in evidence.checks.values())
    sentence = f"Nothing is missing; {unknown} could not be told." if unknown else "All is there."
    return OnboardingStep("readiness", title, DONE, sentence)


def _user(evidence: _Evidence) -> OnboardingStep:
    title = "User and password"
    if not evidence.onboarding.user:
        return OnboardingStep("user", title, _OPEN, "Name the user of the connection.")
    if failing := evidence.failing(about("user")):
        return OnboardingStep("user", title, WRONG, evidence.checks[failing[0]][1])
    if evidence.onboarding.password_secret is None and evidence.connection is None:
        sentence = f"{evidence.onboarding.user}: choose or take over the password."
        return OnboardingStep("user", title, _OPEN, sentence)
    return OnboardingStep("user", title, DONE, f"{evidence.onboarding.user}.")


def _topics(evidence: _Evidence) -> OnboardingStep:
    topics = evidence.onboarding.topics
    if not topics:
        return OnboardingStep("topics", "Topics", _OPEN, "Name the topics that are needed.")
    if failing := evidence.failing(about("topics")):
        return OnboardingStep("topics", "Topics", WRONG, evidence.checks[failing[0]][1])
    count = "1 topic" if len(topics) == 1 else f"{len(topics)} topics"
    return OnboardingStep("topics", "Topics", DONE, f"{count}.")


def _acls(evidence: _Evidence) -> OnboardingStep:
    onboarding, title = evidence.onboarding, "ACLs"
    state, sentence = evidence.checks.get("acls", ("", ""))
    if state == "pass":
        return OnboardingStep("acls", title, DONE, sentence)
    if state == "fail":
        return OnboardingStep("acls", title, WRONG, sentence)
    if onboarding.acls_confirmed_at:
        return OnboardingStep(
            "acls", title, DONE, f"{onboarding.acls_confirmed_by} says that they exist."
        )
    return OnboardingStep("acls", title, _OPEN, "Add them, then confirm that they exist.")


def _connection(evidence: _Evidence) -> OnboardingStep:
    if evidence.connection is None:
        return OnboardingStep("connection", "Connection", _OPEN, "Save the connection.")
    if evidence.connection.cluster_arn != evidence.onboarding.cluster_arn:
        name, cluster = evidence.connection.name, evidence.onboarding.cluster_name
        sentence = f"{name} does not lead to {cluster} any more. Fill it in again."
        return OnboardingStep("connection", "Connection", WRONG, sentence)
    return OnboardingStep("connection", "Connection", DONE, f"{evidence.connection.name}.")


def _test(evidence: _Evidence) -> OnboardingStep:
    if evidence.connection is None:
        return OnboardingStep("test", "Test", _OPEN, "Test the connection.")
    state = connections.shown_state(evidence.connection)
    name = evidence.connection.name
    if state in {PASSED, WARNED}:
        return OnboardingStep("test", "Test", DONE, f"{name} works.")
    if state in {FAILED, DEGRADED}:
        return OnboardingStep("test", "Test", WRONG, f"{name} was tested and does not work yet.")
    return OnboardingStep("test", "Test", _OPEN, f"Test {name}.")
