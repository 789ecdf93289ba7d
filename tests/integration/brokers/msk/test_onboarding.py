"""From an account to a connection: the onboarding's steps, its readiness, its password, its
servers."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from brokers import tasks
from brokers.aws.checks import CHECKS
from brokers.connections.services import connections
from brokers.connections.services.configuration import (
    Existing,
    New,
    configuration_of,
    reference_of,
)
from brokers.models import AwsAccount, AwsQuery, Connection, MskOnboarding, PeriodicTask, TestRun
from brokers.msk.aws_queries import lookup as aws_queries
from brokers.msk.aws_queries import requests, validation
from brokers.msk.onboarding import bootstrap_changes, fill, lifecycle
from brokers.msk.onboarding import progress as onboardings
from brokers.msk.onboarding.lifecycle import (
    Changes,
    OfAnotherProject,
    QueryNotAccepted,
)
from kalixweb.accounts.models import User
from kalixweb.core import clock
from kalixweb.core.actor import Actor
from kalixweb.core.refusals import ChangedMeanwhile
from kalixweb.core.secret_value import SecretValue
from kalixweb.jobs import context, shutdown, transitions
from kalixweb.jobs.kinds import Ending, sentence
from kalixweb.projects.models import Membership, Project
from kalixweb.projects.permissions import Denied
from kalixweb.projects.services.projects import create_project
from secrets_app.models import Secret, SecretVersion
from secrets_app.queries import ReferenceMissing
from secrets_app.services import secrets
from secrets_app.services.delivery import DeliveryRefused
from tests.fakes import pki
from tests.fakes.aws import FakeAws, building, healthy_account
from tests.integration.brokers.conftest import SHELL, Person, events, reload
from tests.integration.brokers.msk.aws import ask, key_secret, make_account, reference, work

pytestmark = pytest.mark.django_db
SUFFIX = "orders.a1b2c3.c4.kafka.eu-central-1.amazonaws.com"
PUBLIC = tuple(f"b-{n}-public.{SUFFIX}:9196" for n in (1, 2, 3))
TAKEN = "taken-from-aws-s3cr3t/+="


@pytest.fixture(autouse=True)
def _open() -> None:
    shutdown._closing.clear()


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAws]:
    with FakeAws(healthy_account()) as aws:
        for name, value in aws.environment.items():
            monkeypatch.setenv(name, value)
        aws.account.secrets["AmazonMSK_alice"].value = json.dumps(
            {"username": "alice", "password": TAKEN}
        )
        yield aws


@pytest.fixture
def account(project: Project) -> AwsAccount:
    return make_account(SHELL, project)


@pytest.fixture
def arn(fake: FakeAws) -> str:
    return str(fake.account.cluster("orders")["ClusterArn"])


@pytest.fixture
def onboarding(project: Project, editor: Actor, account: AwsAccount, arn: str) -> MskOnboarding:
    """An onboarding that has come to the password."""
    changes = Changes(account=account, cluster_arn=arn, user="alice", topics=("orders",))
    return lifecycle.start(actor=editor, project=project, changes=changes)


def again(row: Any) -> Any:
    return type(row).all_projects.get(id=row.id)


def states(onboarding: MskOnboarding) -> dict[str, str]:
    found = onboardings.find(onboarding.project, onboarding.id)
    assert found is not None
    return {
        step.id: step.state for step in onboardings.steps(found, aws_queries.readiness_of(found))
    }


def readiness(actor: Actor, onboarding: MskOnboarding, **more: Any) -> AwsQuery:
    assert onboarding.account is not None
    asked = validation.readiness_of(onboarding, **more)
    return ask(actor, onboarding.account, "readiness", onboarding=onboarding, parameters=asked)


def filled(actor: Actor, onboarding: MskOnboarding, field: str = "") -> fill.BootstrapChoice:
    assert onboarding.account is not None
    asked = {"arn": onboarding.cluster_arn}
    return fill.BootstrapChoice(
        ask(actor, onboarding.account, "brokers", onboarding=onboarding, parameters=asked), field
    )


def connect(actor: Actor, onboarding: MskOnboarding, **changes: Any) -> Connection:
    wanted = fill.configuration(onboarding, "orders-msk", filled(actor, onboarding))
    return fill.create(
        actor=actor,
        onboarding=onboarding,
        wanted=replace(wanted, **changes),
        password=New("alice-kafka", "pwd", SecretValue("typed")),
    )


def password_of(fake: FakeAws, arn: str, **changes: Any) -> dict[str, Any]:
    source = fake.account.scram[arn][0]
    return {"arn": arn, "secret_arn": source, "user": "alice", "name": "alice-msk"} | changes


# ----- the steps


def test_an_onboarding_through_all_its_steps(
    project: Project, editor: Actor, keeper: Actor, account: AwsAccount, arn: str, fake: FakeAws
) -> None:
    onboarding = lifecycle.start(actor=editor, project=project)
    assert list(states(onboarding).values()) == ["next"] + ["waiting"] * 7
    onboarding = lifecycle.change(
        actor=editor, onboarding=onboarding, changes=Changes(account=account)
    )
    ask(editor, account, "identity")
    assert states(onboarding)["account"] == "done"
    onboarding = lifecycle.change(
        actor=editor, onboarding=onboarding, changes=Changes(cluster_arn=arn)
    )
    assert states(onboarding)["readiness"] == "next"
    changes = Changes(user="alice", topics=("orders",))
    onboarding = lifecycle.change(actor=editor, onboarding=again(onboarding), changes=changes)
    readiness(editor, onboarding)
    ask(keeper, account, "password", onboarding=onboarding, parameters=password_of(fake, arn))
    assert states(onboarding)["user"] == "done"
    assert states(onboarding)["topics"] == "done"
    assert states(onboarding)["acls"] == "next"
    onboarding = lifecycle.confirm_acls(
        actor=editor, onboarding=onboarding, expected_revision=again(onboarding).revision
    )
    onboarding = again(onboarding)
    made = fill.create(
        actor=editor,
        onboarding=onboarding,
        wanted=fill.configuration(onboarding, "orders-msk", filled(editor, onboarding)),
        password=Existing(onboarding.password_secret, onboarding.password_entry),
    )
    assert (tuple(made.servers), made.user, made.auth) == (PUBLIC, "alice", "scram-sha-512")
    assert (made.platform, made.cluster_arn, made.aws_account) == ("msk", arn, account)
    assert states(onboarding)["test"] == "next"
    Connection.all_projects.update(
        state="passed", tested_revision=1, tested_password_version=1, tested_at=clock.now()
    )
    assert set(states(onboarding).values()) == {"done"}
    Connection.all_projects.update(state="failed")
    assert states(onboarding)["test"] == "wrong"


def test_what_is_wrong_stands_at_its_own_step(
    onboarding: MskOnboarding, editor: Actor, fake: FakeAws
) -> None:
    provisioned = fake.account.cluster("orders")["Provisioned"]
    provisioned["ClientAuthentication"]["Sasl"]["Scram"]["Enabled"] = False
    fake.account.topics.clear()
    del fake.account.secrets["AmazonMSK_alice"].described["KmsKeyId"]
    readiness(editor, onboarding)
    found = states(onboarding)
    assert (found["readiness"], found["user"], found["topics"]) == ("wrong", "wrong", "wrong")


def test_another_cluster_begins_readiness_and_acls_anew(
    onboarding: MskOnboarding, editor: Actor, fake: FakeAws
) -> None:
    readiness(editor, onboarding)
    onboarding = lifecycle.confirm_acls(
        actor=editor, onboarding=onboarding, expected_revision=again(onboarding).revision
    )
    assert events("msk.acls_confirmed")[0]["details"]["cluster"] == onboarding.cluster_arn
    other = building.provisioned(fake.account, "events")
    changed = lifecycle.change(
        actor=editor, onboarding=onboarding, changes=Changes(cluster_arn=other)
    )
    assert (changed.cluster_name, changed.acls_confirmed_at) == ("events", None)
    found = states(changed)
    assert found["readiness"] != "done"
    assert found["acls"] not in {"done", "wrong"}


def test_many_onboardings_cost_no_more_queries(
    project: Project,
    editor: Actor,
    account: AwsAccount,
    arn: str,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(3):
        changes = Changes(account=account, cluster_arn=arn)
        readiness(editor, lifecycle.start(actor=editor, project=project, changes=changes))
    with django_assert_num_queries(2):  # without a connection; one more with them
        rows = list(onboardings.of_project(project))
        assert len(onboardings.steps_of_many(project.id, rows)) == 3


@pytest.mark.parametrize(
    "role", ["viewer", "tester", "editor", "secret_keeper", "auditor", "project_admin"]
)
def test_who_may_onboard(
    onboarding: MskOnboarding, project: Project, person: Person, role: str
) -> None:
    actor = person("mo", role)
    steps = (
        lambda: lifecycle.start(actor=actor, project=project),
        lambda: lifecycle.change(actor=actor, onboarding=onboarding, changes=Changes(user="bob")),
        lambda: lifecycle.confirm_acls(
            actor=actor, onboarding=onboarding, expected_revision=again(onboarding).revision
        ),
        lambda: lifecycle.delete(actor=actor, onboarding=onboarding),
    )
    for step in steps:
        if role in {"editor", "secret_keeper"}:
            step()
        else:
            with pytest.raises(Denied):
                step()


def test_two_people_at_one_step(onboarding: MskOnboarding, editor: Actor, keeper: Actor) -> None:
    changed = lifecycle.change(
        actor=keeper, onboarding=onboarding, changes=Changes(user="bob"), expected_revision=1
    )
    with pytest.raises(ChangedMeanwhile, match="mira"):
        lifecycle.change(
            actor=editor, onboarding=onboarding, changes=Changes(user="carol"), expected_revision=1
        )
    with pytest.raises(ChangedMeanwhile, match="mira"):
        lifecycle.confirm_acls(actor=editor, onboarding=onboarding, expected_revision=1)
    assert again(onboarding).acls_confirmed_at is None
    same = lifecycle.change(actor=editor, onboarding=changed, changes=Changes(user="bob"))
    assert (same.revision, len(events("msk_setup.changed"))) == (2, 1)


def test_nothing_of_another_project_comes_into_an_onboarding(
    onboarding: MskOnboarding, editor: Actor, secret: Secret, settings: Settings
) -> None:
    settings.KALIXWEB_AWS_HOST_PROJECTS = ["payments", "aside"]
    other = create_project(actor=SHELL, name="aside")
    theirs = make_account(SHELL, other)
    key = key_secret(SHELL, other)
    for changes in (Changes(account=theirs), Changes(password=(key, "key"))):
        with pytest.raises(OfAnotherProject):
            lifecycle.change(actor=editor, onboarding=onboarding, changes=changes)
    assert onboardings.find(other, onboarding.id) is None
    assert aws_queries.account(other, onboarding.account_id) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"cluster_arn": "orders"},
        {"user": "u" * 257},
        {"topics": ("",)},
        {"groups": tuple(f"g{n}" for n in range(51))},
    ],
)
def test_what_no_step_takes(
    onboarding: MskOnboarding, editor: Actor, changes: dict[str, Any]
) -> None:
    with pytest.raises(QueryNotAccepted):
        lifecycle.change(actor=editor, onboarding=onboarding, changes=Changes(**changes))


def test_an_account_that_goes_leaves_the_onboarding_and_the_connection(
    onboarding: MskOnboarding, editor: Actor, account: AwsAccount
) -> None:
    from brokers.msk.accounts import aws_accounts

    made = connect(editor, onboarding)
    aws_accounts.delete(actor=SHELL, account=account)
    assert (again(onboarding).account, again(made).aws_account) == (None, None)
    assert states(onboarding)["account"] == "next"


# ----- readiness


def test_readiness_is_followed_to_its_end(onboarding: MskOnboarding, editor: Actor) -> None:
    done = readiness(editor, onboarding)
    assert (done.state, len(done.document["checks"])) == ("done", len(CHECKS))
    assert done.document["calls"] <= 12
    assert "waiting" not in {row["state"] for row in done.document["checks"]}
    assert "fail" not in {row["state"] for row in done.document["checks"]}
    assert done.sentence.startswith("2")
    assert aws_queries.readiness_before(readiness(editor, onboarding)) == done


def test_one_check_is_made_again_and_the_others_stay(
    onboarding: MskOnboarding, editor: Actor, fake: FakeAws
) -> None:
    scram = fake.account.cluster("orders")["Provisioned"]["ClientAuthentication"]["Sasl"]
    scram["Scram"]["Enabled"] = False
    first = readiness(editor, onboarding)
    assert any(step["check"] == "scram_on" for step in first.document["steps"])
    scram["Scram"]["Enabled"] = True
    fake.account.topics.clear()
    second = readiness(editor, onboarding, only="scram_on")
    by_id = {row["id"]: row["state"] for row in second.document["checks"]}
    assert len(by_id) == len(CHECKS)
    assert (by_id["scram_on"], by_id["topics"]) == ("pass", "pass")
    assert not any(step["check"] == "scram_on" for step in second.document["steps"])
    assert second.document["cluster"]["name"] == "orders"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"user": "bob"}, "another user"),
        ({"topics": ("orders", "payments")}, "other topics"),
        ({"user": "bob", "topics": ("payments:read",)}, "another user and other topics"),
    ],
)
def test_checks_of_another_user_or_other_topics_are_none(
    onboarding: MskOnboarding,
    editor: Actor,
    account: AwsAccount,
    changes: dict[str, Any],
    words: str,
) -> None:
    ask(editor, account, "identity")
    first = readiness(editor, onboarding)
    assert (states(onboarding)["readiness"], aws_queries.readiness_of(onboarding)) == (
        "done",
        first,
    )
    changed = lifecycle.change(actor=editor, onboarding=onboarding, changes=Changes(**changes))
    found = {
        step.id: step for step in onboardings.steps(changed, aws_queries.readiness_of(changed))
    }
    assert (found["readiness"].state, words in found["readiness"].sentence) == ("next", True)
    assert aws_queries.changed_since(first, changed, changed.connection)
    second = readiness(editor, changed, only="scram_on")
    assert aws_queries.readiness_before(second) is None
    by_id = {row["id"]: row["sentence"] for row in second.document["checks"]}
    before = {row["id"]: row["sentence"] for row in first.document["checks"]}
    assert by_id != before
    assert states(changed)["readiness"] == "done"
    third = readiness(editor, changed, only="scram_on")
    assert aws_queries.readiness_before(third) == second


def test_checks_of_other_bootstrap_servers_are_none(
    onboarding: MskOnboarding, editor: Actor, account: AwsAccount
) -> None:
    ask(editor, account, "identity")
    readiness(editor, onboarding)
    made = connect(editor, onboarding)
    assert states(onboarding)["readiness"] == "done"  # it had asked about none
    readiness(editor, again(onboarding))
    assert states(onboarding)["readiness"] == "done"
    Connection.all_projects.update(servers=list(reversed(PUBLIC)))
    assert states(onboarding)["readiness"] == "done"
    Connection.all_projects.filter(id=made.id).update(servers=[f"b-1.{SUFFIX}:9096"])
    (step,) = (
        step
        for step in onboardings.steps(
            again(onboarding), aws_queries.readiness_of(again(onboarding))
        )
        if step.id == "readiness"
    )
    assert (step.state, "other bootstrap servers" in step.sentence) == ("next", True)


def test_one_check_alone_is_never_taken_for_all_of_them(
    onboarding: MskOnboarding, editor: Actor
) -> None:
    assert len(readiness(editor, onboarding, only="scram_on").document["checks"]) == len(CHECKS)


def test_a_stopped_run_of_checks_goes_on_no_further(
    onboarding: MskOnboarding, editor: Actor, fake: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(context, "WRITE_EVERY_SECONDS", 0.0)
    assert onboarding.account is not None
    query, _ = requests.request(
        actor=editor,
        account=onboarding.account,
        kind="readiness",
        onboarding=onboarding,
        parameters=validation.readiness_of(onboarding),
    )
    real = transitions.keep

    def keep(row: AwsQuery, **columns: Any) -> bool:
        goes_on = real(row, **columns)
        requests.stop(actor=editor, query=row)
        return goes_on

    monkeypatch.setattr(transitions, "keep", keep)
    done = work(query)
    assert (done.state, done.sentence) == ("stopped", "Stopped by jonas.")


@pytest.mark.parametrize("closing", [True, False])
def test_a_run_of_checks_that_was_cut_short_is_no_answer(
    onboarding: MskOnboarding, editor: Actor, monkeypatch: pytest.MonkeyPatch, closing: bool
) -> None:
    from brokers.aws import readiness as checks

    def cut_short(_aws: Any, _asked: Any, cancelled: Any) -> Iterator[dict[str, Any]]:
        if closing:
            shutdown.close()
        else:
            monkeypatch.setattr(context.time, "monotonic", lambda: float("inf"))
        assert cancelled()
        yield {"checks": [], "steps": []}

    monkeypatch.setattr(checks, "run", cut_short)
    done = readiness(editor, onboarding)
    assert (done.state, done.sentence) == (
        "stopped",
        sentence(done, Ending.WORKER_STOPPED if closing else Ending.TOO_LONG),
    )


def acls(onboarding: MskOnboarding, actor: Actor) -> dict[str, Any]:
    rows = readiness(actor, again(onboarding)).document["checks"]
    return {row["id"]: row for row in rows if row["id"] in {"acls", "allow_everyone_off"}}


def tested(connection: Connection, *rights: dict[str, Any]) -> None:
    """The connection's last run, with these rights."""
    run = TestRun.all_projects.create(
        project=connection.project,
        connection=connection,
        actor_kind="shell",
        actor_label="operator",
        target={},
        state="done",
        document={"schema": 1, "rights": list(rights)},
    )
    Connection.all_projects.filter(id=connection.id).update(
        last_run=run, tested_revision=connection.target_revision
    )


