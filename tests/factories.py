"""Users, projects and memberships as tests need them, without audit events of their making."""

from uuid import uuid4

from django.test import Client

from kalixweb.accounts.models import User
from kalixweb.core.actor import Actor
from kalixweb.keys import lifecycle
from kalixweb.projects.models import Membership, Project

PASSWORD = "correct horse battery staple"


def make_user(username: str = "mira", **flags: bool) -> User:
    """A user who can sign in with PASSWORD."""
    user = User(username=username, **flags)
    user.set_password(PASSWORD)
    user.save()
    return user


def make_project(name: str = "payments", **members: User) -> Project:
    """A project with keys; each keyword is a role and its value the user who has it."""
    project = Project(id=uuid4(), name=name)
    lifecycle.create_project_keys(project.id)
    project.save()
    roles: dict[User, set[str]] = {}
    for role, user in members.items():
        roles.setdefault(user, set()).add(role)
    for user, held in roles.items():
        Membership(project=project, user=user, roles=sorted(held)).save()
    return project


def actor_for(user: User, *, fresh: bool = False) -> Actor:
    """The actor that a request of the user would carry."""
    return Actor("user", user.pk, user.username, address="192.0.2.7", fresh=fresh)


def signed_in(user: User) -> Client:
    """A browser that signed in through the form."""
    client = Client()
    answer = client.post("/account/login/", {"login": user.username, "password": PASSWORD})
    assert answer.status_code == 302, answer.content
    return client


def prove(client: Client, password: str = PASSWORD) -> None:
    """Make the browser's sign-in fresh."""
    answer = client.post("/account/reauthenticate/", {"password": password, "next": "/"})
    assert answer.status_code == 302, answer.content
