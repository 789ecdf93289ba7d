"""Walks through the guide, and where each stands: derived from what is there, never stored."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from brokers.aws.checks import CHECKS, about
from brokers.connections.queries import connections
from brokers.models import DEGRADED, FAILED, PASSED, WARNED, AwsInquiry, Connection, MskSetup
from brokers.msk.aws_queries import lookup
from kalixweb.projects.models import Project

DONE, NEXT, WRONG, WAITING = "done", "next", "wrong", "waiting"
_OPEN = "open"


@dataclass(frozen=True, slots=True)
class Step:
    """``state``: done, next (go on here), wrong (it keeps clients out), waiting."""

    id: str
    title: str
    state: str
    sentence: str


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the steps are derived from. ``checks`` is state and sentence by check, ``unchecked``
    says why there are none."""

    setup: MskSetup
    unchecked: str
    checks: Mapping[str, tuple[str, str]]
    connection: Connection | None

    def failing(self, ids: Iterable[str] | None = None) -> list[str]:
        wanted = self.checks if ids is None else ids
        return [one for one in wanted if self.checks.get(one, ("",))[0] == "fail"]


def of_project(project: Project) -> QuerySet[MskSetup]:
    """The walks of a project, the ones that were gone on with last first."""
    rows = MskSetup.objects.for_project(project).select_related(
        "project", "account__project", "account__key_secret", "password_secret", "connection"
    )
    return rows.order_by("-changed_at", "id")


def find(project: Project, setup: UUID) -> MskSetup | None:
    """One walk with all that it refers to, or None when the project has none such."""
    return of_project(project).filter(id=setup).first()


def steps(setup: MskSetup, readiness: AwsInquiry | None) -> list[Step]:
    """The eight steps of one walk in order; ``readiness`` is its newest answer of that kind."""
    return _steps(_seen(setup, readiness, _linked(setup.project_id, [setup]).get(setup.id)))


def steps_of_many(project: UUID, setups: Sequence[MskSetup]) -> dict[UUID, list[Step]]:
    """The steps of many walks; two queries however many there are."""
    readiness, linked = lookup.readiness_of_many(project, setups), _linked(project, setups)
    return {
        setup.id: _steps(_seen(setup, readiness.get(setup.id), linked.get(setup.id)))
        for setup in setups
    }


def _linked(project: UUID, setups: Sequence[MskSetup]) -> dict[UUID, Connection]:
    """By walk, the connection that it led to, with its shown state."""
    wanted = {setup.connection_id: setup.id for setup in setups if setup.connection_id}
    if not wanted:
        return {}
    rows = connections.with_state(Connection.objects.for_project(project).filter(id__in=wanted))
    found = {row.id: row for row in rows}
    return {
        setup.id: found[setup.connection_id] for setup in setups if setup.connection_id in found
    }


def next_step(found: Sequence[Step]) -> Step:
    """Where a walk is taken up again: the step to go on with, else what is wrong, else the end."""
    for state in (NEXT, WRONG):
        for step in found:
            if step.state == state:
                return step
    return found[-1]


def _seen(setup: MskSetup, readiness: AwsInquiry | None, connection: Connection | None) -> _Seen:
    """Checks that asked about something else tell nothing of what is there now."""
    if readiness is None:
        return _Seen(setup, "Have the prerequisites checked.", {}, connection)
    if others := lookup.asked_otherwise(readiness, setup, connection):
        sentence = f"They were checked for {' and '.join(others)}. Have them checked again."
        return _Seen(setup, sentence, {}, connection)
    return _Seen(setup, "", _states(readiness), connection)


def _states(readiness: AwsInquiry) -> dict[str, tuple[str, str]]:
    document: Mapping[str, Any] = readiness.document or {}
    return {one["id"]: (one["state"], one["sentence"]) for one in document.get("checks", ())}


def _steps(seen: _Seen) -> list[Step]:
    """The first open step is next; those behind it wait."""
    found = [
        _account(seen),
        _cluster(seen),
        _readiness(seen),
        _user(seen),
        _topics(seen),
        _acls(seen),
        _connection(seen),
        _test(seen),
    ]
    states = [step.state for step in found]
    first = states.index(_OPEN) if _OPEN in states else len(found)
    return [
        replace(step, state=NEXT if place == first else WAITING) if step.state == _OPEN else step
        for place, step in enumerate(found)
    ]


