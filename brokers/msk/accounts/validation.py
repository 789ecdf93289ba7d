"""What an AWS account is made of, as people give it, and why it cannot be saved."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from brokers.connections.services.validation import NotAcceptable
from brokers.models import HOST, KEY, ROLE, WAYS, AwsAccount
from brokers.msk.accounts.sign_in import HostNotServed, host_serves
from kalixweb.core.actor import Actor
from kalixweb.projects import permissions
from kalixweb.projects.models import Project
from secrets_app.models import GENERIC, Secret
from secrets_app.queries import ReferenceMissing
from secrets_app.services import naming

_REGION = re.compile(r"[a-z]{2,4}(-[a-z]+){1,3}-\d{1,2}")
_ROLE = re.compile(r"arn:aws(-[a-z]+)*:iam::\d{12}:role/[\w+=,.@/-]{1,512}", re.ASCII)


@dataclass(frozen=True, slots=True)
class KeyReference:
    """Where the two halves of an access key lie: entries of one generic secret."""

    secret: Secret
    id_entry: str
    secret_entry: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an account is made of. A role is assumed with the key, where there is one, else with
    the host's own credentials."""

    name: str
    region: str
    way: str = HOST
    role_arn: str = ""
    key: KeyReference | None = None


def key_of(row: AwsAccount) -> KeyReference | None:
    """The reference to the access key, or None."""
    if row.key_secret is None:
        return None
    return KeyReference(row.key_secret, row.key_id_entry, row.key_secret_entry)


def wanted_of(row: AwsAccount) -> Wanted:
    """What is stored in a row, as a form shows it again."""
    return Wanted(row.name, row.region, row.way, row.role_arn, key_of(row))


def require_possible(actor: Actor, project: Project, wanted: Wanted) -> None:
    """Raise Denied, NotAcceptable, ReferenceMissing or HostNotServed when it cannot be saved."""
    if problems := list(_problems(wanted)):
        raise NotAcceptable(problems)
    if wanted.key is None:
        if not host_serves(project):
            raise HostNotServed(project.name)
        return
    secret = wanted.key.secret
    if secret.project_id != project.id:
        raise ReferenceMissing(secret.name, "no secret of this project", "key_secret")
    if secret.type != GENERIC:
        needed = "no generic secret; one that holds a key is needed"
        raise ReferenceMissing(secret.name, needed, "key_secret")
    permissions.require(
        actor,
        project.id,
        "secret.use",
        object_kind="secret",
        object_id=secret.id,
        object_label=secret.name,
    )


def _problems(wanted: Wanted) -> Iterator[tuple[str, str]]:
    """(field, sentence) pairs: why the account cannot be saved."""
    if not wanted.name:
        yield "name", "An AWS account needs a name, such as production."
    elif not naming.is_name(wanted.name):
        example = naming.suggestion(wanted.name)
        yield "name", f"Use small letters, digits and hyphens, such as {example}."
    if not _REGION.fullmatch(wanted.region):
        yield "region", "Name the Region as AWS writes it, such as eu-central-1."
    if wanted.way not in dict(WAYS):
        yield "way", "Choose how to sign in."
    if wanted.way == ROLE and not _ROLE.fullmatch(wanted.role_arn):
        yield "role_arn", "Give the role's ARN, such as arn:aws:iam::123456789012:role/kalixweb."
    if wanted.way != ROLE and wanted.role_arn:
        yield "role_arn", "Only an account that assumes a role has one."
    yield from _key_problems(wanted)


def _key_problems(wanted: Wanted) -> Iterator[tuple[str, str]]:
    if wanted.way == KEY and wanted.key is None:
        yield "key", "Choose the secret that holds the access key."
    if wanted.way == HOST and wanted.key is not None:
        yield "key", "The host's own credentials need no access key."
    if wanted.key is not None and wanted.key.id_entry == wanted.key.secret_entry:
        yield "key", "The access key id and the secret access key are two different entries."
