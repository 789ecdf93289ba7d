"""A project with a stored password and a connection, people with roles, and a stand-in probe."""

from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import pytest
from django.core.cache import cache
from pytest_django import Settings

from brokers.connections.services import connections, target_policy
from brokers.connections.services.configuration import Configuration, Existing
from brokers.engine.results import Cluster, Fault, NodeResult, RunResult, StageResult, Verdict
from brokers.models import Connection, TestRun
from brokers.runs.services import execution
from kalixweb.accounts.models import User
from kalixweb.audit.models import AuditEvent
from kalixweb.audit.queries import decode
from kalixweb.core.actor import Actor
from kalixweb.core.secret_value import SecretValue
from kalixweb.jobs import shutdown
from kalixweb.jobs.execution import execute as execute_job
from kalixweb.projects.models import Membership, Project
from kalixweb.projects.services.projects import create_project
from secrets_app.models import Secret
from secrets_app.services import secrets

SHELL = Actor(kind="shell", id=None, label="operator")
PASSWORD = "correct-horse-battery-staple"
Person = Callable[..., Actor]
Make = Callable[..., Connection]


@pytest.fixture(autouse=True)
def _settings(settings: Settings) -> Iterator[None]:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()
    target_policy.forget()
    shutdown._closing.clear()
    yield
    shutdown._closing.clear()


@pytest.fixture
def project() -> Project:
    return create_project(actor=SHELL, name="payments")


@pytest.fixture
def person(project: Project) -> Person:
    """Makes a member of a project with the given roles, as the actor that services see."""

    def make(name: str, *roles: str, fresh: bool = False, of: Project = project) -> Actor:
        user = User.objects.create(username=name)
        Membership.all_projects.create(project=of, user=user, roles=sorted(roles))
        return Actor(kind="user", id=user.id, label=name, fresh=fresh)

    return make


@pytest.fixture
def keeper(person: Person) -> Actor:
    return person("mira", "secret_keeper", fresh=True)


@pytest.fixture
def editor(person: Person) -> Actor:
    return person("jonas", "editor")


@pytest.fixture
def secret(project: Project, keeper: Actor) -> Secret:
    return secrets.create(
        actor=keeper,
        project=project.id,
        name="orders-kafka",
        type="generic",
        entries={"pwd": SecretValue(PASSWORD), "old": SecretValue("another")},
        allowed_hosts=["b-1.example.test", "b-2.example.test"],
    )


def configuration(**changes: object) -> Configuration:
    given: dict[str, object] = {
        "name": "orders-prod",
        "servers": ("b-1.example.test:9096",),
        "auth": "scram-sha-512",
        "user": "svc-orders",
        "labels": ("env:prod", "team:orders"),
        "topics": ("orders",),
    }
    return Configuration(**given | changes)  # type: ignore[arg-type]


@pytest.fixture
def make(project: Project, editor: Actor, secret: Secret) -> Make:
    """Makes a connection of the project that uses the stored password."""

    def go(name: str = "orders-prod", **changes: object) -> Connection:
        return connections.create(
            actor=editor,
            project=project.id,
            wanted=configuration(name=name, **changes),
            password=Existing(secret, "pwd"),
        )

    return go


@pytest.fixture
def connection(make: Make) -> Connection:
    return make()


def reload(row: Connection | TestRun) -> Any:
    return type(row).all_projects.get(id=row.id)


def events(action: str) -> list[dict]:
    """The recorded events of one action, oldest first."""
    return [decode(row) for row in AuditEvent.objects.filter(action=action).order_by("time", "seq")]


def stages(failing: str | None = None) -> tuple[StageResult, ...]:
    names = ("resolve", "connect", "tls", "kafka", "sasl-mechanism", "sasl-login", "metadata")
    found, state = [], "passed"
    for name in names:
        if name == failing:
            found.append(StageResult(name, "failed", 1.0))
            state = "skipped"
        else:
            found.append(StageResult(name, state, 1.0))
    return tuple(found)


def result(
    state: str = "passed", fault: str | None = None, failing: str | None = None
) -> RunResult:
    """A whole result as the engine gives it."""
    node = NodeResult("b-1.example.test", 9096, "bootstrap", stages=stages(failing))
    verdict = Verdict(state, f"It {state}.", fault, "Mend it." if fault else None)
    faults = (Fault(fault, "It is so.", "Mend it.", "you"),) if fault else ()
    return RunResult(verdict, faults, Cluster("cluster-1", 1), (node,), took_ms=12.5)


class Probe:
    """Stands in for the engine: keeps the targets that it got, yields what it was given."""

    def __init__(self, *results: RunResult) -> None:
        self.results = results or (RunResult(), result())
        self.targets = []

    def __call__(self, target: Any, cancel: Any) -> Any:
        self.targets.append(target)
        yield from self.results


def execute(run: TestRun, probe: Any = None) -> tuple[Any, Any]:
    """Carry a run out as a worker does, with a stand-in for the engine; the run afterwards."""
    probe = probe or Probe()
    with mock.patch.object(execution, "engine", probe):
        execute_job(reload(run))
    return probe, reload(run)


@pytest.fixture
def probe(monkeypatch: pytest.MonkeyPatch) -> Probe:
    """Tests that go through the queue get this instead of the engine."""
    stand_in = Probe()
    monkeypatch.setattr(execution, "engine", stand_in)
    return stand_in
