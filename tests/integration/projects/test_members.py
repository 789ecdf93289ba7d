"""Members, roles and invitations: who may change what, and what the trail says."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from time_machine import travel

from kalixweb.accounts.models import User
from kalixweb.audit import queries
from kalixweb.core import clock
from kalixweb.projects.models import Invitation, Membership, Project
from kalixweb.projects.permissions import Denied
from kalixweb.projects.services import invitations, memberships
from tests.factories import PASSWORD, actor_for, make_project, make_user, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


@pytest.fixture
def mira() -> User:
    return make_user("mira")


@pytest.fixture
def jonas() -> User:
    return make_user("jonas")


@pytest.fixture
def project(mira: User, jonas: User) -> Project:
    return make_project(project_admin=mira, editor=jonas)


def _events(project: Project, action: str) -> list[dict]:
    rows = queries.events([project.id], action=action).order_by("seq")
    return [queries.decode(row) for row in rows]


def _membership(project: Project, user: User) -> Membership:
    return Membership.objects.for_project(project).get(user=user)


def _path(link: str) -> str:
    return "/" + link.split("/", 3)[3]


def test_an_admin_changes_roles_on_the_page(mira: User, jonas: User, project: Project) -> None:
    row = _membership(project, jonas)
    client = signed_in(mira)
    page = client.get(f"/p/payments/members/{row.pk}/")
    assert "Sees which secrets there are, never a value; sees connections." in page.content.decode()
    answer = client.post(f"/p/payments/members/{row.pk}/", {"roles": ["viewer", "auditor"]})
    assert answer.status_code == 302
    assert _membership(project, jonas).roles == ["auditor", "viewer"]
    (event,) = _events(project, "membership.changed")
    assert event["object"]["label"] == "jonas"
    assert event["details"] == {"roles_before": ["editor"], "roles_after": ["auditor", "viewer"]}


def test_nobody_changes_their_own_roles(mira: User, jonas: User, project: Project) -> None:
    memberships.change_roles(
        actor=actor_for(mira), member=_membership(project, jonas), roles=["project_admin"]
    )
    row = _membership(project, mira)
    answer = signed_in(mira).post(
        f"/p/payments/members/{row.pk}/", {"roles": ["project_admin", "secret_keeper"]}
    )
    assert answer.status_code == 422
    assert "Nobody changes their own roles" in answer.content.decode()
    with pytest.raises(memberships.OwnRoles):
        memberships.remove_member(actor=actor_for(mira), member=row)
    assert _membership(project, mira).roles == ["project_admin"]


def test_a_project_keeps_an_admin(mira: User, project: Project) -> None:
    shell = actor_for(mira).__class__("shell", None, "operator")
    row = _membership(project, mira)
    with pytest.raises(memberships.LastAdmin):
        memberships.change_roles(actor=shell, member=row, roles=["viewer"])
    with pytest.raises(memberships.LastAdmin):
        memberships.remove_member(actor=shell, member=row)


def test_a_deactivated_admin_does_not_count_as_one(mira: User, project: Project) -> None:
    tom = make_user("tom", is_active=False)
    Membership(project=project, user=tom, roles=["project_admin"]).save()
    shell = actor_for(mira).__class__("shell", None, "operator")
    with pytest.raises(memberships.LastAdmin):
        memberships.remove_member(actor=shell, member=_membership(project, mira))


def test_removal_ends_access_at_once(mira: User, jonas: User, project: Project) -> None:
    theirs = signed_in(jonas)
    assert theirs.get("/p/payments/members/").status_code == 200
    row = _membership(project, jonas)
    signed_in(mira).post(f"/p/payments/members/{row.pk}/remove/")
    assert theirs.get("/p/payments/members/").status_code == 404
    (event,) = _events(project, "membership.ended")
    assert event["details"] == {"roles_before": ["editor"], "roles_after": []}


def test_an_unknown_role_is_refused(mira: User, jonas: User, project: Project) -> None:
    with pytest.raises(memberships.UnknownRole):
        memberships.change_roles(
            actor=actor_for(mira), member=_membership(project, jonas), roles=["root"]
        )


def test_a_member_without_the_right_gets_403_and_a_denial_event(
    jonas: User, project: Project
) -> None:
    answer = signed_in(jonas).get("/p/payments/members/invite/")
    body = answer.content.decode()
    assert answer.status_code == 403
    assert "<code>members</code>" in body
    assert "Project admin" in body
    assert "mira can give it to you" in body
    (event,) = _events(project, "access.denied")
    assert event["outcome"] == "denied"
    assert event["actor"]["label"] == "jonas"
    assert event["details"]["right"] == "members"


def test_a_stranger_gets_the_404_of_a_project_that_does_not_exist(project: Project) -> None:
    client = signed_in(make_user("eve", is_administrator=True))
    foreign = client.get("/p/payments/members/")
    missing = client.get("/p/no-such-project/members/")
    assert foreign.status_code == missing.status_code == 404
    assert foreign.content == missing.content
    assert _events(project, "access.denied") == []


def test_a_member_of_another_project_is_not_found_in_this_one(
    mira: User, jonas: User, project: Project
) -> None:
    other = make_project("search", project_admin=jonas, viewer=mira)
    row = _membership(other, mira)
    client = signed_in(mira)
    assert client.get(f"/p/payments/members/{row.pk}/").status_code == 404
    assert client.post(f"/p/payments/members/{row.pk}/remove/").status_code == 404


def test_an_invitation_makes_an_account_with_the_roles_and_works_once(
    mira: User, project: Project
) -> None:
    admin = signed_in(mira)
    form = {"label": "Tom of billing", "roles": ["tester"]}
    page = admin.post("/p/payments/members/invite/", form)
    link = page.context["link"]
    assert link in page.content.decode()
    assert "Tom of billing" in admin.get("/p/payments/members/").content.decode()
    assert link not in admin.get("/p/payments/members/").content.decode()
    guest = Client()
    assert guest.get(_path(link))["Location"] == "/invitation/"
    assert "You become Tester" in guest.get("/invitation/").content.decode()
    new = {"username": "tom", "password1": PASSWORD, "password2": PASSWORD}
    assert guest.post("/invitation/", new).status_code == 302
    assert guest.get("/")["Location"] == "/p/payments/"
    assert _membership(project, User.objects.get(username="tom")).roles == ["tester"]
    again = Client()
    again.get(_path(link))
    assert again.get("/invitation/").status_code == 404
    actions = [event["action"] for event in _events(project, "invitation")]
    assert actions == ["invitation.created", "invitation.accepted"]


def test_somebody_with_an_account_joins_with_it(mira: User, project: Project) -> None:
    tom = make_user("tom")
    link = invitations.invite(actor=actor_for(mira), label="tom", project=project, roles=["viewer"])
    client = signed_in(tom)
    client.get(_path(link))
    assert "You are signed in as tom" in client.get("/invitation/").content.decode()
    client.post("/invitation/")
    assert _membership(project, tom).roles == ["viewer"]


def test_an_invitation_never_changes_the_roles_of_a_member(mira: User, project: Project) -> None:
    link = invitations.invite(
        actor=actor_for(mira), label="me", project=project, roles=["secret_keeper"]
    )
    client = signed_in(mira)
    client.get(_path(link))
    client.post("/invitation/")
    assert _membership(project, mira).roles == ["project_admin"]
    assert Invitation.objects.count() == 1


def test_a_revoked_an_old_and_an_orphaned_invitation_do_not_work(
    mira: User, jonas: User, project: Project
) -> None:
    def opened() -> Client:
        link = invitations.invite(
            actor=actor_for(mira), label="tom", project=project, roles=["viewer"]
        )
        client = Client()
        client.get(_path(link))
        assert client.get("/invitation/").status_code == 200
        return client

    revoked = opened()
    row = Invitation.objects.get()
    signed_in(mira).post(f"/p/payments/members/invitations/{row.pk}/revoke/")
    assert revoked.get("/invitation/").status_code == 404

    old = opened()
    with travel(clock.now() + timedelta(hours=73)):
        assert old.get("/invitation/").status_code == 404

    orphaned = opened()
    Membership.objects.for_project(project).filter(user=mira).update(roles=["viewer"])
    assert orphaned.get("/invitation/").status_code == 404


def test_an_editor_may_not_invite_through_the_service(jonas: User, project: Project) -> None:
    with pytest.raises(Denied):
        invitations.invite(actor=actor_for(jonas), label="x", project=project, roles=["viewer"])


def test_the_member_list_takes_as_many_queries_for_many(
    mira: User,
    project: Project,
    django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]],
) -> None:
    client = signed_in(mira)
    for number in range(30):
        user = make_user(f"user-{number}")
        Membership(project=project, user=user, roles=["viewer"]).save()
    client.get("/p/payments/members/")
    with django_assert_max_num_queries(12):
        assert len(client.get("/p/payments/members/").context["members"]) == 32