def right(*, read: bool, write: bool, fault: str = "") -> dict[str, Any]:
    faults = [{"code": fault, "sentence": "alice may not read orders.", "action": "x"}] * bool(
        fault
    )
    return {
        "kind": "topic",
        "name": "orders",
        "describe": True,
        "read": read,
        "write": write,
        "faults": [one | {"owner": "cluster_owner"} for one in faults],
    }


def test_a_test_on_another_cluster_tells_nothing_of_this_ones_acls(
    onboarding: MskOnboarding, editor: Actor, fake: FakeAws
) -> None:
    """Else the command that locks everyone out would be shown for a cluster without ACLs."""
    other = building.provisioned(fake.account, "events")
    for key in fake.account.configurations:
        fake.account.configurations[key] = ""
    made = connect(editor, onboarding)
    tested(made, right(read=True, write=False))
    assert acls(onboarding, editor)["allow_everyone_off"]["how"] is not None
    Connection.all_projects.update(cluster_arn=other)
    assert states(onboarding)["connection"] == "wrong"
    found = acls(onboarding, editor)
    assert (found["acls"]["state"], found["allow_everyone_off"]["how"]) == ("could_not_tell", None)


def test_what_was_confirmed_of_one_cluster_tells_nothing_of_another(
    onboarding: MskOnboarding, editor: Actor, fake: FakeAws
) -> None:
    for key in fake.account.configurations:
        fake.account.configurations[key] = ""
    other = building.provisioned(fake.account, "events")
    asked = validation.readiness_of(onboarding)
    onboarding = lifecycle.change(
        actor=editor, onboarding=onboarding, changes=Changes(cluster_arn=other)
    )
    onboarding = lifecycle.confirm_acls(
        actor=editor, onboarding=onboarding, expected_revision=again(onboarding).revision
    )
    assert onboarding.account is not None
    done = ask(editor, onboarding.account, "readiness", onboarding=onboarding, parameters=asked)
    by_id = {row["id"]: row for row in done.document["checks"]}
    assert (by_id["acls"]["state"], by_id["allow_everyone_off"]["how"]) == ("could_not_tell", None)


