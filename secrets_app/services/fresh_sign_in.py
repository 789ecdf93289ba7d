"""What needs a fresh sign-in, asked where the change is made."""

from http import HTTPStatus

from kalixweb.core.actor import Actor
from kalixweb.core.refusals import Refusal


class FreshSignInNeeded(Refusal):
    """The actor must sign in anew first. Nothing was changed."""

    status = HTTPStatus.FORBIDDEN
    on_its_own = True
    fresh_would_do = True

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} needs a fresh sign-in. Sign in again, then repeat it.")


def is_fresh(actor: Actor) -> bool:
    """The host's operator has no sign-in to renew: whoever reads the keyring holds everything."""
    return actor.fresh or actor.kind == "shell"


def require_fresh(actor: Actor, what: str) -> None:
    """Raise FreshSignInNeeded, naming what was asked for, unless the sign-in is fresh."""
    if not is_fresh(actor):
        raise FreshSignInNeeded(what)
