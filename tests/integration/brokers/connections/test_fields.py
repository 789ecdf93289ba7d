"""Every field of a connection, in everything that handles fields: none is lost or hidden.

A field that is declared later is tested here without a change, unless its values are special.
"""

from dataclasses import fields as dataclass_fields
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from brokers.connections.forms.connection import ConnectionForm, shown
from brokers.connections.services import connections, secret_references
from brokers.connections.services.configuration import (
    FIELDS,
    Configuration,
    Existing,
    apply,
    ca_reference_of,
    configuration_of,
    reference_of,
)
from brokers.connections.services.fields import ConnectionField
from brokers.connections.services.form_texts import form_parts, texts_of
from brokers.engine.target import Target
from brokers.models import Connection
from brokers.runs.services import drafts, runs
from brokers.runs.services.opening import open_target
from kalixweb.accounts.models import User
from kalixweb.cli import broker, client
from kalixweb.cli.projects import projects
from kalixweb.core.actor import Actor
from kalixweb.projects.models import Project
from secrets_app.models import Secret
from tests.integration.brokers.conftest import SHELL, Person, events, reload

pytestmark = pytest.mark.django_db
EVERY = pytest.mark.parametrize("field", FIELDS, ids=[one.name for one in FIELDS])
# What the stored password is allowed, and what agrees with one another: a value and another one.
_SPECIAL: dict[str, tuple[Any, Any]] = {
    "servers": (("b-1.example.test:9096", "b-2.example.test:9096"), ("b-1.example.test:9096",)),
    "auth": ("scram-sha-256", "scram-sha-512"),
    "platform": ("strimzi", "redpanda"),
}


def sample(field: ConnectionField, *, other: bool = False) -> Any:
    """A value that is not the default, and another one."""
    if field.name in _SPECIAL:
        return _SPECIAL[field.name][other]
    word = "second" if other else "first"
    if choices := field.declared.part.choices:
        return choices[-2 if other else -1][0]
    return (f"{word}-{field.name}", "more") if field.is_list else f"{word}-{field.name}"


FULL = Configuration(**{one.name: sample(one) for one in FIELDS})


@pytest.fixture
def full(project: Project, keeper: Actor, secret: Secret) -> Connection:
    """The default connection, with a value in every field."""
    made = connections.create(
        actor=keeper, project=project.id, wanted=FULL, password=Existing(secret, "pwd")
    )
    connections.set_default(actor=SHELL, connection=made)
    return reload(made)


@pytest.fixture
def visitor(client: Client, keeper: Actor, project: Project) -> Client:
    client.force_login(User.objects.get(id=keeper.id))
    return client


def address(name: str, *args: Any) -> str:
    return reverse(f"brokers:{name}", args=["payments", *args])


def changed(field: ConnectionField) -> Configuration:
    return replace(FULL, **{field.name: sample(field, other=True)})


def typed(connection: Connection, wanted: Configuration) -> dict[str, Any]:
    """What a browser sends for a connection's form in which the fields say what is wanted."""
    return shown(connection) | texts_of(wanted)


def save(actor: Actor, row: Connection, wanted: Configuration) -> Connection:
    return connections.change(
        actor=actor,
        connection=row,
        expected_revision=row.revision,
        wanted=wanted,
        password=reference_of(row),
        ca=ca_reference_of(row),
    )


def test_the_list_is_the_type() -> None:
    assert [one.name for one in FIELDS] == [one.name for one in dataclass_fields(Configuration)]
    assert all(sample(one) not in {one.default, sample(one, other=True)} for one in FIELDS)


def test_a_row_keeps_every_field(full: Connection) -> None:
    assert configuration_of(full) == FULL


def test_the_form_gives_back_what_it_was_shown(full: Connection, project: Project) -> None:
    form = ConnectionForm(shown(full), project=project.id)
    assert form.is_valid(), form.errors
    assert form.wanted == FULL


def test_the_page_of_the_form_has_every_part_once(full: Connection, visitor: Client) -> None:
    page = visitor.get(address("connection-edit", full.id)).content.decode()
    for part in form_parts():
        assert page.count(f'name="{part.name}"') == 1, part.name


@EVERY
def test_an_edit_changes_its_field_and_no_other(
    full: Connection, visitor: Client, field: ConnectionField
) -> None:
    wanted = changed(field)
    answer = visitor.post(address("connection-edit", full.id), typed(full, wanted))
    assert answer.status_code == 302, answer.content
    row = reload(full)
    assert configuration_of(row) == wanted
    assert events("connection.changed")[-1]["details"]["fields"] == [field.name]
    tested = row.target_revision == row.revision
    assert tested == field.declared.is_tested


@EVERY
def test_the_conflict_page_shows_what_the_other_one_saved(
    full: Connection, visitor: Client, editor: Actor, field: ConnectionField
) -> None:
    sent = typed(full, FULL)
    wanted = changed(field)
    save(SHELL, full, wanted)
    page = visitor.post(address("connection-edit", full.id), sent).content.decode()
    table = page.partition("Saved meanwhile, and yours")[2].partition("</section>")[0]
    assert f'scope="row">{field.label}</th>' in table
    for value in (field.of(wanted), field.of(FULL)):
        assert f'<td role="cell">{escape(field.text(value))}</td>' in table
    assert table.count('scope="row"') == 1