def test_another_cluster_leaves_the_connection_of_the_one_before(
    onboarding: MskOnboarding, editor: Actor, fake: FakeAws, arn: str
) -> None:
    made = connect(editor, onboarding)
    other = building.provisioned(fake.account, "events")
    changed = lifecycle.change(
        actor=editor, onboarding=again(onboarding), changes=Changes(cluster_arn=other)
    )
    assert (changed.connection, again(onboarding).connection_id) == (None, None)
    assert events("msk_setup.changed")[-1]["details"]["connection"] == ""
    back = Changes(cluster_arn=arn, connection=made)
    assert lifecycle.change(actor=editor, onboarding=changed, changes=back).connection == made
    assert again(made).cluster_arn == arn


OTHER = "events.d4e5f6.c4.kafka.eu-central-1.amazonaws.com"


@pytest.mark.parametrize(
    ("servers", "is_left"),
    [
        ((f"b-1-public.{OTHER}:9196",), True),
        ((*PUBLIC, f"b-1-public.{OTHER}:9196"), True),
        (("kafka.example.test:9196",), True),
        ((f"b-1.{SUFFIX}:9096",), False),
        ((PUBLIC[0], "kafka.example.test:9196"), False),
        ((*PUBLIC, f"b-4-public.{SUFFIX}:9196"), False),
    ],
)
def test_servers_of_another_cluster_that_are_typed_leave_the_cluster(
    onboarding: MskOnboarding, keeper: Actor, servers: tuple[str, ...], is_left: bool
) -> None:
    made = connect(keeper, onboarding)
    changed = connections.change(
        actor=keeper,
        connection=made,
        expected_revision=1,
        wanted=replace(configuration_of(made), servers=servers),
        password=reference_of(made),
    )
    row = again(changed)
    found = (row.cluster_arn, row.aws_account_id is None)
    assert found == (("", True) if is_left else (onboarding.cluster_arn, False))
    told = [event["details"] for event in events("connection.cluster_left")]
    left = {"account_before": "production", "cluster_before": onboarding.cluster_arn}
    assert told == ([left] if is_left else [])


