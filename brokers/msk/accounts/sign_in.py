"""How kalixweb signs in to AWS for a project. Access keys are opened here, for one use each."""

import re
from http import HTTPStatus

from django.conf import settings

from brokers.aws.sign_in import AccessKey, AssumedRole, HostChain, SignIn
from brokers.models import HOST, KEY, AwsAccount, AwsExternalId
from kalixweb.audit import queries as audit
from kalixweb.core.actor import Actor
from kalixweb.core.refusals import Refusal
from kalixweb.core.secret_value import SecretValue
from kalixweb.projects import permissions
from kalixweb.projects.models import Project
from secrets_app.services import values
from secrets_app.services.values import Pin

# https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKey.html, and all begin with an A.
_KEY_ID = re.compile(r"A[A-Z0-9]{15,127}")
_TEMPORARY = "ASIA"
_SECRET_KEY = re.compile(r"[!-~]{16,128}")


class HostNotServed(Refusal):
    """The operator has not named the project: the host's own credentials are not for it."""

    status = HTTPStatus.FORBIDDEN
    field = "way"

    def __init__(self, project: str) -> None:
        super().__init__(
            f"kalixweb's own AWS credentials do not serve the project {project}. Use an access "
            "key, or ask the operator of kalixweb to name the project in "
            "KALIXWEB_AWS_HOST_PROJECTS."
        )


class NoExternalId(Refusal):
    """A role is not assumed without the project's external id."""

    status = HTTPStatus.CONFLICT

    def __init__(self) -> None:
        super().__init__(
            "This project has no external id, and no role is assumed without it. Save the AWS "
            "account again, and put the external id that it shows into the role's trust policy."
        )


class NotAKey(Refusal):
    """What the entry holds cannot be this half of an access key; it was sent nowhere."""

    status = HTTPStatus.CONFLICT

    def __init__(self, reference: str, wanted: str) -> None:
        super().__init__(f"{reference} holds no {wanted}. Choose another entry, or correct it.")


class TemporaryKey(NotAKey):
    """The key is of a kind that ends by itself, and is nothing without its session token."""

    def __init__(self, reference: str) -> None:
        Refusal.__init__(
            self,
            f"{reference} holds the id of a temporary key, which needs a session token, and none "
            "is kept here. Use a role.",
        )


def host_serves(project: Project) -> bool:
    """Whether the host's own credentials may be used for the project, by name or by id.

    Where the operator has said nothing, embedded: the first project, which was made by whoever
    runs kalixweb. The audit trail knows which that was, also when it is gone: no other project
    comes into its place.
    """
    named: list[str] | None = settings.KALIXWEB_AWS_HOST_PROJECTS
    if named is not None:
        return project.name in named or str(project.id) in named
    made = audit.events([audit.instance_chain()], action="project.created", outcome="ok")
    first = made.order_by("seq").values_list("object_id", flat=True).first()
    return first == str(project.id)


def sign_in_of(actor: Actor, account: AwsAccount, right: str = "msk.read") -> SignIn:
    """How to sign in with the account; the use of an access key is in the audit before it is
    opened.

    Outside any transaction. ``right`` is what asking by it needs. Raises Denied, HostNotServed,
    NoExternalId, NotAKey, and what opening values raises (ValueGone, RowAltered, KeyUnavailable,
    BlobRefused).
    """
    permissions.require(
        actor,
        account.project_id,
        right,
        object_kind="aws_account",
        object_id=account.id,
        object_label=account.name,
    )
    if account.uses_host and not host_serves(account.project):
        raise HostNotServed(account.project.name)
    if account.way == HOST:
        return HostChain()
    if account.way == KEY:
        return _access_key(actor, account)
    external_id = AwsExternalId.objects.for_project(account.project_id).first()
    if external_id is None:
        raise NoExternalId
    base = HostChain() if account.uses_host else _access_key(actor, account)
    return AssumedRole(account.role_arn, external_id.value, base)


def _access_key(actor: Actor, account: AwsAccount) -> AccessKey:
    secret = account.key_secret
    if secret is None:
        raise NotAKey(account.name, "access key")
    version = secret.current_version
    key_id = Pin(secret.id, version, account.key_id_entry)
    secret_key = Pin(secret.id, version, account.key_secret_entry)
    opened = values.use(
        actor=actor,
        project=account.project_id,
        pins=[key_id, secret_key],
        reason="AWS sign-in",
        account=account.name,
    )
    # The id is sent in clear: a password that was chosen by mistake must not be.
    reference = f"{secret.name}/{key_id.entry}"
    checked_id = _checked(opened[key_id], _KEY_ID, reference, "access key id")
    if checked_id.startswith(_TEMPORARY):
        raise TemporaryKey(reference)
    return AccessKey(
        checked_id,
        SecretValue(
            _checked(
                opened[secret_key],
                _SECRET_KEY,
                f"{secret.name}/{secret_key.entry}",
                "secret access key",
            )
        ),
    )


def _checked(value: SecretValue, pattern: re.Pattern[str], reference: str, wanted: str) -> str:
    try:
        text = value.text()
    except UnicodeDecodeError:
        raise NotAKey(reference, wanted) from None
    if not pattern.fullmatch(text):
        raise NotAKey(reference, wanted)
    return text
