"""What tests of AWS accounts share: accounts of each way, and a worker that asks the fake."""

from typing import Any

from brokers.models import AwsAccount, AwsQuery
from brokers.msk.accounts import aws_accounts
from brokers.msk.accounts.aws_accounts import KeyReference, Wanted
from brokers.msk.aws_queries import requests
from kalixweb.core.actor import Actor
from kalixweb.core.secret_value import SecretValue
from kalixweb.jobs.execution import execute
from kalixweb.projects.models import Project
from secrets_app.models import Secret
from secrets_app.services import secrets
from tests.fakes.aws.account import KEY_ID, SECRET_KEY

REGION = "eu-central-1"
ROLE = "arn:aws:iam::123456789012:role/kalixweb"


def key_secret(actor: Actor, project: Project, name: str = "aws-key", **entries: str) -> Secret:
    """A generic secret that holds an access key."""
    held = {"id": KEY_ID, "key": SECRET_KEY} | entries
    return secrets.create(
        actor=actor,
        project=project.id,
        name=name,
        type="generic",
        entries={entry: SecretValue(value) for entry, value in held.items()},
    )


def reference(secret: Secret) -> KeyReference:
    return KeyReference(secret, "id", "key")


def make_account(
    actor: Actor, project: Project, name: str = "production", **changes: Any
) -> AwsAccount:
    return aws_accounts.create(actor=actor, project=project, wanted=Wanted(name, REGION, **changes))


def ask(actor: Actor, account: AwsAccount, kind: str, **more: Any) -> AwsQuery:
    """Ask and have it answered, as a worker would; the row afterwards."""
    query, is_new = requests.request(actor=actor, account=account, kind=kind, **more)
    assert is_new
    return work(query)


def work(query: AwsQuery) -> AwsQuery:
    execute(AwsQuery.all_projects.get(id=query.id))
    return AwsQuery.all_projects.get(id=query.id)
