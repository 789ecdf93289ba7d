"""Who may request which AWS query, by which account."""

from brokers.models import IDENTITY, PASSWORD, AwsAccount
from brokers.msk.accounts.sign_in import host_serves
from kalixweb.core.actor import Actor
from kalixweb.projects import permissions
from secrets_app.services.takeover import Source

SECRETS_MANAGER = Source(
    name="AWS Secrets Manager",
    right="msk.take_password",
    read="msk.password_read",
    taken="msk.password_taken",
)
_RIGHTS_OF_KIND = {PASSWORD: (SECRETS_MANAGER.right,)}


def right_for(actor: Actor, account: AwsAccount, kind: str) -> str:
    """Whoever may make an account may also query who it is."""
    if kind == IDENTITY and permissions.may(actor, account.project_id, "aws_account.edit"):
        return "aws_account.edit"
    return "msk.read"


def require_rights(actor: Actor, account: AwsAccount, kind: str) -> None:
    """Raise Denied unless the actor may request such a query by this account."""
    permissions.require(
        actor,
        account.project_id,
        *_rights(actor, account, kind),
        object_kind="aws_account",
        object_id=account.id,
        object_label=account.name,
    )


def may_request(actor: Actor, account: AwsAccount, kind: str) -> bool:
    """Whether it would be asked in the name of the actor."""
    rights = _rights(actor, account, kind)
    if not all(permissions.may(actor, account.project_id, right) for right in rights):
        return False
    return not account.uses_host or host_serves(account.project)


def _rights(actor: Actor, account: AwsAccount, kind: str) -> list[str]:
    rights = [right_for(actor, account, kind), *_RIGHTS_OF_KIND.get(kind, ())]
    return rights if account.uses_host else [*rights, "secret.use"]
