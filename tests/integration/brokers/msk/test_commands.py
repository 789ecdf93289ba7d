"""``kalixweb msk … --account``: signed in as a saved AWS account of the project."""

import json
from collections.abc import Callable, Iterator

import pytest
from click.testing import CliRunner, Result
from pytest_django import Settings

from brokers.models import AwsAccount, AwsExternalId
from kalixweb.cli import client
from kalixweb.cli.main import main
from kalixweb.core.actor import Actor
from kalixweb.projects.models import Project
from secrets_app.models import Secret
from tests.fakes.aws import Account, FakeAws, healthy_account
from tests.fakes.aws.account import KEY_ID, SECRET_KEY
from tests.integration.brokers.conftest import SHELL, Person, events
from tests.integration.brokers.msk.aws import ROLE, key_secret, make_account, reference

pytestmark = pytest.mark.django_db
Msk = Callable[..., Result]


@pytest.fixture
def admin(person: Person) -> Actor:
    return person("ada", "project_admin", "secret_keeper", fresh=True)


@pytest.fixture
def key(project: Project, admin: Actor) -> Secret:
    return key_secret(admin, project)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    """AWS, and a host that has credentials which are not those of the account."""
    account = healthy_account()
    with FakeAws(account) as running:
        for name, value in running.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOFTHEHOST0000000")
        monkeypatch.setenv("AWS_REGION", "us-east-1")
        yield account


@pytest.fixture
def msk(monkeypatch: pytest.MonkeyPatch, project: Project) -> Msk:
    monkeypatch.setattr("kalixweb.cli.msk_sign_in.local", lambda: client.Local(actor=SHELL))

    def run(*words: str) -> Result:
        return CliRunner().invoke(main, ["msk", *words, "--project", project.name])

    return run


def test_a_key_signs_and_its_region_is_the_accounts(
    msk: Msk, aws: Account, project: Project, admin: Actor, key: Secret
) -> None:
    make_account(admin, project, way="key", key=reference(key))
    result = msk("clusters", "--account", "production", "-o", "json")
    assert result.exit_code == 0, result.stderr
    shown = json.loads(result.stdout)
    assert shown["region"] == "eu-central-1"
    assert [one["name"] for one in shown["clusters"]] == ["orders"]
    assert aws.requests[-1].key_id == KEY_ID
    assert SECRET_KEY not in result.output
    assert KEY_ID not in result.output
    assert events("secret.used")


def test_a_role_is_assumed_with_the_projects_external_id(
    msk: Msk, aws: Account, project: Project, admin: Actor, key: Secret
) -> None:
    make_account(admin, project, way="role", role_arn=ROLE, key=reference(key))
    aws.roles[ROLE] = AwsExternalId.objects.for_project(project).get().value
    arn = aws.cluster("orders")["ClusterArn"]
    result = msk("brokers", arn, "--account", "production", "-o", "json")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["calls"] == 2
    aws.roles[ROLE] = "kalixweb-of-another-project"
    result = msk("brokers", arn, "--account", "production", "-o", "json")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "external id" in result.stderr


def test_the_host_serves_named_projects_only(
    msk: Msk, aws: Account, project: Project, admin: Actor, settings: Settings
) -> None:
    settings.KALIXWEB_AWS_HOST_PROJECTS = [project.name]
    make_account(admin, project)
    settings.KALIXWEB_AWS_HOST_PROJECTS = []
    result = msk("clusters", "--account", "production")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "KALIXWEB_AWS_HOST_PROJECTS" in result.stderr
    assert not aws.requests


def test_an_account_that_is_not_there(msk: Msk, aws: Account, project: Project) -> None:
    result = msk("clusters", "--account", "staging")
    assert result.exit_code == 3
    assert result.stderr == f"The project {project.name} has no AWS account named staging.\n"


def test_a_region_beside_the_accounts_own(
    msk: Msk, aws: Account, project: Project, admin: Actor, key: Secret
) -> None:
    made: AwsAccount = make_account(admin, project, way="key", key=reference(key))
    assert made.region == "eu-central-1"
    result = msk("clusters", "--account", "production", "--region", "eu-west-1")
    assert result.exit_code == 0
    assert aws.requests[-1].region == "eu-west-1"