def test_what_aws_names_leaves_no_cluster(onboarding: MskOnboarding, keeper: Actor) -> None:
    made = connect(keeper, onboarding)
    Connection.all_projects.update(offered_servers=["localhost:9196"])
    changed = fill.accept_offered_servers(
        actor=keeper, connection=reload(made), expected_revision=1
    )
    assert (changed.servers, again(made).cluster_arn) == (
        ["localhost:9196"],
        onboarding.cluster_arn,
    )


@pytest.mark.parametrize(
    ("properties", "rights", "state", "is_withheld"),
    [
        ("allow.everyone.if.no.acl.found=false", {"read": True, "write": True}, "pass", None),
        ("", {"read": True, "write": True}, "could_not_tell", True),
        ("", {"read": True, "write": False}, "pass", False),
        (
            "",
            {"read": False, "write": True, "fault": "rights.read_denied"},
            "fail",
            True,
        ),
    ],
)
def test_a_test_of_the_connection_tells_of_acls_what_it_proves(
    onboarding: MskOnboarding,
    editor: Actor,
    fake: FakeAws,
    properties: str,
    rights: dict[str, Any],
    state: str,
    is_withheld: bool | None,
) -> None:
    for key in fake.account.configurations:
        fake.account.configurations[key] = properties
    tested(connect(editor, onboarding), right(**rights))
    found = acls(onboarding, editor)
    assert found["acls"]["state"] == state
    if is_withheld is not None:
        assert found["allow_everyone_off"]["state"] == "fail"
        assert (found["allow_everyone_off"]["how"] is None) == is_withheld


