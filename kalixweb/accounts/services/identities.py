"""Which people of an identity provider may sign in as whom: (issuer, subject) linked to a user."""

from http import HTTPStatus

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import IntegrityError, transaction

from kalixweb.accounts.models import User
from kalixweb.audit.unit_of_work import record, unit_of_work
from kalixweb.core.actor import Actor
from kalixweb.core.refusals import Refusal


class IdentityTaken(Refusal):
    """This person of the identity provider is linked to another account."""

    status = HTTPStatus.CONFLICT

    def __init__(self) -> None:
        super().__init__(
            "This person of the identity provider signs in as somebody else here. Unlink it there "
            "first."
        )


def of_user(user: User) -> list[SocialAccount]:
    """The links of the user to the provider that is configured now, oldest first."""
    links = SocialAccount.objects.filter(user=user, provider=settings.KALIXWEB_OIDC_ID)
    return list(links.order_by("pk"))


def link(*, actor: Actor, user: User, subject: str) -> None:
    """Let the provider's subject sign in as the user; raises IdentityTaken.

    Nothing else that the provider tells about the person is kept.
    """
    wanted = {"provider": settings.KALIXWEB_OIDC_ID, "uid": subject}
    if SocialAccount.objects.filter(user=user, **wanted).exists():
        return
    with unit_of_work(actor):
        try:
            with transaction.atomic():
                SocialAccount.objects.create(user=user, extra_data={}, **wanted)
        except IntegrityError:
            raise IdentityTaken from None
        _record(user, added=True, issuer=settings.KALIXWEB_OIDC_ISSUER)


def unlink(*, actor: Actor, user: User, link: int) -> None:
    """End one link of the user's own; nothing when it is gone."""
    with unit_of_work(actor):
        deleted, _ = SocialAccount.objects.filter(user=user, pk=link).delete()
        if deleted:
            _record(user, added=False, issuer=settings.KALIXWEB_OIDC_ISSUER)


def drop_links(user: User) -> None:
    """End every link of the user, those to earlier providers too; inside the caller's unit of work.

    Of an earlier provider nothing is known but that it was another one.
    """
    for link in SocialAccount.objects.filter(user=user).order_by("pk"):
        now = link.provider == settings.KALIXWEB_OIDC_ID
        link.delete()
        _record(user, added=False, issuer=settings.KALIXWEB_OIDC_ISSUER if now else None)


def _record(user: User, *, added: bool, issuer: str | None) -> None:
    record(
        "user.single_sign_on_changed",
        chain=None,
        object_kind="user",
        object_id=user.pk,
        object_label=user.username,
        issuer=issuer,
        added=added,
    )
