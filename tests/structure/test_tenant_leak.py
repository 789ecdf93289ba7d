"""Whoever is in one project reads of no other one: on no page, in no list, search or command.

Two projects hold one of everything. All that has a name in the other one begins with ``zebra-``.
"""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from click.testing import CliRunner
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from brokers.engine.faults import TABLE
from brokers.models import AwsQuery, Connection, MskOnboarding, TestRun
from kalixweb.cli.main import main
from kalixweb.projects.models import Membership, Project
from kalixweb.projects.roles import ROLES
from tests.factories import make_user
from tests.integration.conftest import keyring_path, keys_ready  # noqa: F401 - fixtures
from tests.structure.test_permissions import NEEDS, browser, path
from tests.world import World, leave_queued

pytestmark = pytest.mark.django_db

MARK = "zebra-"
SHOWN = [name for name, methods in NEEDS.items() if "GET" in methods]
STEPS = ("account", "cluster", "readiness", "user", "topics", "acls", "connection", "test")
# Beside what stands below a project.
OUTSIDE = [
    "projects:project-list",
    "brokers:all-connections",
    "brokers:fault-list",
    "usersessions_list",
    "mfa_index",
]


@pytest.fixture
def worlds(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> tuple[World, World]:
    cache.clear()
    leave_queued(monkeypatch)
    settings.KALIXWEB_AWS_HOST_PROJECTS = ["payments", f"{MARK}payments"]
    return World(), World(MARK)


@pytest.fixture
def ours(worlds: tuple[World, World]) -> World:
    return worlds[0]


@pytest.fixture
def theirs(worlds: tuple[World, World]) -> World:
    return worlds[1]


@pytest.fixture
def member(ours: World) -> Client:
    """A browser of somebody who may do everything in the one project."""
    user = make_user("member")
    Membership(project=ours.project, user=user, roles=sorted(ROLES)).save()
    return browser(user)


def read(client: Client, address: str, *, htmx: bool = False, **query: Any) -> str:
    answer = client.get(
        address, query, follow=True, headers={"hx-request": "true"} if htmx else None
    )
    assert answer.status_code in {200, 404}, (address, answer.status_code)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    headers = "\n".join(f"{name}: {text}" for name, text in answer.items())
    return f"{headers}\n{body.decode()}"


def looked_up(client: Client, ours: World) -> Iterator[tuple[str, str]]:
    """(address, what came) of everything that the member can open."""
    for name in SHOWN:
        address = path(ours, name)
        yield address, read(client, address)
        yield f"{address} (htmx)", read(client, address, htmx=True)
    for step in STEPS:
        address = reverse("brokers:msk-step", args=[ours.project.name, ours.onboarding.id, step])
        yield address, read(client, address)
    for name in OUTSIDE:
        yield name, read(client, reverse(name))
    yield "/", read(client, "/")
    fault = min(TABLE)
    yield fault, read(client, reverse("brokers:fault-detail", args=[fault]))


def test_no_page_shows_what_is_of_another_project(
    member: Client, ours: World, theirs: World
) -> None:
    seen = 0
    foreign = [str(row.id) for row in (theirs.project, theirs.secret, theirs.connection)]
    for address, said in looked_up(member, ours):
        assert MARK not in said, address
        assert not [one for one in foreign if one in said], address
        seen += "orders-" in said
    assert seen > len(SHOWN)  # the own rows are there


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("brokers:connection-list", {"q": "orders"}),
        ("brokers:connection-list", {"label": "zebra-team:orders"}),
        ("brokers:connection-list", {"project": "zebra-payments"}),
        ("brokers:connection-list", {"state": "unknown"}),
        ("brokers:all-connections", {"q": "orders"}),
        ("brokers:all-connections", {"q": "b-1.example.test"}),
        ("brokers:all-connections", {"project": "zebra-payments"}),
        ("brokers:all-connections", {"label": "zebra-team:orders"}),
        ("brokers:all-connections", {"state": "unknown"}),
        ("secrets:secret-list", {"q": "orders"}),
        ("secrets:secret-list", {"type": "generic"}),
        ("projects:audit", {"who": "operator"}),
        ("projects:audit", {"what": "secret.created"}),
    ],
)
def test_no_search_and_no_filter_reaches_into_another_project(
    member: Client, ours: World, theirs: World, name: str, query: dict[str, str]
) -> None:
    address = path(ours, name) if name in NEEDS else reverse(name)
    said = read(member, address, **query)
    for asked in query.values():  # the page says again what was looked for
        said = said.replace(asked, "").replace(quote(asked), "")
    assert MARK not in said
    assert str(theirs.connection.id) not in said
    assert str(theirs.secret.id) not in said


@pytest.mark.parametrize(
    "name",
    [
        "brokers:connection-new",
        "brokers:connection-edit",
        "brokers:connection-copy",
        "brokers:msk-policy",
        "brokers:aws-account-new",
        "brokers:aws-account-edit",
    ],
)
def test_ids_of_another_project_in_a_query_name_nothing(
    member: Client, ours: World, theirs: World, name: str
) -> None:
    draft = _draft(theirs)
    ids = {"draft": draft.id, "onboarding": theirs.onboarding.id, "account": theirs.account.id}
    assert MARK not in read(member, path(ours, name), **ids)


