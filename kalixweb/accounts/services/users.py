"""Accounts as such: made, given a password, ended. Who may ask for it is decided above."""

from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError

from kalixweb.accounts.models import User
from kalixweb.accounts.services.identities import drop_links
from kalixweb.audit.unit_of_work import record, unit_of_work
from kalixweb.core.actor import Actor
from kalixweb.core.refusals import NameTaken
from kalixweb.core.secret_value import SecretValue


def create_user(
    *,
    actor: Actor,
    username: str,
    password: SecretValue,
    via: str,
    is_administrator: bool = False,
    is_instance_auditor: bool = False,
) -> User:
    """Make an account and its audit event.

    ``via`` says how it came about: setup, invitation or command. Raises NameTaken (names
    differ in more than letter case), and
    ValidationError when the name or the password is not acceptable.
    """
    user = User(
        username=username.strip().lower(),
        is_administrator=is_administrator,
        is_instance_auditor=is_instance_auditor,
    )
    user.clean_fields(exclude=["password"])
    validate_password(password.text(), user)
    user.set_password(password.text())
    with unit_of_work(actor):
        try:
            user.save(force_insert=True)
        except IntegrityError as taken:
            raise NameTaken(f"The user name {user.username} is taken.", "username") from taken
        record(
            "user.created",
            chain=None,
            object_kind="user",
            object_id=user.pk,
            object_label=user.username,
            by=via,
            administrator=is_administrator,
            instance_auditor=is_instance_auditor,
        )
    return user


def set_password(*, actor: Actor, user: User, password: SecretValue, via: str) -> None:
    """Replace a password that its owner did not type: every session and every single sign-on link
    of the user ends, for somebody else may hold them. Raises ValidationError."""
    validate_password(password.text(), user)
    user.set_password(password.text())
    with unit_of_work(actor):
        user.save(update_fields=["password"])
        ended = drop_sessions(user)
        drop_links(user)
        record(
            "user.password_changed",
            chain=None,
            object_kind="user",
            object_id=user.pk,
            object_label=user.username,
            by=via,
            sessions_ended=ended,
        )


def drop_sessions(user: User, *, keep: str | None = None, only: int | None = None) -> int:
    """End the user's sessions but the one with key ``keep`` (or only row ``only``).

    The answer is how many of them were alive.
    """
    rows = UserSession.objects.filter(user_id=user.pk)
    if keep is not None:
        rows = rows.exclude(session_key=keep)
    if only is not None:
        rows = rows.filter(pk=only)
    keys = list(rows.values_list("session_key", flat=True))
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    live = [key for key in keys if store.exists(key)]
    for key in live:
        store.delete(key)
    UserSession.objects.filter(session_key__in=keys).delete()
    return len(live)


def end_sessions(
    *, actor: Actor, user: User, keep: str | None = None, only: int | None = None
) -> int:
    """Like ``drop_sessions``, with its audit event."""
    with unit_of_work(actor):
        ended = drop_sessions(user, keep=keep, only=only)
        record(
            "user.sessions_ended",
            chain=None,
            object_kind="user",
            object_id=user.pk,
            object_label=user.username,
            sessions=ended,
        )
    return ended
