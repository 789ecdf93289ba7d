"""Every address below a project: each role gets what the table says, strangers get nothing."""

import time
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from brokers import tasks
from brokers.models import Connection, TestRun
from brokers.services import connections
from brokers.services.configuration import Configuration, Existing
from kalixweb.accounts.models import User
from kalixweb.audit import queries
from kalixweb.core.actor import Actor
from kalixweb.core.secret_value import SecretValue
from kalixweb.projects.models import Invitation, Membership, Project
from kalixweb.projects.permissions import ROLES
from kalixweb.projects.services import invitations
from secrets_app.services import secrets
from tests.factories import make_project, make_user
from tests.integration.conftest import keyring_path, keys_ready  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db

# What each address asks for. Members of any role may see who is in the project.
ANY_MEMBER = "any member"
NEEDS: dict[str, dict[str, str]] = {
    "projects:project-edit": {"GET": "project.edit", "POST": "project.edit"},
    "projects:project-delete": {"GET": "project.delete", "POST": "project.delete"},
    "projects:audit": {"GET": "audit.read"},
    "projects:audit-export": {"POST": "audit.export"},
    "projects:member-list": {"GET": ANY_MEMBER},
    "projects:member-invite": {"GET": "members", "POST": "members"},
    "projects:invitation-revoke": {"POST": "members"},
    "projects:member-edit": {"GET": "members", "POST": "members"},
    "projects:member-remove": {"POST": "members"},
    "secrets:secret-list": {"GET": "secret.list"},
    "secrets:secret-new": {"GET": "secret.create", "POST": "secret.create"},
    "secrets:secret-detail": {"GET": "secret.read"},
    "secrets:secret-edit": {"GET": "secret.update", "POST": "secret.update"},
    "secrets:secret-rename": {"GET": "secret.update", "POST": "secret.update"},
    "secrets:secret-hosts": {"GET": "secret.reveal", "POST": "secret.reveal"},
    "secrets:secret-delete": {"GET": "secret.delete", "POST": "secret.delete"},
    "secrets:secret-make-current": {"POST": "secret.update"},
    "brokers:overview": {"GET": "connection.view"},
    "brokers:connection-list": {"GET": "connection.view"},
    "brokers:connection-new": {"GET": "connection.create", "POST": "connection.create"},
    "brokers:connection-detail": {"GET": "connection.view"},
    "brokers:connection-edit": {"GET": "connection.edit", "POST": "connection.edit"},
    "brokers:connection-copy": {"GET": "connection.create", "POST": "connection.create"},
    "brokers:connection-delete": {"GET": "connection.delete", "POST": "connection.delete"},
    "brokers:connection-default": {"POST": "connection.set_default"},
    "brokers:connection-test": {"POST": "connection.test"},
    "brokers:test-all": {"POST": "connection.test"},
    "brokers:test-users-of-secret": {"POST": "connection.test"},
    "brokers:run-list": {"GET": "connection.view"},
    "brokers:run-detail": {"GET": "connection.view"},
    "brokers:run-stop": {"POST": "connection.test"},
}
CASES = [(name, method) for name, methods in NEEDS.items() for method in methods]


def _names(patterns: list[URLPattern | URLResolver], space: str, way: str) -> Iterator[str]:
    for pattern in patterns:
        route = way + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else space
            yield from _names(pattern.url_patterns, inner, route)
        elif "<slug:project>" in route:
            yield f"{space}{pattern.name}"


def test_no_address_below_a_project_is_missing_from_the_table() -> None:
    assert set(_names(get_resolver().url_patterns, "", "")) == set(NEEDS)


