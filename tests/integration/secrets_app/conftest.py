"""An instance with keys, one project, and people with each role."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from pytest_django import Settings

from kalixweb.accounts.models import User
from kalixweb.core.actor import Actor
from kalixweb.core.secret_value import SecretValue
from kalixweb.projects.models import Membership, Project
from kalixweb.projects.services.projects import create_project
from secrets_app.models import Secret
from secrets_app.services import secrets

Person = Callable[..., Actor]
SHELL = Actor(kind="shell", id=None, label="operator")


@pytest.fixture(autouse=True)
def _own_cache(settings: Settings) -> None:
    """Write limits start at nothing for each test."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()


@pytest.fixture
def project() -> Project:
    return create_project(actor=SHELL, name="payments")


@pytest.fixture
def person(project: Project) -> Person:
    """Makes a member of the project with the given roles, as the actor that services see."""

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
        entries={"pwd": SecretValue("hunter2"), "token": SecretValue("abc")},
    )
