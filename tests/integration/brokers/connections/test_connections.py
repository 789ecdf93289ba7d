"""Saving connections: rights, references, delivery, versions, tampering, what the audit tells."""

from typing import Any

import pytest

from brokers.connections.services import connections
from brokers.connections.services.configuration import Existing, New
from brokers.connections.services.validation import NotAcceptable
from brokers.models import Connection
from kalixweb.core.actor import Actor
from kalixweb.core.refusals import ChangedMeanwhile, NameTaken
from kalixweb.core.secret_value import SecretValue
from kalixweb.projects.models import Project
from kalixweb.projects.permissions import Denied
from kalixweb.projects.services.projects import create_project
from secrets_app.models import Secret, Usage
from secrets_app.queries import ReferenceMissing
from secrets_app.services import secrets
from secrets_app.services.delivery import DeliveryRefused
from secrets_app.services.row_macs import RowAltered
from secrets_app.services.rows import StillInUse
from tests.fakes import pki
from tests.integration.brokers.conftest import SHELL, Make, Person, configuration, events, reload

pytestmark = pytest.mark.django_db


def change(
    row: Any, actor: Any, password: Any = None, ca: Any = None, revision: Any = None, **changes: Any
) -> Any:
    return connections.change(
        actor=actor,
        connection=row,
        expected_revision=revision or row.revision,
        wanted=configuration(**changes),
        password=password or Existing(row.password_secret, row.password_entry),
        ca=ca,
    )


def test_a_new_connection_says_what_it_uses_and_is_recorded(
    connection: Connection, secret: Secret
) -> None:
    usage = Usage.all_projects.get()
    assert (usage.secret, usage.entry, usage.label) == (secret, "pwd", "orders-prod")
    (event,) = events("connection.created")
    assert event["details"]["password"] == "orders-kafka/pwd"
    assert event["details"]["hosts"] == ["b-1.example.test:9096"]


def test_password_and_ca_are_made_with_the_connection_in_one_unit(
    project: Project, editor: Actor
) -> None:
    root = pki.authority("Orders Root")
    made = connections.create(
        actor=editor,
        project=project.id,
        wanted=configuration(),
        password=New("fresh", "pwd", SecretValue("value")),
        ca=New("orders-ca", "ca.crt", SecretValue(root.pem)),
    )
    assert made.password_secret.allowed_hosts == ["b-1.example.test"]
    assert made.ca_secret.type == "tls-ca"
    assert [e["action"] for e in events("secret.created")] == ["secret.created"] * 2


@pytest.mark.django_db(transaction=True)
def test_a_refused_connection_leaves_no_secret_behind(
    project: Project, connection: Connection, editor: Actor
) -> None:
    with pytest.raises(NameTaken):
        connections.create(
            actor=editor,
            project=project.id,
            wanted=configuration(name="orders-prod"),
            password=New("fresh", "pwd", SecretValue("value")),
        )
    assert not Secret.all_projects.filter(name="fresh").exists()


def test_an_msk_password_may_go_to_every_broker_of_its_cluster(
    project: Project, editor: Actor
) -> None:
    host = "b-1.ordersprod.k3x9ab.c4.kafka.eu-west-1.amazonaws.com"
    made = connections.create(
        actor=editor,
        project=project.id,
        wanted=configuration(servers=(f"{host}:9096",)),
        password=New("fresh", "pwd", SecretValue("value")),
    )
    assert made.password_secret.allowed_hosts == [f"*.{host.partition('.')[2]}"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"wanted": configuration(name="orders-prod")}, "name"),
        ({"password": New("orders-kafka", "pwd", SecretValue("value"))}, "password_name"),
        ({"ca": New("orders-kafka", "ca.crt", SecretValue(pki.authority("Root").pem))}, "ca_name"),
    ],
)
def test_a_name_that_is_taken_names_the_field_it_was_typed_into(
    project: Project, connection: Connection, editor: Actor, changes: dict[str, Any], field: str
) -> None:
    given = {
        "wanted": configuration(name="orders-next"),
        "password": New("fresh", "pwd", SecretValue("value")),
    }
    with pytest.raises(NameTaken) as taken:
        connections.create(actor=editor, project=project.id, **given | changes)
    assert taken.value.field == field


@pytest.mark.parametrize("role", ["viewer", "tester", "auditor", "project_admin"])
def test_who_may_not_create(project: Project, person: Person, secret: Secret, role: Any) -> None:
    with pytest.raises(Denied):
        connections.create(
            actor=person("noor", role),
            project=project.id,
            wanted=configuration(),
            password=Existing(secret, "pwd"),
        )


def test_a_secret_of_another_project_cannot_be_referred_to(
    editor: Actor, secret: Secret, person: Person
) -> None:
    other = create_project(actor=SHELL, name="search")
    with pytest.raises(ReferenceMissing):
        connections.create(
            actor=person("lea", "editor", of=other),
            project=other.id,
            wanted=configuration(),
            password=Existing(secret, "pwd"),
        )


def test_a_generic_secret_is_no_ca(project: Project, editor: Actor, secret: Secret) -> None:
    with pytest.raises(ReferenceMissing, match="no CA secret"):
        connections.create(
            actor=editor,
            project=project.id,
            wanted=configuration(),
            password=Existing(secret, "pwd"),
            ca=Existing(secret, "old"),
        )


