"""What `kalixweb demo` puts into the instance for a newcomer."""

import datetime as dt
from pathlib import Path

import pytest

from brokers.models import Connection, TestRun
from kalixweb.accounts.models import User
from kalixweb.cli import demo_web
from kalixweb.core.actor import Actor
from kalixweb.practice import pki
from kalixweb.practice.listeners import listeners
from kalixweb.practice.server import Practice
from kalixweb.projects.models import Membership, Project

SHELL = Actor(kind="shell", id=None, label="operator")


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    """As a running one would describe itself; nothing of it is started."""
    ca_path = pki.make(tmp_path, dt.datetime.now(dt.UTC))
    return Practice(tmp_path, 19200, 1, ca_path, listeners(19200, ca_path))


@pytest.mark.django_db(transaction=True)
def test_one_working_and_nine_broken_connections_wait_to_be_tested(practice: Practice) -> None:
    demo_web.fill(SHELL, practice)

    project = Project.objects.get(name="practice")
    made = Connection.objects.for_project(project)
    assert made.count() == 10
    broken = {name for name in made.values_list("name", flat=True) if name != "good"}
    assert broken == {*demo_web.BROKEN, "wrong-password"}
    assert len({tuple(servers) for servers in made.values_list("servers", flat=True)}) == 9
    queued = TestRun.objects.for_project(project).filter(state="queued")
    assert queued.count() == 10


@pytest.mark.django_db(transaction=True)
def test_a_second_demo_makes_nothing_twice(practice: Practice) -> None:
    demo_web.fill(SHELL, practice)
    demo_web.fill(SHELL, practice)

    project = Project.objects.get()
    assert Connection.objects.for_project(project).count() == 10
    assert TestRun.objects.for_project(project).count() == 10


@pytest.mark.django_db(transaction=True)
def test_the_only_administrator_sees_it(practice: Practice) -> None:
    mira = User.objects.create(username="mira", is_administrator=True)

    demo_web.fill(SHELL, practice)

    project = Project.objects.get()
    assert [row.user_id for row in Membership.objects.for_project(project)] == [mira.pk]
