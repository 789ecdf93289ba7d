"""Projects: made with keys, listed, renamed, deleted with what was sealed in them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest
from django.core.cache import cache

from brokers.models import Connection, TestRun
from kalixweb.accounts.models import User
from kalixweb.audit import queries
from kalixweb.core.actor import Actor
from kalixweb.core.refusals import NameTaken
from kalixweb.core.secret_value import SecretValue
from kalixweb.keys import key_cache, sealing
from kalixweb.keys.models import CryptoKey
from kalixweb.projects.models import Membership, Project
from kalixweb.projects.permissions import Denied, may, rights_of
from kalixweb.projects.roles import ROLES
from kalixweb.projects.services import (
    create_project,
    delete_project,
    edit_project,
)
from kalixweb.projects.tenancy import Unscoped
from secrets_app.models import Secret
from tests.factories import actor_for, make_project, make_user, prove, signed_in
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


def _seal(project: Project) -> bytes:
    return sealing.seal(
        purpose="secret_value",
        project=project.id,
        object_id=project.id,
        kind="generic",
        field="pwd",
        version=1,
        plaintext=SecretValue("canary"),
    )


def test_an_administrator_makes_a_project_and_is_in_it() -> None:
    root = make_user("root", is_administrator=True)
    client = signed_in(root)
    answer = client.post("/p/new/", {"name": "search", "description": "Everything about search"})
    assert answer["Location"] == "/p/search/"
    project = Project.objects.get()
    assert Membership.objects.for_project(project).get().roles == [
        "project_admin",
        "secret_keeper",
    ]
    assert _seal(project)[:2] == b"KD"
    actions = [row.action for row in queries.events([project.id])]
    assert set(actions) >= {"project.created", "membership.changed"}


@pytest.mark.parametrize("name", ["Search", "a b", "-a", "a-", "new", "taken", "ä", "a" * 64, ""])
def test_a_name_that_cannot_be_is_refused_with_422(name: str) -> None:
    make_project("taken")
    client = signed_in(make_user("root", is_administrator=True))
    answer = client.post("/p/new/", {"name": name})
    assert answer.status_code == 422
    assert Project.objects.count() == 1


def test_others_make_no_projects() -> None:
    client = signed_in(make_user())
    assert client.get("/p/new/").status_code == 403
    with pytest.raises(Denied):
        create_project(actor=actor_for(User.objects.get()), name="mine")
    assert not Project.objects.exists()


def test_the_first_page_leads_to_the_last_project_or_the_list() -> None:
    mira = make_user()
    client = signed_in(mira)
    assert client.get("/")["Location"] == "/p/"
    assert "You are in no project yet" in client.get("/p/").content.decode()
    make_project("alpha", viewer=mira)
    make_project("beta", viewer=mira)
    assert client.get("/")["Location"] == "/p/alpha/"
    client.get("/p/beta/members/")
    assert client.get("/")["Location"] == "/p/beta/"


def test_renaming_keeps_everything_and_is_audited() -> None:
    mira = make_user()
    project = make_project(project_admin=mira)
    client = signed_in(mira)
    answer = client.post("/p/payments/settings/", {"name": "billing", "description": ""})
    assert answer["Location"] == "/p/billing/settings/"
    assert client.get("/p/payments/members/").status_code == 404
    (row,) = queries.events([project.id], action="project.renamed")
    assert queries.decode(row)["details"] == {"name_before": "payments", "name_after": "billing"}


def test_a_name_is_taken_once() -> None:
    mira = make_user()
    make_project("search")
    project = make_project(project_admin=mira)
    with pytest.raises(NameTaken):
        edit_project(actor=actor_for(mira), project=project, name="search", description="")
    answer = signed_in(mira).post("/p/payments/settings/", {"name": "search"})
    assert answer.status_code == 422


def test_deleting_asks_for_a_fresh_sign_in_and_the_name() -> None:
    mira = make_user()
    make_project(project_admin=mira)
    client = signed_in(mira)
    assert "/account/reauthenticate/" in client.get("/p/payments/delete/")["Location"]
    assert client.post("/p/payments/delete/", {"typed": "payments"}).status_code == 403
    prove(client)
    wrong = client.post("/p/payments/delete/", {"typed": "payment"})
    assert wrong.status_code == 422
    assert Project.objects.exists()
    assert client.post("/p/payments/delete/", {"typed": "payments"})["Location"] == "/p/"
    assert not Project.objects.exists()


def test_deletion_destroys_the_keys_and_leaves_the_trail() -> None:
    mira = make_user()
    project = make_project(project_admin=mira)
    key = project.id
    _seal(project)
    delete_project(actor=actor_for(mira), project=project)
    project.id = key
    instance_keys = CryptoKey.objects.filter(project=None)
    assert {row.state for row in instance_keys} == {CryptoKey.State.ACTIVE}
    key_cache.forget()  # a test never commits, and only a commit empties the cache
    with pytest.raises(sealing.KeyUnavailable):
        _seal(project)
    actions = {row.action for row in queries.events([key])}
    assert {"project.deleted", "membership.ended"} <= actions
    assert queries.events([queries.instance_chain()], action="project.deleted").exists()


def test_an_editor_neither_renames_nor_deletes() -> None:
    mira, jonas = make_user(), make_user("jonas")
    project = make_project(project_admin=mira, editor=jonas)
    client = signed_in(jonas)
    prove(client)
    assert client.post("/p/payments/settings/", {"name": "x"}).status_code == 403
    assert client.post("/p/payments/delete/", {"typed": "payments"}).status_code == 403
    with pytest.raises(Denied):
        delete_project(actor=actor_for(jonas), project=project)


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_role_gives_exactly_what_the_table_says(role: str) -> None:
    mira = make_user()
    project = make_project(**{role: mira})
    assert rights_of(actor_for(mira), project.id) == ROLES[role]
    other = make_project("search")
    assert rights_of(actor_for(mira), other.id) == frozenset()


def test_workers_and_strangers_may_nothing_and_the_shell_everything() -> None:
    project = make_project()
    assert not may(Actor("worker", None, "worker-1"), project.id, "secret.read")
    assert not may(Actor("anonymous", None, "anonymous"), project.id, "secret.read")
    assert may(Actor("shell", None, "operator"), project.id, "secret.reveal")


def test_a_deactivated_member_may_nothing() -> None:
    mira = make_user(is_active=False)
    project = make_project(secret_keeper=mira)
    assert rights_of(actor_for(mira), project.id) == frozenset()


def test_a_superuser_flag_of_django_grants_nothing() -> None:
    mira = make_user()
    mira.is_superuser = True  # type: ignore[attr-defined]
    project = make_project()
    assert not may(actor_for(mira), project.id, "secret.read")
    assert not mira.has_perm("anything")


def test_tenant_rows_are_not_read_without_a_project() -> None:
    with pytest.raises(Unscoped):
        Membership.objects.all()
    with pytest.raises(Unscoped):
        Membership.objects.filter(roles=[])


def test_the_list_of_projects_takes_as_many_queries_for_many(
    django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]],
) -> None:
    mira = make_user()
    for number in range(12):
        make_project(f"project-{number}", viewer=mira)
    client = signed_in(mira)
    client.get("/p/")
    with django_assert_max_num_queries(12):
        assert len(client.get("/p/").context["rows"]) == 12


def test_deletion_takes_secrets_connections_and_runs_along() -> None:
    world = World()
    delete_project(actor=actor_for(world.users["project_admin"]), project=world.project)
    for model in (Secret, Connection, TestRun, Membership):
        left = model.all_projects.exclude(project__name="elsewhere")
        assert not left.exists(), model
    assert Project.objects.get().name == "elsewhere"


def test_a_service_has_the_rights_that_are_registered_for_it_and_no_others() -> None:
    project = make_project()
    schedule = Actor(kind="service", id=None, label="bootstrap server schedule")
    assert rights_of(schedule, project.id) == {"msk.read", "secret.use"}
    assert rights_of(replace(schedule, label="another"), project.id) == frozenset()
    with pytest.raises(Denied):
        delete_project(actor=schedule, project=project)
    assert not Project.objects.visible_to(schedule).exists()


def test_what_the_apps_register_leads_through_every_page() -> None:
    mira = make_user()
    make_project(viewer=mira)
    page = signed_in(mira).get("/p/").content.decode()
    menu = ["All my connections", "All projects", "Faults explained"]
    bar = ["Overview", "Connections", "Secrets", "MSK", "Members"]
    assert [page.index(f">{label}</a>") for label in menu] == sorted(
        page.index(f">{label}</a>") for label in menu
    )
    assert [page.index(f'">{label}</a>') for label in bar] == sorted(
        page.index(f'">{label}</a>') for label in bar
    )
    assert ">Audit</a>" not in page