def _account(seen: _Seen) -> Step:
    account = seen.setup.account
    if account is None:
        return Step("account", "AWS account", _OPEN, "Choose how kalixweb signs in to AWS.")
    if not account.seen_at:
        sentence = f"{account.name}: AWS has not said yet who that is."
        return Step("account", "AWS account", _OPEN, sentence)
    sentence = f"{account.name}, account {account.account_number} in {account.region}."
    return Step("account", "AWS account", DONE, sentence)


def _cluster(seen: _Seen) -> Step:
    if not seen.setup.cluster_arn:
        return Step("cluster", "Cluster", _OPEN, "Choose the cluster.")
    return Step("cluster", "Cluster", DONE, f"{seen.setup.cluster_name}.")


def _readiness(seen: _Seen) -> Step:
    title = "Readiness"
    if seen.unchecked:
        return Step("readiness", title, _OPEN, seen.unchecked)
    failing = seen.failing()
    # Those of the user's secret, of topics and of ACLs belong to steps of their own.
    own = [one for one in failing if one not in CHECKS or CHECKS[one].subject == "cluster"]
    if own:
        count = "1 prerequisite is" if len(own) == 1 else f"{len(own)} prerequisites are"
        return Step("readiness", title, WRONG, f"{count} missing.")
    unknown = sum(state == "could_not_tell" for state, _ in seen.checks.values())
    sentence = f"Nothing is missing; {unknown} could not be told." if unknown else "All is there."
    return Step("readiness", title, DONE, sentence)


def _user(seen: _Seen) -> Step:
    title = "User and password"
    if not seen.setup.user:
        return Step("user", title, _OPEN, "Name the user of the connection.")
    if failing := seen.failing(about("user")):
        return Step("user", title, WRONG, seen.checks[failing[0]][1])
    if seen.setup.password_secret is None and seen.connection is None:
        sentence = f"{seen.setup.user}: choose or take over the password."
        return Step("user", title, _OPEN, sentence)
    return Step("user", title, DONE, f"{seen.setup.user}.")


def _topics(seen: _Seen) -> Step:
    topics = seen.setup.topics
    if not topics:
        return Step("topics", "Topics", _OPEN, "Name the topics that are needed.")
    if failing := seen.failing(about("topics")):
        return Step("topics", "Topics", WRONG, seen.checks[failing[0]][1])
    count = "1 topic" if len(topics) == 1 else f"{len(topics)} topics"
    return Step("topics", "Topics", DONE, f"{count}.")


def _acls(seen: _Seen) -> Step:
    setup, title = seen.setup, "ACLs"
    state, sentence = seen.checks.get("acls", ("", ""))
    if state == "pass":
        return Step("acls", title, DONE, sentence)
    if state == "fail":
        return Step("acls", title, WRONG, sentence)
    if setup.acls_confirmed_at:
        return Step("acls", title, DONE, f"{setup.acls_confirmed_by} says that they exist.")
    return Step("acls", title, _OPEN, "Add them, then confirm that they exist.")


def _connection(seen: _Seen) -> Step:
    if seen.connection is None:
        return Step("connection", "Connection", _OPEN, "Save the connection.")
    if seen.connection.cluster_arn != seen.setup.cluster_arn:
        name, cluster = seen.connection.name, seen.setup.cluster_name
        sentence = f"{name} does not lead to {cluster} any more. Fill it in again."
        return Step("connection", "Connection", WRONG, sentence)
    return Step("connection", "Connection", DONE, f"{seen.connection.name}.")


def _test(seen: _Seen) -> Step:
    if seen.connection is None:
        return Step("test", "Test", _OPEN, "Test the connection.")
    state = connections.shown_state(seen.connection)
    name = seen.connection.name
    if state in {PASSED, WARNED}:
        return Step("test", "Test", DONE, f"{name} works.")
    if state in {FAILED, DEGRADED}:
        return Step("test", "Test", WRONG, f"{name} was tested and does not work yet.")
    return Step("test", "Test", _OPEN, f"Test {name}.")