def test_a_copy_begins_with_every_field_but_the_name(full: Connection, visitor: Client) -> None:
    form = visitor.get(address("connection-copy", full.id)).context["form"]
    expected = texts_of(replace(FULL, name=f"{FULL.name}-copy"))
    assert {name: form[name].value() for name in expected} == expected


def test_the_page_of_a_connection_shows_every_field(full: Connection, visitor: Client) -> None:
    page = visitor.get(address("connection-detail", full.id)).content.decode()
    for field in FIELDS:
        value = field.of(FULL)
        shown_as = dict(field.declared.part.choices).get(value, value)
        for word in [shown_as] if isinstance(shown_as, str) else shown_as:
            assert escape(word) in page, field.name


def set_broker(monkeypatch: pytest.MonkeyPatch, **more: str) -> None:
    monkeypatch.setattr(broker, "local", lambda: client.Local(actor=SHELL))
    given = {
        "--broker-service": "kafka",
        "--broker-auth": FULL.auth,
        "--broker-user": FULL.user,
        "--broker-password-secret": "orders-kafka/pwd",
        "--broker-bootstrap-servers": ",".join(FULL.servers),
        "--project": "payments",
    } | more
    words = [word for pair in given.items() for word in pair]
    answer = CliRunner().invoke(projects, ["config", "set", "broker", *words])
    assert answer.exit_code == 0, answer.output


def test_setting_the_broker_anew_blanks_nothing(
    full: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_broker(monkeypatch)
    assert configuration_of(reload(full)) == FULL


@EVERY
def test_the_command_changes_the_field_of_its_option_and_no_other(
    full: Connection, monkeypatch: pytest.MonkeyPatch, field: ConnectionField
) -> None:
    option = field.declared.option
    if option is None:
        return
    wanted = changed(field)
    set_broker(monkeypatch, **{option.name: texts_of(wanted)[field.declared.part.name]})
    assert configuration_of(reload(full)) == wanted
    words = ["config", "get", "broker", "--project", "payments"]
    text = field.text(field.of(wanted)).replace(", ", ",")
    assert text in CliRunner().invoke(projects, words).stdout


@EVERY
def test_a_run_keeps_and_tests_what_the_field_says(
    full: Connection, editor: Actor, field: ConnectionField
) -> None:
    saved, _ = runs.request(actor=editor, connection=full)
    draft = drafts.request(
        actor=editor,
        project=full.project_id,
        wanted=changed(field),
        password=reference_of(full),
    )
    for run, wanted in ((saved, FULL), (draft, changed(field))):
        value = field.of(wanted)
        kept = run.target.get(field.name)
        stored = list(value) if field.is_list else value
        assert kept == (stored if field.declared.in_snapshot else None)
        if field.declared.is_tested:
            expected = "\n".join(value) if field.name == "servers" else value
            assert getattr(open_target(run, editor), field.name) == expected


def test_a_run_of_before_a_field_is_tested_with_its_default(
    full: Connection, editor: Actor
) -> None:
    run, _ = runs.request(actor=editor, connection=full)
    del run.target["groups"]
    assert open_target(run, editor).groups == ()


@EVERY
def test_what_a_field_declares_agrees_with_itself(field: ConnectionField) -> None:
    declared = field.declared
    places = [one.declared.in_row_mac for one in FIELDS if one.declared.in_row_mac]
    assert len(set(places)) == len(places)
    if declared.in_row_mac or declared.is_tested:
        assert declared.in_snapshot  # a run is held against the row's MAC, and tests its snapshot
    if declared.redirects:
        assert declared.in_row_mac
        assert declared.audited_as
    if declared.is_tested:
        assert field.name in {one.name for one in dataclass_fields(Target)}


@EVERY
def test_a_row_that_was_altered_in_the_database_is_found_where_that_redirects(
    full: Connection, field: ConnectionField
) -> None:
    apply(full, changed(field))
    assert secret_references.unaltered(full) != bool(field.declared.in_row_mac)


@EVERY
def test_changing_where_the_password_goes_takes_a_right_of_its_own(
    full: Connection, person: Person, monkeypatch: pytest.MonkeyPatch, field: ConnectionField
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(
        connections.permissions,
        "require",
        lambda actor, project, right, **more: asked.append(right),
    )
    save(SHELL, full, changed(field))
    assert ("connection.edit_endpoint" in asked) == field.declared.redirects


@EVERY
def test_the_trail_tells_what_the_field_says_it_tells(
    full: Connection, field: ConnectionField
) -> None:
    wanted = changed(field)
    save(SHELL, full, wanted)
    details = events("connection.changed")[-1]["details"]
    if name := field.declared.audited_as:
        value = field.of(wanted)
        assert details[name] == (list(value) if field.is_list else value)
        assert (f"{name}_before" in details) == field.declared.redirects


@EVERY
def test_a_search_finds_what_the_field_says(full: Connection, field: ConnectionField) -> None:
    value, prefix = field.of(FULL), field.declared.searched_as
    words = value if field.is_list else (value,)
    lines = full.search_text.split("\n")
    assert all((f"{prefix}{word}".lower() in lines) == (prefix is not None) for word in words)
