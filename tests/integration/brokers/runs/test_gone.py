"""Deleted by somebody else between the look of a page and the lock of its service."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from brokers.connections.services import storage
from brokers.models import Connection, TestRun
from kalixweb.accounts.models import User
from kalixweb.core.actor import Actor
from kalixweb.projects.models import Project
from secrets_app.models import Secret, Usage
from tests.integration.brokers.conftest import configuration, events
from tests.integration.brokers.connections.test_form import typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(client: Client, editor: Actor) -> Client:
    client.force_login(User.objects.get(id=editor.id))
    return client


@pytest.fixture
def deleted_at_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    held = storage.locked

    def locked(connection: Connection) -> Connection:
        Connection.all_projects.filter(id=connection.id).delete()
        return held(connection)

    monkeypatch.setattr(storage, "locked", locked)


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("edit", {"revision": "1", "contact": "team-orders"}),
        ("delete", {"name": "orders-prod"}),
        ("default", {"default": "yes"}),
        ("test", {}),
    ],
)
def test_it_is_the_404_of_a_connection_that_never_was(
    visitor: Client, connection: Connection, deleted_at_the_lock: None, name: str, sent: Any
) -> None:
    wanted = configuration()
    form = typed(
        servers=wanted.servers[0],
        user=wanted.user,
        labels="env:prod team:orders",
        topics="orders",
        password_from="choose",
        password_ref="orders-kafka/pwd",
    )
    url = reverse(f"brokers:connection-{name}", args=["payments", connection.id])
    before = len(events("connection.default_set")) + len(events("connection.tested"))
    answer = visitor.post(url, form | sent if name == "edit" else sent)
    assert answer.status_code == 404
    assert "There is nothing here." in answer.content.decode()
    assert len(events("connection.default_set")) + len(events("connection.tested")) == before
    assert not TestRun.all_projects.exists()


def test_a_secret_that_went_while_a_connection_was_saved_is_said_at_its_field(
    visitor: Client, project: Project, secret: Secret, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret.allowed_hosts = []

    def delete(*_: Any, **__: Any) -> None:
        Usage.all_projects.filter(secret=secret).delete()
        Secret.all_projects.filter(id=secret.id).delete()

    monkeypatch.setattr("brokers.connections.services.limits.count_endpoints", delete)
    form = typed(password_from="choose", password_ref="orders-kafka/pwd")
    answer = visitor.post(reverse("brokers:connection-new", args=["payments"]), form)
    assert answer.status_code == 422
    assert "orders-kafka was deleted meanwhile." in answer.content.decode()
    assert not Connection.all_projects.exists()
