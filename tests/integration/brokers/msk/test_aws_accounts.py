"""AWS accounts: who makes them, with whose credentials, and what the audit trail tells."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from brokers.aws.sign_in import AccessKey, AssumedRole, HostChain
from brokers.models import AwsAccount, AwsExternalId
from brokers.msk.accounts import aws_accounts
from brokers.msk.accounts.aws_accounts import (
    HostNotServed,
    KeyReference,
    NotAcceptable,
    Wanted,
    sign_in_of,
)
from brokers.msk.accounts.sign_in import NoExternalId, NotAKey, host_serves
from kalixweb.core import clock
from kalixweb.core.actor import Actor
from kalixweb.core.refusals import ChangedMeanwhile, NameTaken
from kalixweb.core.secret_value import SecretValue
from kalixweb.projects.models import Project
from kalixweb.projects.permissions import Denied
from kalixweb.projects.services.projects import (
    NameReserved,
    create_project,
    delete_project,
    edit_project,
)
from secrets_app.models import Secret, Usage
from secrets_app.queries import ReferenceMissing
from secrets_app.services import secrets, values
from secrets_app.services.row_macs import RowAltered
from secrets_app.services.rows import StillInUse
from secrets_app.services.versions import save_version
from tests.fakes.aws.account import KEY_ID, SECRET_KEY
from tests.integration.brokers.conftest import SHELL, Person, events
from tests.integration.brokers.msk.aws import REGION, ROLE, key_secret, make_account, reference

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(person: Person) -> Actor:
    """Whoever made a project holds both roles."""
    return person("ada", "project_admin", "secret_keeper", fresh=True)


@pytest.fixture
def key(project: Project, admin: Actor) -> Secret:
    return key_secret(admin, project)


def test_each_way_to_sign_in(project: Project, admin: Actor, key: Secret) -> None:
    host = make_account(admin, project, "host")
    assert sign_in_of(admin, host) == HostChain()

    role = sign_in_of(admin, make_account(admin, project, "role", way="role", role_arn=ROLE))
    assert isinstance(role, AssumedRole)
    assert (role.role_arn, role.base) == (ROLE, HostChain())
    assert role.external_id == aws_accounts.external_id(actor=admin, project=project)

    signed = sign_in_of(admin, make_account(admin, project, "key", way="key", key=reference(key)))
    assert isinstance(signed, AccessKey)
    assert (signed.key_id, signed.secret.text()) == (KEY_ID, SECRET_KEY)

    both = make_account(admin, project, "both", way="role", role_arn=ROLE, key=reference(key))
    based = sign_in_of(admin, both)
    assert isinstance(based, AssumedRole)
    assert isinstance(based.base, AccessKey)


def test_the_use_of_a_key_is_in_the_audit_before_it_is_opened(
    project: Project, admin: Actor, key: Secret, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = make_account(admin, project, way="key", key=reference(key))

    def refuse(*_args: Any) -> None:
        used = [event["details"] for event in events("secret.used")]
        assert [(one["entry"], one["account"]) for one in used] == [
            ("id", "production"),
            ("key", "production"),
        ]
        raise ZeroDivisionError

    monkeypatch.setattr(values.sealed, "open_entry", refuse)
    with pytest.raises(ZeroDivisionError):
        sign_in_of(admin, account)


def test_no_value_stands_in_the_row_or_its_events(
    project: Project, admin: Actor, key: Secret
) -> None:
    account = make_account(admin, project, way="key", key=reference(key))
    row = AwsAccount.all_projects.filter(id=account.id).values().get()
    said = f"{row}{events('aws_account.created')}{events('secret.used')}"
    assert KEY_ID not in said
    assert SECRET_KEY not in said


@pytest.mark.parametrize(
    "role", ["viewer", "tester", "editor", "secret_keeper", "auditor", "project_admin"]
)
def test_only_project_admins_make_accounts(project: Project, person: Person, role: str) -> None:
    actor = person("noor", role)
    if role == "project_admin":
        account = make_account(actor, project)
        aws_accounts.change(
            actor=actor, account=account, expected_revision=1, wanted=Wanted("other", REGION)
        )
        aws_accounts.delete(actor=actor, account=account)
        return
    account = make_account(SHELL, project)
    with pytest.raises(Denied):
        make_account(actor, project, "mine")
    with pytest.raises(Denied):
        aws_accounts.change(
            actor=actor, account=account, expected_revision=1, wanted=Wanted("other", REGION)
        )
    with pytest.raises(Denied):
        aws_accounts.delete(actor=actor, account=account)
    assert [row.name for row in AwsAccount.all_projects.all()] == ["production"]


def test_referring_to_a_secret_needs_the_right_to_use_it(
    project: Project, person: Person, admin: Actor, key: Secret
) -> None:
    bare = person("noor", "project_admin")
    with pytest.raises(Denied, match=r"right secret\.use"):
        make_account(bare, project, way="key", key=reference(key))
    account = make_account(admin, project, way="key", key=reference(key))
    with pytest.raises(Denied, match=r"right secret\.use"):
        aws_accounts.change(
            actor=bare,
            account=account,
            expected_revision=1,
            wanted=Wanted("production", "us-east-1", "key", key=reference(key)),
        )


@pytest.mark.parametrize("role", ["viewer", "auditor", "project_admin"])
def test_signing_in_needs_the_right_to_ask(project: Project, person: Person, role: str) -> None:
    with pytest.raises(Denied):
        sign_in_of(person("noor", role), make_account(SHELL, project))


def test_the_first_project_has_the_hosts_credentials_and_no_other(
    project: Project, settings: Settings
) -> None:
    settings.KALIXWEB_AWS_HOST_PROJECTS = None
    other = create_project(actor=SHELL, name="aside")
    assert [host_serves(one) for one in (project, other)] == [True, False]
    for way in ({}, {"way": "role", "role_arn": ROLE}):
        with pytest.raises(HostNotServed, match="KALIXWEB_AWS_HOST_PROJECTS"):
            make_account(SHELL, other, **way)


def test_a_first_project_that_is_gone_leaves_the_hosts_credentials_to_nobody(
    project: Project, settings: Settings
) -> None:
    settings.KALIXWEB_AWS_HOST_PROJECTS = None
    other = create_project(actor=SHELL, name="aside")
    delete_project(actor=SHELL, project=project)
    again = create_project(actor=SHELL, name="payments")
    Project.objects.filter(id=again.id).update(created_at=clock.now() - timedelta(days=900))
    assert [host_serves(one) for one in (other, again)] == [False, False]


@pytest.mark.parametrize("spelt", ["name", "id"])
def test_the_operator_names_who_has_the_hosts_credentials(
    project: Project, settings: Settings, spelt: str
) -> None:
    other = create_project(actor=SHELL, name="aside")
    settings.KALIXWEB_AWS_HOST_PROJECTS = [str(getattr(other, spelt))]
    assert [host_serves(one) for one in (project, other)] == [False, True]
    settings.KALIXWEB_AWS_HOST_PROJECTS = ["-"]
    assert not host_serves(other)


def test_a_project_that_is_not_named_any_more_signs_in_no_more(
    project: Project, admin: Actor, key: Secret, settings: Settings
) -> None:
    accounts = [
        make_account(admin, project, "host"),
        make_account(admin, project, "role", way="role", role_arn=ROLE),
    ]
    own = make_account(admin, project, "key", way="key", key=reference(key))
    settings.KALIXWEB_AWS_HOST_PROJECTS = ["another"]
    for account in accounts:
        with pytest.raises(HostNotServed):
            sign_in_of(admin, account)
    assert isinstance(sign_in_of(admin, own), AccessKey)


def test_nobody_renames_a_project_into_the_hosts_credentials(
    project: Project, admin: Actor, settings: Settings
) -> None:
    settings.KALIXWEB_AWS_HOST_PROJECTS = ["billing"]
    with pytest.raises(NameReserved):
        edit_project(actor=admin, project=project, name="billing", description="")
    stored = Project.objects.get(id=project.id)
    edit_project(actor=SHELL, project=stored, name="billing", description="")


def test_a_role_is_not_assumed_without_the_external_id(project: Project, admin: Actor) -> None:
    account = make_account(admin, project, way="role", role_arn=ROLE)
    AwsExternalId.all_projects.all().delete()
    with pytest.raises(NoExternalId):
        sign_in_of(admin, account)


def test_the_external_id_is_one_a_project_and_stays(project: Project, admin: Actor) -> None:
    first = aws_accounts.external_id(actor=admin, project=project)
    make_account(admin, project, way="role", role_arn=ROLE)
    assert aws_accounts.external_id(actor=admin, project=project) == first
    other = create_project(actor=SHELL, name="aside")
    assert aws_accounts.external_id(actor=SHELL, project=other) != first
    assert first.startswith("kalixweb-")
    assert len(events("aws_external_id.created")) == 2


def test_who_may_not_edit_accounts_makes_no_external_id(project: Project, person: Person) -> None:
    with pytest.raises(Denied):
        aws_accounts.external_id(actor=person("noor", "tester"), project=project)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "Not A Label"}, "name"),
        ({"region": "Frankfurt"}, "region"),
        ({"region": "eu-central-1.evil.test/"}, "region"),
        ({"way": "magic"}, "way"),
        ({"way": "role"}, "role_arn"),
        ({"way": "role", "role_arn": "arn:aws:iam::1:role/x"}, "role_arn"),
        ({"role_arn": ROLE}, "role_arn"),
        ({"way": "key"}, "key"),
    ],
)
def test_what_cannot_be_an_account(project: Project, changes: dict[str, str], field: str) -> None:
    given: dict[str, Any] = {"name": "production", "region": REGION} | changes
    with pytest.raises(NotAcceptable) as refused:
        aws_accounts.create(actor=SHELL, project=project, wanted=Wanted(**given))
    assert [name for name, _ in refused.value.problems] == [field]


def test_two_halves_of_a_key_are_two_entries(project: Project, admin: Actor, key: Secret) -> None:
    with pytest.raises(NotAcceptable):
        make_account(admin, project, way="key", key=KeyReference(key, "id", "id"))


def test_a_secret_of_another_project_does_not_exist_here(project: Project, admin: Actor) -> None:
    other = create_project(actor=SHELL, name="aside")
    with pytest.raises(ReferenceMissing):
        make_account(admin, project, way="key", key=reference(key_secret(SHELL, other)))


@pytest.mark.parametrize(
    "password", ["a kafka password", "aKafkaPassword2026", "KAFKAPASSWORD2026"]
)
def test_an_entry_that_holds_no_key_is_sent_nowhere(
    project: Project, admin: Actor, key: Secret, password: str
) -> None:
    account = make_account(admin, project, way="key", key=reference(key))
    save_version(actor=admin, secret=key, values={"id": SecretValue(password)})
    key.refresh_from_db()
    with pytest.raises(NotAKey, match="aws-key/id holds no access key id") as refused:
        sign_in_of(admin, AwsAccount.all_projects.get(id=account.id))
    assert password not in str(refused.value)


def test_a_temporary_key_is_sent_nowhere(project: Project, admin: Actor, key: Secret) -> None:
    account = make_account(admin, project, way="key", key=reference(key))
    save_version(actor=admin, secret=key, values={"id": SecretValue("ASIAABCDEFGHIJKLMNOP")})
    with pytest.raises(NotAKey, match=r"session token.*Use a role") as refused:
        sign_in_of(admin, AwsAccount.all_projects.get(id=account.id))
    assert "ASIA" not in str(refused.value)


def test_a_key_whose_row_was_altered_is_not_used(
    project: Project, admin: Actor, key: Secret
) -> None:
    account = make_account(admin, project, way="key", key=reference(key))
    Secret.all_projects.filter(id=key.id).update(name="another")
    with pytest.raises(RowAltered):
        sign_in_of(admin, AwsAccount.all_projects.get(id=account.id))


def test_a_secret_that_an_account_uses_stays(project: Project, admin: Actor, key: Secret) -> None:
    account = make_account(admin, project, way="key", key=reference(key))
    assert {u.entry for u in Usage.all_projects.filter(holder_kind="aws account")} == {"id", "key"}
    with pytest.raises(StillInUse, match="production"):
        secrets.delete(actor=admin, secret=key)
    with pytest.raises(StillInUse, match="production"):
        save_version(actor=admin, secret=key, values={}, drop=["id"])
    aws_accounts.delete(actor=admin, account=account)
    secrets.delete(actor=admin, secret=key)
    assert not AwsAccount.all_projects.exists()


def test_a_change_tells_the_state_before_and_after_and_forgets_what_aws_said(
    project: Project, admin: Actor, key: Secret
) -> None:
    account = make_account(admin, project)
    AwsAccount.all_projects.update(account_number="123456789012", identity_arn="x")
    wanted = Wanted("staging", "us-east-1", "role", ROLE, reference(key))
    changed = aws_accounts.change(actor=admin, account=account, expected_revision=1, wanted=wanted)
    assert (changed.revision, changed.account_number, changed.identity_arn) == (2, "", "")
    details = events("aws_account.changed")[0]["details"]
    assert details["before"]["way"] == "host"
    assert details["after"] == {
        "name": "staging",
        "region": "us-east-1",
        "way": "role",
        "role_arn": ROLE,
        "key_id": "aws-key/id",
        "key_secret": "aws-key/key",
    }
    again = aws_accounts.change(actor=admin, account=changed, expected_revision=2, wanted=wanted)
    assert (again.revision, len(events("aws_account.changed"))) == (2, 1)
    with pytest.raises(ChangedMeanwhile):
        aws_accounts.change(actor=admin, account=changed, expected_revision=1, wanted=wanted)


def test_a_name_is_taken_once_a_project(project: Project, admin: Actor) -> None:
    make_account(admin, project)
    with pytest.raises(NameTaken):
        make_account(admin, project)
    other = make_account(admin, project, "staging")
    with pytest.raises(NameTaken):
        aws_accounts.change(
            actor=admin, account=other, expected_revision=1, wanted=Wanted("production", REGION)
        )