def test_a_person_says_that_acls_exist(
    onboarding: MskOnboarding, editor: Actor, fake: FakeAws
) -> None:
    for key in fake.account.configurations:
        fake.account.configurations[key] = ""
    assert acls(onboarding, editor)["allow_everyone_off"]["how"] is None
    lifecycle.confirm_acls(
        actor=editor, onboarding=onboarding, expected_revision=again(onboarding).revision
    )
    found = acls(onboarding, editor)
    assert "jonas" in found["acls"]["sentence"]
    assert found["allow_everyone_off"]["how"] is not None


# ----- filling a connection


def test_the_public_string_is_taken_and_another_on_request(
    onboarding: MskOnboarding, editor: Actor, fake: FakeAws, arn: str
) -> None:
    assert filled(editor, onboarding).servers == PUBLIC
    private = filled(editor, onboarding, "BootstrapBrokerStringSaslScram").servers
    assert private[0] == f"b-1.{SUFFIX}:9096"
    with pytest.raises(fill.NotNamed):
        _ = filled(editor, onboarding, "BootstrapBrokerStringSaslIam").servers
    del fake.account.strings[arn]["BootstrapBrokerStringPublicSaslScram"]
    assert filled(editor, onboarding).servers == private
    del fake.account.strings[arn]["BootstrapBrokerStringSaslScram"]
    with pytest.raises(fill.NotNamed):
        _ = filled(editor, onboarding).servers


def test_a_fill_makes_a_connection_for_the_clusters_own_hosts(
    onboarding: MskOnboarding, editor: Actor, account: AwsAccount
) -> None:
    made = connect(editor, onboarding)
    secret = Secret.all_projects.get(name="alice-kafka")
    assert secret.allowed_hosts == [f"*.{SUFFIX}"]
    assert (again(onboarding).connection_id, again(onboarding).revision) == (made.id, 2)
    (event,) = events("connection.cluster_set")
    assert (event["details"]["account"], event["details"]["cluster"]) == (
        "production",
        onboarding.cluster_arn,
    )


def test_a_stored_password_is_not_sent_to_a_cluster_it_was_not_for(
    onboarding: MskOnboarding, editor: Actor, secret: Secret, connection: Connection
) -> None:
    """``secret`` may go to b-1.example.test; the editor has not written it."""
    given = filled(editor, onboarding)
    with pytest.raises(DeliveryRefused):
        fill.change(actor=editor, onboarding=onboarding, connection=connection, filled=given)
    with pytest.raises(DeliveryRefused):
        fill.create(
            actor=editor,
            onboarding=onboarding,
            wanted=fill.configuration(onboarding, "orders-msk", given),
            password=Existing(secret, "pwd"),
        )
    assert len(events("secret.delivery_refused")) == 2
    assert (again(connection).servers, again(onboarding).connection_id) == (
        connection.servers,
        None,
    )


def test_who_may_reveal_fills_an_existing_connection(
    onboarding: MskOnboarding, keeper: Actor, connection: Connection, account: AwsAccount
) -> None:
    given = filled(keeper, onboarding)
    changed = fill.change(actor=keeper, onboarding=onboarding, connection=connection, filled=given)
    assert (tuple(changed.servers), changed.user, changed.platform) == (PUBLIC, "alice", "msk")
    assert again(connection).aws_account_id == account.id


def test_a_tester_fills_nothing(
    onboarding: MskOnboarding, person: Person, connection: Connection
) -> None:
    tester = person("noor", "tester")
    given = filled(tester, onboarding)
    with pytest.raises(Denied):
        fill.change(actor=tester, onboarding=onboarding, connection=connection, filled=given)


def test_an_answer_about_another_thing_fills_nothing(
    onboarding: MskOnboarding, editor: Actor
) -> None:
    assert onboarding.account is not None
    other = ask(editor, onboarding.account, "clusters", onboarding=onboarding)
    with pytest.raises(fill.NotNamed):
        _ = fill.BootstrapChoice(other).servers


# ----- servers that AWS names later