class World:
    """One project with a member per role and one of everything in it; another one apart."""

    def __init__(self) -> None:
        self.users = {role: make_user(role.replace("_", "-")) for role in ROLES}
        self.project = make_project(**self.users)
        other = make_user("other-admin")
        Membership(project=self.project, user=other, roles=["project_admin"]).save()
        self.stranger = make_user("stranger")
        make_project("elsewhere", project_admin=self.stranger, secret_keeper=self.stranger)
        shell = Actor("shell", None, "operator")
        self.secret = secrets.create(
            actor=shell,
            project=self.project.id,
            name="orders-kafka",
            type="generic",
            entries={"pwd": SecretValue("canary-password")},
            allowed_hosts=["b-1.example.test"],
        )
        self.connection = self._connection(shell)
        self.run = TestRun.all_projects.create(
            project=self.project,
            connection=self.connection,
            actor_kind="shell",
            actor_label="operator",
            target={"name": "orders-prod", "servers": ["b-1.example.test:9096"]},
            state="done",
        )
        self.member = Membership.objects.for_project(self.project).get(user=other)
        invitations.invite(actor=shell, label="tom", project=self.project, roles=["viewer"])
        self.invitation = Invitation.objects.get()

    def _connection(self, actor: Actor) -> Connection:
        return connections.create(
            actor=actor,
            project=self.project.id,
            wanted=Configuration(
                name="orders-prod",
                servers=("b-1.example.test:9096",),
                auth="scram-sha-512",
                user="svc-orders",
            ),
            password=Existing(self.secret, "pwd"),
        )

    def path(self, name: str, project: Project | None = None, **other: UUID) -> str:
        known = {
            "secret": self.secret.id,
            "connection": self.connection.id,
            "run": self.run.id,
            "member": self.member.id,
            "invitation": self.invitation.id,
            "number": 1,
        } | other
        wanted = {key: known[key] for key in _arguments(name)}
        return reverse(name, kwargs={"project": (project or self.project).name, **wanted})


def _arguments(name: str) -> list[str]:
    space, _, view = name.partition(":")
    resolver = get_resolver().namespace_dict[space][1]
    ((_, params),) = resolver.reverse_dict.getlist(view)[0][0]
    return [param for param in params if param != "project"]


def browser(user: User) -> Client:
    """A browser of the user with a fresh sign-in."""
    client = Client()
    client.force_login(user)
    session = client.session
    proof = {"method": "password", "at": time.time(), "reauthenticated": True}
    session["account_authentication_methods"] = [proof]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    cache.clear()
    monkeypatch.setattr(tasks, "send", lambda *_: True)
    monkeypatch.setattr(tasks, "send_many", lambda *_: True)
    return World()


def _status(client: Client, method: str, path: str) -> int:
    return client.generic(method, path).status_code


@pytest.mark.parametrize(("name", "method"), CASES)
def test_each_role_gets_what_the_table_says(world: World, name: str, method: str) -> None:
    right, path = NEEDS[name][method], world.path(name)
    holders = [role for role in ROLES if right == ANY_MEMBER or right in ROLES[role]]
    for role in set(ROLES) - set(holders):
        assert _status(browser(world.users[role]), method, path) == 403, role
    denials = queries.events([world.project.id], action="access.denied", outcome="denied")
    assert denials.count() == len(ROLES) - len(holders)
    # One holder is enough where a POST changes the world for the next one.
    for role in holders if method == "GET" else holders[-1:]:
        assert _status(browser(world.users[role]), method, path) not in {403, 404, 405, 500}, role


@pytest.mark.parametrize(("name", "method"), CASES)
def test_a_stranger_gets_the_404_of_a_thing_that_does_not_exist(
    world: World, name: str, method: str
) -> None:
    client = browser(world.stranger)
    foreign = client.generic(method, world.path(name))
    missing = client.generic(method, world.path(name, Project(name="no-such-project")))
    assert foreign.status_code == missing.status_code == 404
    assert foreign.content == missing.content
    assert not queries.events([world.project.id], action="access.denied").exists()


@pytest.mark.parametrize(("name", "method"), CASES)
def test_ids_of_another_project_are_ids_that_do_not_exist(
    world: World, name: str, method: str
) -> None:
    if not _arguments(name):
        pytest.skip("the address has no id")
    client = browser(world.stranger)
    elsewhere = Project.objects.get(name="elsewhere")
    absent = {key: uuid4() for key in _arguments(name) if key != "number"}
    foreign = client.generic(method, world.path(name, elsewhere))
    missing = client.generic(method, world.path(name, elsewhere, **absent))
    assert foreign.status_code == missing.status_code == 404
    assert foreign.content == missing.content


@pytest.mark.parametrize(("name", "method"), CASES)
def test_nobody_gets_anywhere_without_signing_in(world: World, name: str, method: str) -> None:
    answer = Client().generic(method, world.path(name))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/?next=")


@pytest.mark.parametrize("name", [name for name in NEEDS if "POST" not in NEEDS[name]])
def test_what_only_shows_takes_no_post(world: World, name: str) -> None:
    client = browser(world.users["project_admin"])
    assert _status(client, "POST", world.path(name)) == 405
