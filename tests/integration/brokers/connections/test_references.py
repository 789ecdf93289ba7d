"""What a connection refers to, and the rest of its row: shown when it differs, kept by an edit."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from brokers.connections.forms.connection import shown
from brokers.connections.services import connections
from brokers.connections.services.configuration import (
    Existing,
    New,
    Reference,
    ca_reference_of,
    configuration_of,
    reference_of,
)
from brokers.models import Connection
from kalixweb.accounts.models import User
from kalixweb.core.actor import Actor
from kalixweb.core.secret_value import SecretValue
from kalixweb.projects.models import Project
from secrets_app.models import Secret
from secrets_app.services import secrets
from tests.fakes import pki
from tests.integration.brokers.conftest import SHELL, Make, reload

pytestmark = pytest.mark.django_db

# What an edit of the description alone may write beside it.
WRITTEN = {"description", "search_text", "revision", "changed_at", "changed_by", "row_mac"}


@pytest.fixture
def ca(project: Project) -> Existing:
    pem = SecretValue(pki.authority("Orders Root").pem.decode())
    made = secrets.create(
        actor=SHELL, project=project.id, name="orders-ca", type="tls-ca", entries={"ca.crt": pem}
    )
    return Existing(made, "ca.crt")


@pytest.fixture
def visitor(client: Client, keeper: Actor) -> Client:
    client.force_login(User.objects.get(id=keeper.id))
    return client


def edit(row: Connection) -> str:
    return reverse("brokers:connection-edit", args=["payments", row.id])


def refer(row: Connection, password: Reference, ca: Reference | None) -> None:
    connections.change(
        actor=SHELL,
        connection=row,
        expected_revision=row.revision,
        wanted=configuration_of(row),
        password=password,
        ca=ca,
    )


def differences(visitor: Client, row: Connection, sent: dict[str, Any]) -> str:
    page = visitor.post(edit(row), sent).content.decode()
    return page.partition("Saved meanwhile, and yours")[2].partition("</section>")[0]


def test_the_conflict_page_shows_another_password(
    connection: Connection, visitor: Client, secret: Secret
) -> None:
    sent = shown(connection)
    refer(connection, Existing(secret, "old"), None)
    table = differences(visitor, connection, sent)
    assert table.count('scope="row"') == 1
    for word in ("Password", "orders-kafka/old", "orders-kafka/pwd"):
        assert word in table


def test_the_conflict_page_shows_another_authority(
    connection: Connection, visitor: Client, ca: Existing
) -> None:
    sent = shown(connection)
    refer(connection, reference_of(connection), ca)
    table = differences(visitor, connection, sent)
    assert table.count('scope="row"') == 1
    for word in ("Certificate authority", "orders-ca/ca.crt", "none"):
        assert word in table


def test_the_conflict_page_names_a_typed_password_and_does_not_show_it(
    connection: Connection, visitor: Client
) -> None:
    refer(connection, New("other", "pwd", SecretValue("typed by the other one")), None)
    sent = shown(connection) | {
        "revision": 1,
        "password_from": "new",
        "password_name": "mine",
        "password_entry": "pwd",
        "password_value": "typed-by-me-alone",
    }
    answer = visitor.post(edit(connection), sent)
    page = answer.content.decode()
    assert "new: mine/pwd" in page
    assert "other/pwd" in page
    assert "typed-by-me-alone" not in page
    assert "typed by the other one" not in page


def test_an_edit_of_one_field_leaves_the_rest_of_the_row(
    make: Make, visitor: Client, ca: Existing
) -> None:
    made = make(groups=("orders-svc",), contact="team-orders", description="before")
    refer(made, reference_of(made), ca)
    connections.set_default(actor=SHELL, connection=made)
    Connection.all_projects.filter(id=made.id).update(
        cluster_arn="arn:aws:kafka:eu-west-1:111122223333:cluster/orders/1",
        offered_servers=["b-3.example.test:9096"],
        state="passed",
        last_fault="tls.expires_soon",
        recent=[["passed", 8]],
        cluster_id="of-mine",
    )
    row = reload(made)
    before = {field.attname: getattr(row, field.attname) for field in Connection._meta.fields}
    answer = visitor.post(edit(row), shown(row) | {"description": "after"})
    assert answer.status_code == 302, answer.content
    row = reload(made)
    after = {field.attname: getattr(row, field.attname) for field in Connection._meta.fields}
    assert {name for name in before if before[name] != after[name]} <= WRITTEN
    assert after["description"] == "after"
    assert ca_reference_of(row) == ca
    assert row.is_default