def add_broker(fake: FakeAws, arn: str) -> str:
    new = f"b-4-public.{SUFFIX}:9196"
    fake.account.strings[arn]["BootstrapBrokerStringPublicSaslScram"] += f",{new}"
    return new


def look_again(hours: float) -> None:
    """Let the clock stand so many hours after the last look, and do what is due."""
    Connection.all_projects.update(bootstrap_seen_at=clock.now() - timedelta(hours=hours))
    PeriodicTask.objects.all().delete()
    tasks.run_periodic_tasks()


def test_added_brokers_are_noticed_offered_and_accepted(
    onboarding: MskOnboarding, editor: Actor, fake: FakeAws, arn: str
) -> None:
    made = connect(editor, onboarding)
    look_again(7)
    assert again(made).offered_servers == []
    new = add_broker(fake, arn)
    look_again(5)
    assert again(made).offered_servers == []
    look_again(7)
    assert again(made).offered_servers == [*PUBLIC, new]
    asked = events("aws_inquiry.asked")[-1]
    assert asked["actor"] == {"kind": "service", "id": None, "label": "bootstrap server schedule"}
    assert asked["details"]["scheduled"] is True
    changed = fill.accept_offered_servers(actor=editor, connection=again(made), expected_revision=1)
    assert (changed.servers, again(made).offered_servers) == ([*PUBLIC, new], [])
    with pytest.raises(fill.NothingOffered):
        fill.accept_offered_servers(actor=editor, connection=again(made), expected_revision=2)
    look_again(7)
    assert again(made).offered_servers == []


def test_each_connection_is_looked_at_once_in_six_hours(
    onboarding: MskOnboarding, editor: Actor, fake: FakeAws
) -> None:
    connect(editor, onboarding)
    before = len(fake.account.requests)
    assert bootstrap_changes.ask_again() == []
    look_again(7)
    PeriodicTask.objects.all().delete()
    tasks.run_periodic_tasks()
    assert len(fake.account.requests) == before + 1


def test_a_part_of_the_brokers_or_another_way_to_them_is_no_change(
    onboarding: MskOnboarding, editor: Actor, fake: FakeAws, arn: str
) -> None:
    made = connect(editor, onboarding)
    fake.account.strings[arn]["BootstrapBrokerStringPublicSaslScram"] = PUBLIC[1]
    look_again(7)
    assert again(made).offered_servers == []
    connections.change(
        actor=editor,
        connection=again(made),
        expected_revision=1,
        wanted=replace(configuration_of(made), servers=("kafka.example.test:9196",)),
        password=reference_of(made),
    )
    look_again(7)
    assert again(made).offered_servers == []


def test_an_offer_goes_when_the_servers_are_saved_by_hand(
    onboarding: MskOnboarding, editor: Actor, fake: FakeAws, arn: str
) -> None:
    made = connect(editor, onboarding)
    new = add_broker(fake, arn)
    look_again(7)
    row = again(made)
    connections.change(
        actor=editor,
        connection=row,
        expected_revision=1,
        wanted=replace(configuration_of(row), servers=(*PUBLIC, new)),
        password=reference_of(row),
    )
    assert again(made).offered_servers == []


def test_the_schedule_goes_on_when_whoever_filled_the_connection_has_left(
    onboarding: MskOnboarding, editor: Actor, fake: FakeAws
) -> None:
    made = connect(editor, onboarding)
    before = len(fake.account.requests)
    User.objects.filter(id=editor.id).update(is_active=False)
    Membership.all_projects.filter(user_id=editor.id).delete()
    look_again(7)
    assert len(fake.account.requests) == before + 1
    assert bootstrap_changes.why_not(again(made)) == ""


def test_the_schedule_asks_by_no_account_that_may_not_be_used(
    onboarding: MskOnboarding, editor: Actor, fake: FakeAws, settings: Settings
) -> None:
    made = connect(editor, onboarding)
    before = len(fake.account.requests)
    settings.KALIXWEB_AWS_HOST_PROJECTS = ["another"]
    look_again(7)
    assert len(fake.account.requests) == before
    assert not AwsQuery.all_projects.filter(connection__isnull=False).exists()
    assert "KALIXWEB_AWS_HOST_PROJECTS" in bootstrap_changes.why_not(again(made))


def test_a_connection_without_its_account_is_said_to_be_looked_at_no_more(
    onboarding: MskOnboarding, editor: Actor, account: AwsAccount, connection: Connection
) -> None:
    made = connect(editor, onboarding)
    account.delete()
    assert "account was deleted" in bootstrap_changes.why_not(again(made))
    assert bootstrap_changes.why_not(connection) == ""


def test_an_offer_is_delivered_only_where_the_password_may_go(
    onboarding: MskOnboarding, editor: Actor, person: Person
) -> None:
    made = connect(editor, onboarding)
    Connection.all_projects.update(offered_servers=["evil.example.test:9196"])
    other = person("kim", "editor")
    with pytest.raises(DeliveryRefused):
        fill.accept_offered_servers(actor=other, connection=reload(made), expected_revision=1)


# ----- taking the password over


