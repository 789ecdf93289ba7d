"""Administrators and what they end; Django admin, where they do it."""

import pytest
from django.contrib.admin import ModelAdmin
from django.contrib.admin.sites import all_sites
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from kalixweb.accounts.models import User
from kalixweb.audit import queries
from kalixweb.core.actor import Actor
from kalixweb.projects.admin_site import NotReadOnly, ReadOnlyAdmin, site
from kalixweb.projects.models import Invitation, Membership
from kalixweb.projects.permissions import Denied
from kalixweb.projects.services import invitations, people
from tests.factories import PASSWORD, actor_for, make_project, make_user, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


@pytest.fixture
def root() -> User:
    return make_user("root", is_administrator=True)


@pytest.fixture
def mira() -> User:
    return make_user("mira")


def _act(client: Client, action: str, *users: User) -> str:
    form = {"action": action, "_selected_action": [str(user.pk) for user in users]}
    return client.post("/admin/accounts/user/", form, follow=True).content.decode()


def test_deactivation_ends_sessions_and_invitations(root: User, mira: User) -> None:
    project = make_project(project_admin=mira, viewer=root)
    client = signed_in(mira)
    link = invitations.invite(actor=actor_for(mira), label="tom", project=project, roles=["viewer"])
    ended = people.deactivate_user(actor=actor_for(root), user=mira)
    assert (ended.sessions, ended.invitations) == (1, 1)
    assert client.get("/p/").status_code == 302
    guest = Client()
    guest.get("/" + link.split("/", 3)[3])
    assert guest.get("/invitation/").status_code == 404
    (row,) = queries.events([queries.instance_chain()], action="user.deactivated")
    assert queries.decode(row)["details"] == {"sessions": 1, "invitations": 1}


def test_a_project_of_the_deactivated_gets_another_admin(root: User, mira: User) -> None:
    project = make_project(project_admin=mira)
    shared = make_project("shared", project_admin=mira)
    Membership(project=shared, user=make_user("jonas"), roles=["project_admin"]).save()
    ended = people.deactivate_user(actor=actor_for(root), user=mira)
    assert ended.taken_over == ("payments",)
    assert Membership.objects.for_project(project).get(user=root).roles == ["project_admin"]
    (row,) = queries.events([project.id], action="membership.changed")
    assert queries.decode(row)["object"]["label"] == "root"


def test_the_last_administrator_stays(root: User) -> None:
    make_user("old", is_administrator=True, is_active=False)
    with pytest.raises(people.LastAdministrator):
        people.deactivate_user(actor=actor_for(root), user=root)
    root.refresh_from_db()
    assert root.is_active


def test_only_administrators_deactivate(mira: User) -> None:
    victim = make_user("jonas", is_administrator=True)
    with pytest.raises(Denied):
        people.deactivate_user(actor=actor_for(mira), user=victim)
    auditor = make_user("anna", is_instance_auditor=True)
    with pytest.raises(Denied):
        people.end_sessions(actor=actor_for(auditor), user=victim)


def test_a_link_lets_an_existing_user_choose_a_new_password(root: User, mira: User) -> None:
    session = signed_in(mira)
    link = invitations.invite_to_new_password(actor=actor_for(root), user=mira)
    guest = Client()
    guest.get("/" + link.split("/", 3)[3])
    assert "Choose a new password for mira" in guest.get("/invitation/").content.decode()
    form = {"password1": "another long password", "password2": "another long password"}
    assert guest.post("/invitation/", form)["Location"] == "/account/login/"
    assert session.get("/p/").status_code == 302
    mira.refresh_from_db()
    assert mira.check_password("another long password")
    assert not Invitation.objects.exists()


def test_the_host_operator_makes_an_administrator() -> None:
    from kalixweb.core.secret_value import SecretValue

    shell = Actor("shell", None, "operator")
    people.create_administrator(actor=shell, username="Root", password=SecretValue(PASSWORD))
    assert User.objects.get(username="root").is_administrator


def test_admin_is_closed_to_members_and_leads_strangers_to_the_sign_in(mira: User) -> None:
    answer = Client().get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0] == "/account/login/?next=/admin/"
    answer = signed_in(mira).get("/admin/", follow=True)
    assert answer.request["PATH_INFO"] == "/p/"