def test_input_faults_are_refused_by_the_service_too(
    project: Project, editor: Actor, secret: Secret
) -> None:
    with pytest.raises(NotAcceptable) as refused:
        connections.create(
            actor=editor,
            project=project.id,
            wanted=configuration(name="Orders Prod", servers=(), user="", topics=("a b",)),
            password=Existing(secret, "pwd"),
        )
    assert {field for field, _ in refused.value.problems} == {"name", "servers", "user", "topics"}


def test_a_stored_password_is_not_sent_to_new_hosts_by_an_editor(
    connection: Connection, person: Person
) -> None:
    other = person("lea", "editor")
    with pytest.raises(DeliveryRefused, match=r"evil\.example\.test"):
        change(connection, other, servers=("evil.example.test:9096",))
    assert reload(connection).servers == ["b-1.example.test:9096"]
    (event,) = events("secret.delivery_refused")
    assert event["outcome"] == "denied"


def test_an_allowed_host_or_a_password_typed_anew_lets_an_editor_save(
    connection: Connection, person: Person
) -> None:
    other = person("lea", "editor")
    saved = change(connection, other, servers=("b-2.example.test:9096",))
    assert saved.servers == ["b-2.example.test:9096"]
    typed = New("elsewhere", "pwd", SecretValue("typed anew"))
    saved = change(saved, other, password=typed, servers=("else.example.test:9096",))
    assert saved.password_secret.name == "elsewhere"


def test_weaker_login_needs_reveal_and_a_fresh_sign_in(
    connection: Connection, person: Person
) -> None:
    with pytest.raises(DeliveryRefused, match="less"):
        change(connection, person("lea", "editor"), auth="plain")
    with pytest.raises(DeliveryRefused) as stale:
        change(connection, person("nils", "secret_keeper"), auth="plain")
    assert stale.value.fresh_would_do
    assert change(connection, person("ada", "secret_keeper", fresh=True), auth="plain")


def test_a_row_that_was_redirected_in_the_database_is_not_signed_again(
    connection: Connection, keeper: Actor
) -> None:
    Connection.all_projects.update(servers=["evil.example.test:9096"])
    altered = reload(connection)
    with pytest.raises(RowAltered, match="orders-prod"):
        change(altered, keeper, description="harmless")
    connections.delete(actor=keeper, connection=altered)


def test_an_altered_row_authorises_no_other_connection(
    project: Project, connection: Connection, person: Person, secret: Secret
) -> None:
    Connection.all_projects.update(servers=["evil.example.test:9096"])
    with pytest.raises(DeliveryRefused):
        connections.create(
            actor=person("lea", "editor"),
            project=project.id,
            wanted=configuration(name="second", servers=("evil.example.test:9096",)),
            password=Existing(secret, "pwd"),
        )


def test_somebody_elses_save_is_not_overwritten(
    connection: Connection, editor: Actor, keeper: Actor
) -> None:
    change(connection, keeper, description="by mira")
    with pytest.raises(ChangedMeanwhile) as meanwhile:
        change(reload(connection), editor, revision=1, description="by jonas")
    assert meanwhile.value.current.changed_by == "mira"
    assert reload(connection).description == "by mira"


def test_only_what_changes_a_test_makes_its_result_old(
    connection: Connection, editor: Actor
) -> None:
    saved = change(connection, editor, description="only words")
    assert (saved.revision, saved.target_revision) == (2, 1)
    saved = change(saved, editor, user="svc-other", description="only words")
    assert (saved.revision, saved.target_revision) == (3, 3)
    changed = events("connection.changed")[-1]["details"]
    assert (changed["fields"], changed["user_before"]) == (["user"], "svc-orders")


def test_saving_the_same_writes_nothing(connection: Connection, editor: Actor) -> None:
    assert change(connection, editor).revision == 1
    assert not events("connection.changed")


def test_renaming_moves_the_label_of_its_usage(connection: Connection, editor: Actor) -> None:
    change(connection, editor, name="orders-live")
    assert Usage.all_projects.get().label == "orders-live"


def test_a_secret_stays_while_a_connection_uses_it(
    connection: Connection, secret: Secret, keeper: Actor
) -> None:
    with pytest.raises(StillInUse, match="orders-prod"):
        secrets.delete(actor=keeper, secret=secret)
    connections.delete(actor=keeper, connection=connection)
    secrets.delete(actor=keeper, secret=secret)
    assert [e["object"]["label"] for e in events("connection.deleted")] == ["orders-prod"]


def test_one_default_connection_a_project(make: Make, editor: Actor) -> None:
    first, second = make("first"), make("second")
    connections.set_default(actor=editor, connection=first)
    connections.set_default(actor=editor, connection=second)
    assert (reload(first).is_default, reload(second).is_default) == (False, True)
    connections.set_default(actor=editor, connection=second, default=False)
    assert not Connection.all_projects.filter(is_default=True).exists()
    assert [e["details"].get("after") for e in events("connection.default_set")] == [
        "first",
        "second",
        None,
    ]