def test_the_password_is_taken_over_and_stands_nowhere(
    onboarding: MskOnboarding, keeper: Actor, fake: FakeAws, arn: str
) -> None:
    assert onboarding.account is not None
    done = ask(
        keeper,
        onboarding.account,
        "password",
        onboarding=onboarding,
        parameters=password_of(fake, arn),
    )
    assert (done.state, done.sentence) == ("done", "alice-msk/pwd holds the password of alice.")
    secret = Secret.all_projects.get(name="alice-msk")
    assert secret.allowed_hosts == sorted({f"*.{SUFFIX}"})
    assert opened(secret).matches(SecretValue(TAKEN))
    row = again(onboarding)
    assert (row.password_secret_id, row.password_entry) == (secret.id, "pwd")
    read, taken = events("msk.password_read")[0], events("msk.password_taken")[0]
    assert read["details"]["cluster"] == arn
    assert (taken["details"]["version"], taken["details"]["secret"]) == (1, "alice-msk")
    rows = [AwsQuery, MskOnboarding, Connection, Secret]
    kept = json.dumps([list(model.all_projects.values()) for model in rows], default=str)
    assert TAKEN not in kept + json.dumps([read, taken])


def opened(secret: Secret) -> SecretValue:
    from secrets_app.services import values

    pin = values.Pin(secret.id, secret.current_version, "pwd")
    return values.use(actor=SHELL, project=secret.project_id, pins=[pin], reason="test")[pin]


