"""What forms and commands say about Amazon MSK: a needless CA, a password without overlap."""

from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from brokers.connections.services import connections, validation
from brokers.connections.services.configuration import Existing, New
from brokers.models import Connection
from kalixweb.accounts.models import User
from kalixweb.cli.secret import secret as command
from kalixweb.core.actor import Actor
from kalixweb.core.secret_value import SecretValue
from kalixweb.projects.models import Project
from secrets_app.models import Secret
from tests.fakes import pki
from tests.integration.brokers.conftest import configuration
from tests.integration.brokers.connections.test_form import form

pytestmark = pytest.mark.django_db
CLUSTER = "ordersprod.k3x9ab.c4.kafka.eu-west-1.amazonaws.com"
ON_MSK = f"b-1.{CLUSTER}:9096"
SAID = "for up to ten minutes after the change in AWS some brokers take only the old one"


@pytest.fixture
def visitor(client: Client, editor: Actor) -> Client:
    client.force_login(User.objects.get(id=editor.id))
    return client


@pytest.fixture
def on_msk(project: Project, editor: Actor, keeper: Actor, secret: Secret) -> Connection:
    """A connection to MSK, beside one elsewhere that uses a password of its own."""
    connections.create(
        actor=editor,
        project=project.id,
        wanted=configuration(name="elsewhere"),
        password=Existing(secret, "pwd"),
    )
    return connections.create(
        actor=keeper,
        project=project.id,
        wanted=configuration(name="orders-msk", servers=(ON_MSK,)),
        password=New("aws-msk-secret", "pwd", SecretValue("x")),
    )


def page(visitor: Client, name: str, *args: Any) -> str:
    return visitor.get(reverse(name, args=["payments", *args])).content.decode()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"servers": ON_MSK}, f"certificate of b-1.{CLUSTER} is publicly trusted (by Amazon"),
        ({"platform": "msk"}, "certificate of a broker of Amazon MSK is publicly trusted"),
    ],
)
def test_a_ca_for_msk_is_needless(project: Project, changes: Any, said: str) -> None:
    pem = pki.authority("Root").pem.decode()
    warned = form(project, ca_from="new", ca_name="ca", ca_pem=pem, **changes)
    assert warned.is_valid(), warned.errors
    (fault,) = warned.warnings["ca_from"]
    assert (fault.code, said in fault.sentence) == ("tls.needless_ca", True)
    own_name = "unless b-1.example.test has a certificate of your own" in fault.action
    assert own_name is ("platform" in changes)


def test_a_ca_elsewhere_and_msk_without_one_are_not_warned_about(project: Project) -> None:
    pem = pki.authority("Root").pem.decode()
    assert not form(project, ca_from="new", ca_name="ca", ca_pem=pem).warnings
    assert not form(project, servers=ON_MSK).warnings


def test_a_stored_ca_for_msk_is_warned_about_on_the_pages(
    visitor: Client, project: Project, keeper: Actor, on_msk: Connection
) -> None:
    assert not validation.stored_warnings(on_msk)
    with_ca = connections.create(
        actor=keeper,
        project=project.id,
        wanted=configuration(name="pinned", servers=(ON_MSK,)),
        password=New("other", "pwd", SecretValue("x")),
        ca=New("ca", "ca.crt", SecretValue(pki.authority("Root").pem)),
    )
    for name in ("brokers:connection-detail", "brokers:connection-edit"):
        assert "no CA needs to be given" in page(visitor, name, with_ca.id)


def test_changing_a_password_of_msk_is_warned_about(
    visitor: Client,
    secret: Secret,
    on_msk: Connection,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    used = on_msk.password_secret.id
    edit = page(visitor, "secrets:secret-edit", used)
    assert SAID in edit
    assert "orders-msk logs in to Amazon MSK with this secret" in edit
    saved = visitor.get(reverse("secrets:secret-detail", args=["payments", used]) + "?saved=1")
    assert SAID in saved.content.decode()
    assert SAID not in page(visitor, "secrets:secret-detail", used)
    assert SAID not in page(visitor, "secrets:secret-edit", secret.id)
    with django_assert_max_num_queries(20):
        page(visitor, "secrets:secret-edit", used)


def test_the_form_of_a_connection_to_msk_says_that_passwords_do_not_overlap(
    visitor: Client, on_msk: Connection
) -> None:
    assert SAID in page(visitor, "brokers:connection-edit", on_msk.id)
    elsewhere = Connection.all_projects.get(name="elsewhere")
    assert SAID not in page(visitor, "brokers:connection-edit", elsewhere.id)


def test_the_command_says_it_too_when_something_changed(
    on_msk: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kalixweb.cli.client.refuse_other_users", lambda: None)

    def create(name: str, value: str) -> Any:
        words = ["create", "generic", name, "--literal", f"pwd={value}", "--project", "payments"]
        answer = CliRunner().invoke(command, words)
        assert answer.exit_code == 0, answer.output
        return answer

    assert SAID in create("aws-msk-secret", "new").stderr
    assert SAID not in create("aws-msk-secret", "new").stderr
    assert SAID not in create("orders-kafka", "new").stderr
    assert SAID not in create("fresh", "new").stderr
