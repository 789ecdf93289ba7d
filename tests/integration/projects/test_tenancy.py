"""What tenant tables give out: the rows of the projects that somebody is a member of, no others."""

from uuid import uuid4

import pytest
from django.apps import apps
from pytest_django import Settings

from brokers.models import ConnectionStateChange
from brokers.msk.accounts import aws_accounts
from kalixweb.core import clock
from kalixweb.core.actor import Actor
from kalixweb.core.secret_value import SecretValue
from kalixweb.projects.models import Membership, Project
from kalixweb.projects.permissions import projects_with
from kalixweb.projects.queries import my_projects
from kalixweb.projects.tenancy import TenantManager, TenantModel, Unscoped
from secrets_app.models import Secret
from secrets_app.services import drafts, secrets
from tests.factories import actor_for, make_user
from tests.fakes import pki
from tests.world import World, leave_queued

pytestmark = pytest.mark.django_db

MODELS = [model for model in apps.get_models() if issubclass(model, TenantModel)]
SHELL = Actor("shell", None, "operator")
NOBODY = (
    Actor("anonymous", None, ""),
    Actor("worker", None, "worker"),
    Actor("user", uuid4(), "of another instance"),
)


@pytest.fixture
def worlds(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> tuple[World, World]:
    leave_queued(monkeypatch)
    settings.KALIXWEB_AWS_HOST_PROJECTS = ["payments", "zebra-payments"]
    both = World(), World("zebra-")
    for world in both:
        _add_what_is_not_in_every_world(world)
    return both


def _add_what_is_not_in_every_world(world: World) -> None:
    of, value = world.project.id, SecretValue(pki.authority("Orders Root").pem.decode())
    secrets.create(actor=SHELL, project=of, name="ca", type="tls-ca", entries={"ca.crt": value})
    aws_accounts.external_id(actor=SHELL, project=world.project)
    drafts.keep(project=of, run_id=world.run.id, values={"password": value})
    ConnectionStateChange.all_projects.create(
        project=world.project, connection=world.connection, to_state="failed", at=clock.now()
    )


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_each_tenant_table_is_read_for_somebody_or_for_a_project(
    worlds: tuple[World, World], model: type[TenantModel]
) -> None:
    assert type(model.objects) is TenantManager
    ours, theirs = worlds
    member = actor_for(ours.users["viewer"])
    every = set(model.all_projects.values_list("pk", flat=True))
    own = set(model.all_projects.filter(project=ours.project).values_list("pk", flat=True))
    foreign = set(model.all_projects.filter(project=theirs.project).values_list("pk", flat=True))
    assert set(model.objects.visible_to(member).values_list("pk", flat=True)) == own
    assert set(model.objects.for_project(ours.project).values_list("pk", flat=True)) == own
    assert set(model.objects.for_project(theirs.project.id).values_list("pk", flat=True)) == foreign
    assert set(model.objects.visible_to(SHELL).values_list("pk", flat=True)) == every
    for nobody in NOBODY:
        assert not model.objects.visible_to(nobody).exists(), nobody
    for read in ("all", "get", "first", "count", "exists"):
        with pytest.raises(Unscoped):
            getattr(model.objects, read)()


def test_every_tenant_table_has_rows_of_both_projects(worlds: tuple[World, World]) -> None:
    """Else the test above compares nothing with nothing: a new table gets its rows in the world."""
    empty = [
        f"{model.__name__} of {world.project}"
        for model in MODELS
        for world in worlds
        if not model.all_projects.filter(project=world.project).exists()
    ]
    assert not empty


def test_projects_are_those_of_ones_memberships(worlds: tuple[World, World]) -> None:
    ours, theirs = worlds
    member = actor_for(ours.users["tester"])
    assert set(Project.objects.visible_to(member)) == {ours.project}
    assert [project for project, _, _ in my_projects(member)] == [ours.project]
    assert projects_with(member, "connection.test") == [ours.project.id]
    assert projects_with(member, "connection.edit") == []
    assert theirs.project in Project.objects.visible_to(SHELL)
    for nobody in NOBODY:
        assert not Project.objects.visible_to(nobody).exists(), nobody
        assert my_projects(nobody) == []
        assert projects_with(nobody, "connection.view") == []


def test_who_is_in_several_projects_reads_these_and_no_third_one(
    worlds: tuple[World, World],
) -> None:
    both = make_user("both")
    for world in worlds:
        Membership(project=world.project, user=both, roles=["viewer"]).save()
    mine = {world.project.id for world in worlds}
    seen = Secret.objects.visible_to(actor_for(both)).values_list("project_id", flat=True)
    assert set(seen) == mine
    assert set(projects_with(actor_for(both), "secret.read")) == mine
    assert {project.id for project, _, _ in my_projects(actor_for(both))} == mine