def test_administrators_see_metadata_and_can_change_nothing(root: User, mira: User) -> None:
    make_project(project_admin=mira)
    client = signed_in(root)
    for path in (
        "/admin/",
        "/admin/accounts/user/",
        f"/admin/accounts/user/{mira.pk}/change/",
        "/admin/projects/membership/",
        "/admin/projects/invitation/",
        "/admin/projects/project/",
        "/admin/audit/auditevent/?q=root",
    ):
        assert client.get(path).status_code == 200, path
    assert client.get("/admin/accounts/user/add/").status_code == 403
    assert client.get(f"/admin/accounts/user/{mira.pk}/delete/").status_code == 403
    change = client.post(f"/admin/accounts/user/{mira.pk}/change/", {"is_administrator": "on"})
    assert change.status_code == 403
    mira.refresh_from_db()
    assert not mira.is_administrator


def test_password_hashes_are_not_shown(root: User, mira: User) -> None:
    body = signed_in(root).get(f"/admin/accounts/user/{mira.pk}/change/").content.decode()
    assert mira.password not in body


@pytest.mark.parametrize(
    "asked", ["password__startswith=md5", "password__gte=md5", "id__isnull=0", "sessions__id=1"]
)
def test_admin_filters_by_nothing_but_what_it_offers(root: User, asked: str) -> None:
    """Else the list tells a password's hash letter by letter, to instance auditors too."""
    client = signed_in(make_user("anna", is_instance_auditor=True))
    assert client.get("/admin/accounts/user/", {"is_active__exact": "1"}).status_code == 200
    assert client.get(f"/admin/accounts/user/?{asked}").status_code == 400


def test_admin_filters_lead_to_no_other_table(root: User) -> None:
    client = signed_in(root)
    make_project(viewer=root)
    page = client.get("/admin/audit/auditevent/", {"time__year": "2026", "outcome__exact": "ok"})
    assert page.status_code == 200
    project = str(Membership.all_projects.get().project_id)
    mine = client.get("/admin/projects/membership/", {"project__id__exact": project})
    assert mine.status_code == 200
    for asked in ("user__password__startswith=md5", "project__memberships__user__password=x"):
        assert client.get(f"/admin/projects/membership/?{asked}").status_code == 400


def test_the_three_actions_of_administrators(root: User, mira: User) -> None:
    session = signed_in(mira)
    client = signed_in(root)
    assert "Ended 1 session(s) of mira" in _act(client, "end_sessions", mira)
    assert session.get("/p/").status_code == 302
    assert "/invitation/" in _act(client, "send_invitation", mira)
    assert "Deactivated mira" in _act(client, "deactivate", mira)
    assert "last active administrator" in _act(client, "deactivate", root)
    mira.refresh_from_db()
    assert not mira.is_active


def test_instance_auditors_look_and_do_not_touch(mira: User) -> None:
    client = signed_in(make_user("anna", is_instance_auditor=True))
    assert client.get("/admin/accounts/user/").status_code == 200
    _act(client, "deactivate", mira)
    mira.refresh_from_db()
    assert mira.is_active


# Nothing of allauth, sessions, groups or permissions.
SHOWN = {
    "accounts.user",
    "projects.project",
    "projects.membership",
    "projects.invitation",
    "audit.auditevent",
    "secrets_app.secret",
    "secrets_app.secretversion",
    "brokers.connection",
    "brokers.connectionstatechange",
    "brokers.testrun",
    "brokers.awsaccount",
    "brokers.awsquery",
    "brokers.mskonboarding",
}


def test_admin_shows_only_what_is_on_the_list() -> None:
    assert site in list(all_sites)
    assert {model._meta.label_lower for model in site._registry} == SHOWN
    for admin in site._registry.values():
        assert isinstance(admin, ReadOnlyAdmin)
    from django.contrib.sessions.models import Session

    with pytest.raises(NotReadOnly):
        site.register(Session, ModelAdmin)


def test_every_list_of_admin_opens(root: User) -> None:
    client = signed_in(root)
    for model in site._registry:
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        assert client.get(address, {"q": "x"}).status_code == 200, address