def _draft(world: World) -> TestRun:
    return TestRun.all_projects.create(
        project=world.project,
        actor_kind="shell",
        actor_label=f"{MARK}operator",
        origin="draft",
        state="done",
        target={"form": {"name": f"{MARK}draft", "user": f"{MARK}user"}, "revision": None},
    )


def test_ids_and_names_of_another_project_in_a_form_are_refused(
    member: Client, ours: World, theirs: World
) -> None:
    form = {
        "name": "borrowed",
        "servers": "b-9.example.test:9096",
        "platform": "kafka",
        "auth": "scram-sha-512",
        "user": "alice",
        "password_from": "choose",
        "password_ref": "zebra-orders-kafka/pwd",
        "ca_from": "none",
        "do": "save",
    }
    answer = member.post(path(ours, "brokers:connection-new"), form)
    assert answer.status_code == 422
    assert not Connection.all_projects.filter(name="borrowed").exists()
    foreign = {"account": theirs.account.id, "connection": theirs.connection.id}
    member.post(path(ours, "brokers:msk-new"), foreign)
    step = path(ours, "brokers:msk-step").replace("/topics/", "/account/")
    member.post(step, {**foreign, "do": "use"})
    onboardings = MskOnboarding.objects.for_project(ours.project)
    assert not onboardings.filter(account__project=theirs.project).exists()
    assert not onboardings.filter(connection__project=theirs.project).exists()


def test_what_is_done_to_all_is_done_to_the_own_ones(
    member: Client, ours: World, theirs: World
) -> None:
    before = _counted(theirs)
    assert member.post(path(ours, "brokers:test-all")).status_code in {200, 302}
    member.post(path(ours, "brokers:test-users-of-secret"))
    assert TestRun.objects.for_project(ours.project).count() > 1
    assert _counted(theirs) == before


def _counted(world: World) -> tuple[int, int, int]:
    of = world.project
    rows = (TestRun, AwsQuery, Connection)
    runs, asked, connections = (model.objects.for_project(of).count() for model in rows)
    return runs, asked, connections


def test_what_is_exported_of_the_audit_trail_is_the_own_chain(
    member: Client, ours: World, theirs: World
) -> None:
    for form in ("jsonl", "csv"):
        answer = member.post(path(ours, "projects:audit-export"), {"format": form})
        body = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
        assert "orders-kafka" in body
        assert MARK not in body


COMMANDS = [
    ["connections", "list"],
    ["connections", "list", "-o", "json"],
    ["secret", "list"],
    ["secret", "list", "-o", "json"],
    ["secret", "get", "orders-kafka"],
    ["projects", "config", "get", "broker"],
    ["audit", "export", "--format", "jsonl"],
]
OF_OTHERS = [
    ["connections", "test", "zebra-orders-prod"],
    ["secret", "get", "zebra-orders-kafka"],
    ["secret", "delete", "zebra-orders-kafka", "--yes"],
]


def _command(*words: str) -> tuple[int, str]:
    answer = CliRunner().invoke(main, [*words, "--project", "payments"])
    assert answer.exception is None or isinstance(answer.exception, SystemExit), answer.exception
    return answer.exit_code, answer.output


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_command_for_one_project_prints_nothing_of_another(ours: World, words: list[str]) -> None:
    Connection.objects.for_project(ours.project).update(is_default=True)
    status, said = _command(*words)
    assert status == 0, said
    assert "orders" in said
    assert MARK not in said


@pytest.mark.parametrize("words", OF_OTHERS, ids=" ".join)
def test_a_command_for_one_project_finds_nothing_by_the_names_of_another(
    theirs: World, words: list[str]
) -> None:
    before = _counted(theirs)
    status, _ = _command(*words)
    assert status in {2, 3}
    assert _counted(theirs) == before
    theirs.secret.refresh_from_db()


def test_a_broker_configuration_cannot_borrow_a_password(ours: World, theirs: World) -> None:
    status, said = _command(
        "projects", "config", "set", "broker", "--broker-service", "kafka",
        "--broker-auth", "scram-sha-512", "--broker-user", "alice",
        "--broker-password-secret", "zebra-orders-kafka/pwd",
        "--broker-bootstrap-servers", "b-1.example.test:9096",
    )  # fmt: skip
    assert status == 2, said
    used: set[UUID] = set(
        Connection.objects.for_project(ours.project).values_list("password_secret_id", flat=True)
    )
    assert theirs.secret.id not in used


def test_the_mark_is_on_everything_that_has_a_name(theirs: World) -> None:
    """Else the tests above could not tell what is foreign."""
    named = [
        Project.objects.get(pk=theirs.project.pk).name,
        theirs.secret.name,
        theirs.connection.name,
        theirs.account.name,
        theirs.invitation.label,
        *(row.user.username for row in Membership.objects.for_project(theirs.project)),
        json.dumps(theirs.run.target),
    ]
    assert all(MARK in name for name in named)
