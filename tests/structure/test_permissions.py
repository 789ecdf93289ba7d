"""Every address below a project: each role gets what the table says, strangers get nothing."""

import time
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import Settings

from kalixweb.accounts.models import User
from kalixweb.audit import queries
from kalixweb.projects.models import Project
from kalixweb.projects.roles import ROLES
from tests.integration.conftest import keyring_path, keys_ready  # noqa: F401 - fixtures
from tests.world import World, leave_queued

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
    "brokers:run-report-text": {"GET": "connection.view"},
    "brokers:run-report-markdown": {"GET": "connection.view"},
    "brokers:run-report-json": {"GET": "connection.view"},
    "brokers:run-stop": {"POST": "connection.test"},
    "brokers:run-fix": {"POST": "connection.edit"},
    "brokers:run-trust": {"GET": "secret.create", "POST": "secret.create"},
    "brokers:connection-servers": {"POST": "connection.edit"},
    "brokers:msk": {"GET": "connection.view"},
    "brokers:msk-policy": {"GET": "connection.view"},
    "brokers:msk-can": {"POST": "msk.read"},
    "brokers:aws-account-new": {"GET": "aws_account.edit", "POST": "aws_account.edit"},
    "brokers:aws-account-detail": {"GET": "connection.view"},
    "brokers:aws-account-edit": {"GET": "aws_account.edit", "POST": "aws_account.edit"},
    "brokers:aws-account-delete": {"GET": "aws_account.edit", "POST": "aws_account.edit"},
    "brokers:aws-account-who": {"POST": "msk.read or aws_account.edit"},
    "brokers:aws-query-stop": {"POST": "msk.read"},
    "brokers:msk-new": {"POST": "connection.create"},
    "brokers:msk-onboarding": {"GET": "connection.view"},
    "brokers:msk-delete": {"POST": "connection.create"},
    "brokers:msk-check": {"POST": "msk.read"},
    "brokers:msk-query": {"POST": "msk.read"},
    "brokers:msk-password": {"POST": "msk.take_password"},
    "brokers:msk-test": {"POST": "connection.test"},
    "brokers:msk-step": {"GET": "connection.view", "POST": "connection.create"},
}
VIEWER = {"secret.list", "secret.read", "connection.view"}
TESTER = VIEWER | {"secret.use", "connection.test", "msk.read"}
EDITOR = (
    TESTER
    | {"secret.create", "secret.update", "secret.delete"}
    | {"connection.create", "connection.edit", "connection.edit_endpoint", "connection.delete"}
    | {"connection.set_default", "connection.test_draft"}
)
TABLE = {
    "viewer": VIEWER,
    "tester": TESTER,
    "editor": EDITOR,
    "secret_keeper": EDITOR | {"secret.reveal", "secret.destroy", "msk.take_password"},
    "auditor": {"audit.read", "audit.verify", "audit.export"},
    "project_admin": VIEWER
    | {"project.edit", "project.delete", "members", "keys", "tokens", "aws_account.edit"}
    | {"audit.read", "audit.verify"},
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


def test_the_apps_register_the_table_of_roles() -> None:
    assert ROLES == TABLE


def test_no_address_below_a_project_is_missing_from_the_table() -> None:
    assert set(_names(get_resolver().url_patterns, "", "")) == set(NEEDS)


def path(world: World, name: str, project: Project | None = None, **other: UUID) -> str:
    known = {
        "secret": world.secret.id,
        "connection": world.connection.id,
        "run": world.run.id,
        "member": world.member.id,
        "invitation": world.invitation.id,
        "account": world.account.id,
        "onboarding_id": world.onboarding.id,
        "query_id": world.query.id,
        "step": "topics",
        "kind": "brokers",
        "number": 1,
    } | other
    wanted = {key: known[key] for key in _arguments(name)}
    return reverse(name, kwargs={"project": (project or world.project).name, **wanted})


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
def world(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> World:
    cache.clear()
    leave_queued(monkeypatch)
    settings.KALIXWEB_AWS_HOST_PROJECTS = None
    return World()


def _status(client: Client, method: str, address: str) -> int:
    return client.generic(method, address).status_code


@pytest.mark.parametrize(("name", "method"), CASES)
def test_each_role_gets_what_the_table_says(world: World, name: str, method: str) -> None:
    right, address = NEEDS[name][method], path(world, name)
    wanted = set(right.split(" or "))
    holders = [role for role in ROLES if right == ANY_MEMBER or wanted & ROLES[role]]
    for role in set(ROLES) - set(holders):
        assert _status(browser(world.users[role]), method, address) == 403, role
    denials = queries.events([world.project.id], action="access.denied", outcome="denied")
    assert denials.count() == len(ROLES) - len(holders)
    # One holder is enough where a POST changes the world for the next one.
    for role in holders if method == "GET" else holders[-1:]:
        assert _status(browser(world.users[role]), method, address) not in {403, 404, 405, 500}, (
            role
        )


@pytest.mark.parametrize(("name", "method"), CASES)
def test_outsiders_learn_nothing(world: World, name: str, method: str) -> None:
    anonymous = Client().generic(method, path(world, name))
    assert anonymous.status_code == 302
    assert anonymous["Location"].startswith("/account/login/?next=")

    client = browser(world.stranger)
    _same_404(client, method, path(world, name), path(world, name, Project(name="no-such")))
    ids = [key for key in _arguments(name) if key not in {"number", "step", "kind"}]
    if ids:
        mine = Project.objects.get(name="elsewhere")
        absent = path(world, name, mine, **{key: uuid4() for key in ids})
        _same_404(client, method, path(world, name, mine), absent)
    assert not queries.events([world.project.id], action="access.denied").exists()


def _same_404(client: Client, method: str, foreign: str, missing: str) -> None:
    answers = [client.generic(method, address) for address in (foreign, missing)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


@pytest.mark.parametrize("name", [name for name in NEEDS if "POST" not in NEEDS[name]])
def test_what_only_shows_takes_no_post(world: World, name: str) -> None:
    client = browser(world.users["project_admin"])
    assert _status(client, "POST", path(world, name)) == 405
