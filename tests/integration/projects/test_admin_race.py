"""Two who end two admins at the same moment do not leave a project without one."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from kalixweb.accounts.models import User
from kalixweb.projects.models import Membership, Project
from kalixweb.projects.services import memberships, people
from tests.factories import actor_for, make_project, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def _admins(project: Project) -> set[str]:
    return {row.user.username for row in memberships.admins_of(project)}


@contextmanager
def _held_before_commit(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[threading.Event, ...]]:
    """A removal that has decided and waits a moment before it is committed."""
    decided, go_on = threading.Event(), threading.Event()
    keep = memberships._keep_an_admin

    def slow(leaving: Membership) -> None:
        keep(leaving)
        decided.set()
        go_on.wait(2)

    monkeypatch.setattr(memberships, "_keep_an_admin", slow)
    yield decided, go_on


def test_one_is_deactivated_while_they_remove_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time")
    root = make_user("root", is_administrator=True)
    anna, tom = make_user("anna"), make_user("tom")
    project = make_project(project_admin=anna)
    row = Membership(project=project, user=tom, roles=["project_admin"])
    row.save()

    def remove() -> None:
        try:
            memberships.remove_member(actor=actor_for(anna), member=row)
        finally:
            connection.close()

    def deactivate() -> None:
        try:
            people.deactivate_user(actor=actor_for(root), user=User.objects.get(pk=anna.pk))
        finally:
            connection.close()

    with _held_before_commit(monkeypatch) as (decided, go_on):
        first = threading.Thread(target=remove)
        first.start()
        assert decided.wait(10)
        second = threading.Thread(target=deactivate)
        second.start()
        second.join(1)
        go_on.set()
        first.join()
        second.join()
    assert _admins(project) == {"root"}