def test_it_is_written_down_before_it_is_read(
    onboarding: MskOnboarding,
    keeper: Actor,
    fake: FakeAws,
    arn: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from brokers.aws import scram_secret

    def refuse(*_args: Any) -> None:
        assert len(events("msk.password_read")) == 1
        raise scram_secret.NotAScramSecret("The value is binary.")

    monkeypatch.setattr(scram_secret, "read_password", refuse)
    assert onboarding.account is not None
    done = ask(
        keeper,
        onboarding.account,
        "password",
        onboarding=onboarding,
        parameters=password_of(fake, arn),
    )
    assert (done.state, done.sentence) == ("stopped", "The value is binary.")
    assert not Secret.all_projects.filter(name="alice-msk").exists()


def test_whoever_takes_a_password_does_not_count_as_knowing_it(
    onboarding: MskOnboarding, person: Person, fake: FakeAws, arn: str
) -> None:
    """Else the right to take it would be the right to send it to a server of one's own."""
    taker = person("tara", "secret_keeper")  # without a fresh sign-in
    assert onboarding.account is not None
    ask(
        taker,
        onboarding.account,
        "password",
        onboarding=onboarding,
        parameters=password_of(fake, arn),
    )
    secret = Secret.all_projects.get(name="alice-msk")
    assert SecretVersion.all_projects.get(secret=secret).saved_by_id is None
    given = fill.configuration(onboarding, "mine", filled(taker, onboarding))
    own_ca = New("own-ca", "ca.crt", SecretValue(pki.authority().pem))
    for servers, ca in ((("evil.example.test:9196",), None), (PUBLIC, own_ca)):
        with pytest.raises(DeliveryRefused):
            connections.create(
                actor=taker,
                project=onboarding.project_id,
                wanted=replace(given, servers=servers),
                password=Existing(secret, "pwd"),
                ca=ca,
            )
    connections.create(
        actor=taker, project=onboarding.project_id, wanted=given, password=Existing(secret, "pwd")
    )


def into(actor: Actor, project: Project, *hosts: str, name: str = "mine") -> Secret:
    return secrets.create(
        actor=actor,
        project=project.id,
        name=name,
        type="generic",
        entries={"pwd": SecretValue("known to its maker")},
        allowed_hosts=hosts,
    )


def test_an_existing_secret_takes_it_as_a_new_version(
    onboarding: MskOnboarding, keeper: Actor, project: Project, fake: FakeAws, arn: str
) -> None:
    secret = into(keeper, project)
    assert onboarding.account is not None
    asked = password_of(fake, arn, secret=str(secret.id))
    done = ask(keeper, onboarding.account, "password", onboarding=onboarding, parameters=asked)
    assert (done.state, done.document["version"]) == ("done", 2)
    row = again(secret)
    assert (row.current_version, row.allowed_hosts) == (2, [f"*.{SUFFIX}"])
    assert opened(row).matches(SecretValue(TAKEN))


def test_a_secret_that_goes_elsewhere_takes_nothing(
    onboarding: MskOnboarding, person: Person, project: Project, fake: FakeAws, arn: str
) -> None:
    taker = person("tara", "secret_keeper", fresh=True)
    secret = into(taker, project, "evil.example.test")
    assert onboarding.account is not None
    asked = password_of(fake, arn, secret=str(secret.id))
    done = ask(taker, onboarding.account, "password", onboarding=onboarding, parameters=asked)
    assert (done.state, "evil.example.test" in done.sentence) == ("stopped", True)
    assert not events("msk.password_read")
    assert "GetSecretValue" not in {request.operation for request in fake.account.requests}


def test_taking_a_password_opens_no_way_out_for_values_of_others(
    onboarding: MskOnboarding,
    keeper: Actor,
    person: Person,
    project: Project,
    fake: FakeAws,
    arn: str,
) -> None:
    """A cluster of one's own could be the first place that somebody else's secret may go to."""
    secret = into(keeper, project)
    taker = person("tara", "secret_keeper", fresh=True)
    assert onboarding.account is not None
    asked = password_of(fake, arn, secret=str(secret.id), entry="another")
    done = ask(taker, onboarding.account, "password", onboarding=onboarding, parameters=asked)
    assert (done.state, "values of others" in done.sentence) == ("stopped", True)
    assert again(secret).allowed_hosts == []


@pytest.mark.parametrize("trick", ["servers", "ca"])
def test_a_secret_of_a_connection_elsewhere_takes_nothing(
    onboarding: MskOnboarding, person: Person, project: Project, fake: FakeAws, arn: str, trick: str
) -> None:
    """The maker knows the first version, so their connection may send it anywhere."""
    taker = person("tara", "secret_keeper")
    secret = into(taker, project, f"*.{SUFFIX}")
    given = fill.configuration(onboarding, "mine", filled(taker, onboarding))
    elsewhere = replace(given, servers=("evil.example.test:9196",))
    # By a certificate authority of one's own, every server is the cluster.
    made = connections.create(
        actor=taker,
        project=project.id,
        wanted=elsewhere if trick == "servers" else given,
        password=Existing(secret, "pwd"),
    )
    if trick == "ca":
        Connection.all_projects.filter(id=made.id).update(
            ca_secret=secrets.create(
                actor=taker,
                project=project.id,
                name="own-ca",
                type="tls-ca",
                entries={"ca.crt": SecretValue(pki.authority().pem)},
            ),
            ca_entry="ca.crt",
        )
    assert onboarding.account is not None
    asked = password_of(fake, arn, secret=str(secret.id))
    done = ask(taker, onboarding.account, "password", onboarding=onboarding, parameters=asked)
    assert (done.state, "does not belong" in done.sentence) == ("stopped", True)
    assert again(secret).current_version == 1


def test_a_secret_that_is_not_associated_is_not_read(
    onboarding: MskOnboarding, keeper: Actor, fake: FakeAws, arn: str
) -> None:
    other = building.secret(fake.account, "root", password="of-somebody-else")
    assert onboarding.account is not None
    asked = password_of(fake, arn, secret_arn=other, user="root")
    done = ask(keeper, onboarding.account, "password", onboarding=onboarding, parameters=asked)
    assert (done.state, "not associated" in done.sentence) == ("stopped", True)
    assert "GetSecretValue" not in {request.operation for request in fake.account.requests}


def test_the_password_of_another_user_is_not_kept(
    onboarding: MskOnboarding, keeper: Actor, fake: FakeAws, arn: str
) -> None:
    assert onboarding.account is not None
    asked = password_of(fake, arn, user="bob")
    done = ask(keeper, onboarding.account, "password", onboarding=onboarding, parameters=asked)
    assert (done.state, "alice" in done.sentence) == ("stopped", False)
    assert not Secret.all_projects.filter(name="alice-msk").exists()


def test_aws_refuses_to_give_the_password(
    onboarding: MskOnboarding, keeper: Actor, fake: FakeAws, arn: str
) -> None:
    fake.account.deny("secretsmanager:GetSecretValue")
    assert onboarding.account is not None
    done = ask(
        keeper,
        onboarding.account,
        "password",
        onboarding=onboarding,
        parameters=password_of(fake, arn),
    )
    assert done.failure["missing_action"] == "secretsmanager:GetSecretValue"


def test_the_right_to_take_is_asked_again_in_the_worker(
    onboarding: MskOnboarding, keeper: Actor, fake: FakeAws, arn: str
) -> None:
    assert onboarding.account is not None
    query, _ = requests.request(
        actor=keeper,
        account=onboarding.account,
        kind="password",
        onboarding=onboarding,
        parameters=password_of(fake, arn),
    )
    Membership.all_projects.filter(user_id=keeper.id).update(roles=["editor"])
    assert work(query).state == "stopped"
    assert events("access.denied")[0]["details"]["right"] == "msk.take_password"
    assert fake.account.requests == []


def test_a_stop_while_the_password_is_read_seals_nothing(
    onboarding: MskOnboarding,
    keeper: Actor,
    fake: FakeAws,
    arn: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from brokers.aws import scram_secret

    real = scram_secret.read_password
    assert onboarding.account is not None
    query, _ = requests.request(
        actor=keeper,
        account=onboarding.account,
        kind="password",
        onboarding=onboarding,
        parameters=password_of(fake, arn),
    )

    def stopped(*args: Any) -> Any:
        requests.stop(actor=keeper, query=again(query))
        return real(*args)

    monkeypatch.setattr(scram_secret, "read_password", stopped)
    assert work(query).state == "stopped"
    assert not Secret.all_projects.filter(name="alice-msk").exists()
    assert not events("msk.password_taken")


def test_a_secret_of_another_project_takes_nothing(
    onboarding: MskOnboarding, keeper: Actor, fake: FakeAws, arn: str
) -> None:
    theirs = into(SHELL, create_project(actor=SHELL, name="aside"))
    assert onboarding.account is not None
    asked = password_of(fake, arn, secret=str(theirs.id))
    with pytest.raises(QueryNotAccepted):
        requests.request(
            actor=keeper,
            account=onboarding.account,
            kind="password",
            onboarding=onboarding,
            parameters=asked,
        )
    assert again(theirs).current_version == 1


def test_a_secret_that_goes_meanwhile_takes_nothing(
    onboarding: MskOnboarding, keeper: Actor, project: Project, fake: FakeAws, arn: str
) -> None:
    secret = into(keeper, project)
    assert onboarding.account is not None
    asked = password_of(fake, arn, secret=str(secret.id))
    query, _ = requests.request(
        actor=keeper,
        account=onboarding.account,
        kind="password",
        onboarding=onboarding,
        parameters=asked,
    )
    secrets.delete(actor=keeper, secret=secret)
    done = work(query)
    assert (done.state, "not there" in done.sentence) == ("stopped", True)
    assert "GetSecretValue" not in {request.operation for request in fake.account.requests}


def test_a_key_of_a_role_is_no_reference_of_an_onboarding(
    onboarding: MskOnboarding, editor: Actor
) -> None:
    with pytest.raises(ReferenceMissing):
        make_account(
            SHELL,
            create_project(actor=SHELL, name="aside"),
            way="key",
            key=reference(key_secret(SHELL, onboarding.project)),
        )
