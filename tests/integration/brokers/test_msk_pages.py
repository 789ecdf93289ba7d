"""The pages of MSK as a person without JavaScript meets them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from brokers import tasks
from brokers.models import BROKERS, CLUSTERS, IDENTITY, PASSWORD, READINESS, AwsAccount, AwsInquiry, Connection, MskSetup
from brokers.services.setups import Changes
from kalixweb.accounts.models import User
from kalixweb.core.actor import Actor
from kalixweb.projects.models import Project
from secrets_app.models import Secret
from tests.integration.brokers import msk
from tests.integration.brokers.conftest import Person, events, reload

pytestmark = pytest.mark.django_db
TYPED = "a good password"


@pytest.fixture(autouse=True)
def _quiet(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The project may use the host's credentials, and no worker asks AWS."""
    settings.KALIXWEB_AWS_HOST_PROJECTS = ["payments"]
    monkeypatch.setattr(tasks, "send_inquiry", lambda *_: True)
    monkeypatch.setattr(tasks, "send", lambda *_: True)


@pytest.fixture
def sign_in(client: Client) -> Callable[[Actor], Client]:
    def go(actor: Actor) -> Client:
        client.force_login(User.objects.get(id=actor.id))
        return client

    return go


@pytest.fixture
def visitor(sign_in: Any, person: Person) -> Client:
    """Somebody who may do everything here but reveal a secret."""
    return sign_in(person("jo", "editor", "project_admin"))


@pytest.fixture
def account(project: Project) -> AwsAccount:
    return msk.account(project)


@pytest.fixture
def walk(project: Project, account: AwsAccount) -> MskSetup:
    return msk.walk(project, account)


def address(name: str, *args: Any) -> str:
    return reverse(f"brokers:{name}", args=["payments", *args])


def step(walk: MskSetup, name: str) -> str:
    return address("msk-step", walk.id, name)


def text(answer: Any) -> str:
    return answer.content.decode()


def test_fill(visitor: Client, project: Project, walk: MskSetup) -> None:
    msk.answer(walk, BROKERS, msk.strings())
    typed = {"user": "svc-orders", "password_from": "new", "password_name": "svc-orders", "password_entry": "pwd", "password_value": TYPED}
    assert visitor.post(step(walk, "user"), typed).status_code == 302
    answer = visitor.post(step(walk, "connection"), {"into": "new", "name": "orders", "ca_from": "none"})
    assert answer.status_code == 302, text(answer)
