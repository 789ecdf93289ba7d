"""The setup link: the way to the first administrator, without any default password."""

import hmac
from datetime import timedelta
from http import HTTPStatus

from django.conf import settings

from kalixweb.accounts.models import SetupLink, User
from kalixweb.accounts.tokens import new_token, token_hash
from kalixweb.core import clock
from kalixweb.core.refusals import Refusal

LIFETIME = timedelta(minutes=60)


class SetupLinkNotValid(Refusal):
    """The link is wrong, too old, used, or a user exists already."""

    status = HTTPStatus.NOT_FOUND
    on_its_own = True

    def __init__(self) -> None:
        super().__init__("This setup link does not work any more.")


def issue_link() -> str | None:
    """A new setup link that replaces the one before, or None once a user exists."""
    if User.objects.exists():
        return None
    token = new_token()
    SetupLink.objects.update_or_create(
        pk=1, defaults={"token_hash": token_hash(token), "expires_at": clock.now() + LIFETIME}
    )
    return f"{settings.KALIXWEB_URL}/setup/{token}/"


def link_is_valid(digest: bytes) -> bool:
    """Whether the hash is that of the present link, and no user exists yet."""
    link = SetupLink.objects.filter(pk=1, expires_at__gt=clock.now()).first()
    if link is None or not hmac.compare_digest(bytes(link.token_hash), digest):
        return False
    return not User.objects.exists()


def consume_link(digest: bytes) -> None:
    """Use the link up inside the caller's unit of work; raises SetupLinkNotValid."""
    # The row's deletion decides between two people who answer the form at the same moment.
    valid = link_is_valid(digest)
    deleted, _ = SetupLink.objects.filter(pk=1, token_hash=digest).delete()
    if not valid or not deleted:
        raise SetupLinkNotValid
