"""Questions to AWS: asked once, carried out once by a worker, over real HTTP against the fake."""

import json
import logging
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from pytest_django import Settings
from redis.exceptions import RedisError

from brokers import tasks
from brokers.connections.services import limits
from brokers.models import AwsAccount, AwsExternalId, AwsQuery, MskOnboarding, TestRun
from brokers.msk.accounts import aws_accounts
from brokers.msk.accounts.aws_accounts import Wanted
from brokers.msk.aws_queries import requests
from brokers.msk.aws_queries.requests import HostNotServed, QueryNotAccepted, TooManyQueries
from brokers.msk.onboarding import lifecycle
from kalixweb.accounts.models import User
from kalixweb.core import clock
from kalixweb.core.actor import Actor
from kalixweb.jobs import maintenance, shutdown, transitions
from kalixweb.jobs.execution import execute
from kalixweb.jobs.kinds import Ending, kind_of, sentence
from kalixweb.projects.models import Membership, Project
from kalixweb.projects.permissions import Denied
from kalixweb.projects.services.projects import create_project, delete_project
from secrets_app.models import Secret
from tests.factories import make_user, signed_in
from tests.fakes.aws import FakeAws, building, healthy_account
from tests.fakes.aws.account import KEY_ID, SECRET_KEY
from tests.integration.brokers.conftest import SHELL, Person, events
from tests.integration.brokers.msk.aws import (
    REGION,
    ROLE,
    ask,
    key_secret,
    make_account,
    reference,
    work,
)

pytestmark = pytest.mark.django_db
QUERIES: Any = kind_of(AwsQuery)
SECRETS = f"arn:aws:secretsmanager:{REGION}"
TAKEN = f"{SECRETS}:123456789012:secret:AmazonMSK_alice-abcdef"


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAws]:
    with FakeAws(healthy_account()) as aws:
        for name, value in aws.environment.items():
            monkeypatch.setenv(name, value)
        yield aws


@pytest.fixture
def admin(person: Person) -> Actor:
    return person("ada", "project_admin", "secret_keeper")


@pytest.fixture
def tester(person: Person) -> Actor:
    return person("noor", "tester")


@pytest.fixture
def account(project: Project, admin: Actor) -> AwsAccount:
    return make_account(admin, project)


def arn_of(fake: FakeAws) -> str:
    return str(fake.account.cluster("orders")["ClusterArn"])


def again(row: AwsQuery) -> AwsQuery:
    return AwsQuery.all_projects.get(id=row.id)


def test_who_am_i_is_kept_with_the_account(
    account: AwsAccount, tester: Actor, fake: FakeAws
) -> None:
    done = ask(tester, account, "identity")
    assert (done.state, done.failure) == ("done", None)
    assert done.document["account"] == "123456789012"
    row = AwsAccount.all_projects.get(id=account.id)
    assert (row.account_number, row.identity_arn) == ("123456789012", fake.account.identity)
    assert row.seen_at is not None


def test_what_aws_said_of_an_account_that_was_changed_since_is_not_kept(
    account: AwsAccount, admin: Actor, fake: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    from brokers.aws import identity

    real = identity.who_am_i

    def changed_meanwhile(aws: Any) -> Any:
        aws_accounts.change(
            actor=admin,
            account=account,
            expected_revision=1,
            wanted=Wanted("production", "us-east-1"),
        )
        return real(aws)

    monkeypatch.setattr(identity, "who_am_i", changed_meanwhile)
    assert ask(admin, account, "identity").state == "done"
    assert AwsAccount.all_projects.get(id=account.id).seen_at is None


def test_clusters_with_what_each_is(account: AwsAccount, tester: Actor, fake: FakeAws) -> None:
    building.serverless(fake.account, "events")
    done = ask(tester, account, "clusters")
    rows = {row["name"]: row for row in done.document["clusters"]}
    assert done.document["complete"] is True
    assert rows["orders"]["why_not"] is None
    assert "Serverless" in rows["events"]["why_not"]
    assert done.sentence == "2 clusters in eu-central-1."


def test_bootstrap_strings_and_the_one_to_take(
    account: AwsAccount, tester: Actor, fake: FakeAws
) -> None:
    done = ask(tester, account, "brokers", parameters={"arn": arn_of(fake)})
    assert done.document["chosen"] == "BootstrapBrokerStringPublicSaslScram"
    usable = {one["field"]: one["usable"] for one in done.document["strings"]}
    assert usable["BootstrapBrokerStringSaslScram"] is True
    assert usable["BootstrapBrokerStringSaslIam"] is False


def test_what_can_i(account: AwsAccount, tester: Actor, fake: FakeAws) -> None:
    fake.account.deny("kms:DescribeKey")
    done = ask(
        tester,
        account,
        "permissions",
        parameters={"arn": arn_of(fake), "user": "alice", "topics": ["orders:read"]},
    )
    states = {one["action"]: one["state"] for one in done.document["actions"]}
    assert states["kms:DescribeKey"] == "denied"
    assert states["kafka:DescribeTopic"] == "allowed"
    assert done.sentence == "Missing: kms:DescribeKey."


def test_the_region_is_the_clusters(account: AwsAccount, tester: Actor, fake: FakeAws) -> None:
    elsewhere = healthy_account(region="us-east-1")
    fake.account.clusters |= elsewhere.clusters
    fake.account.strings |= elsewhere.strings
    ask(tester, account, "brokers", parameters={"arn": elsewhere.cluster("orders")["ClusterArn"]})
    assert {request.region for request in fake.account.requests} == {"us-east-1"}


@pytest.mark.parametrize(
    "kind", ["identity", "clusters", "brokers", "permissions", "readiness", "password"]
)
def test_each_kind_goes_through_the_task(
    account: AwsAccount, admin: Actor, fake: FakeAws, kind: str
) -> None:
    source = fake.account.scram[arn_of(fake)][0]
    asked = {"arn": arn_of(fake), "user": "alice", "secret_arn": source, "name": "alice"}
    query, _ = requests.request(actor=admin, account=account, kind=kind, parameters=asked)
    assert tasks.send(query, admin)
    done = again(query)
    assert (done.state, done.failure) == ("done", None), done.sentence
    assert done.document
    assert done.sentence
    assert done.seq >= 2
    assert done.started_at < done.finished_at < done.deadline_at


@pytest.mark.parametrize("way", ["host", "role", "key", "role by key"])
def test_each_way_signs_in_over_http(
    project: Project, admin: Actor, fake: FakeAws, way: str
) -> None:
    # The fake knows a second key, so that it shows which one was used.
    own = "AKIAOWNOWNOWNOWNOWN1"
    fake.account.access_keys[own] = "arn:aws:iam::123456789012:user/own"
    fake.account.roles[ROLE] = aws_accounts.external_id(actor=admin, project=project)
    key = reference(key_secret(admin, project, id=own))
    changes: dict[str, Any] = {
        "host": {},
        "role": {"way": "role", "role_arn": ROLE},
        "key": {"way": "key", "key": key},
        "role by key": {"way": "role", "role_arn": ROLE, "key": key},
    }[way]
    account = make_account(admin, project, **changes)
    done = ask(admin, account, "identity")
    assert done.state == "done", done.sentence
    whose = {
        "host": "user/kalixweb",
        "role": "assumed-role/kalixweb/kalixweb",
        "key": "user/own",
        "role by key": "assumed-role/kalixweb/kalixweb",
    }
    assert done.document["arn"].endswith(whose[way])
    first = fake.account.requests[0]
    assert first.key_id == (KEY_ID if way in {"host", "role"} else own)


def test_the_external_id_of_another_project_opens_no_role(
    project: Project, admin: Actor, fake: FakeAws, settings: Settings
) -> None:
    other = create_project(actor=SHELL, name="aside")
    settings.KALIXWEB_AWS_HOST_PROJECTS = ["payments", "aside"]
    fake.account.roles[ROLE] = aws_accounts.external_id(actor=SHELL, project=other)
    account = make_account(admin, project, way="role", role_arn=ROLE)
    done = ask(admin, account, "identity")
    assert (done.state, done.failure["kind"], done.document) == ("done", "role_refused", None)


def test_what_aws_refuses_is_kept_with_the_action_to_take(
    account: AwsAccount, tester: Actor, fake: FakeAws
) -> None:
    fake.account.deny("kafka:ListClustersV2")
    done = ask(tester, account, "clusters")
    assert (done.state, done.document) == ("done", None)
    assert done.failure["missing_action"] == "kafka:ListClustersV2"
    assert done.failure["action"]
    assert "kafka:ListClustersV2" in done.sentence


def test_a_credential_is_nowhere_but_in_the_request(
    project: Project,
    admin: Actor,
    fake: FakeAws,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    sent: list[Any] = []
    monkeypatch.setattr(
        "brokers.tasks.run_aws_query.delay", lambda **args: sent.append(args), raising=True
    )
    key = key_secret(admin, project)
    account = make_account(admin, project, way="key", key=reference(key))
    rows = []
    for script in (lambda: None, fake.account.refuse_keys, lambda: fake.account.expire(KEY_ID)):
        script()
        for kind in ("identity", "clusters"):
            query, _ = requests.request(actor=admin, account=account, kind=kind)
            assert tasks.send(query, admin)
            rows.append(work(query))
    assert {row.state for row in rows} == {"done"}
    kept = json.dumps(list(AwsQuery.all_projects.values()), default=str)
    said = kept + json.dumps(sent) + caplog.text + str(events("secret.used"))
    assert fake.account.requests[0].key_id == KEY_ID
    assert SECRET_KEY not in said
    assert KEY_ID not in said
    assert set(sent[0]) == {"project_id", "inquiry_id"}


@pytest.mark.parametrize(
    "role", ["viewer", "tester", "editor", "secret_keeper", "auditor", "project_admin"]
)
@pytest.mark.parametrize("kind", ["identity", "clusters", "password"])
def test_who_may_ask(
    account: AwsAccount, person: Person, fake: FakeAws, role: str, kind: str
) -> None:
    actor = person("mo", role)
    asked = {
        "arn": arn_of(fake),
        "user": "alice",
        "name": "alice",
        "secret_arn": fake.account.scram[arn_of(fake)][0],
    }
    may = {
        "identity": {"tester", "editor", "secret_keeper", "project_admin"},
        "clusters": {"tester", "editor", "secret_keeper"},
        "password": {"secret_keeper"},
    }
    if role in may[kind]:
        assert requests.request(actor=actor, account=account, kind=kind, parameters=asked)[1]
        assert events("aws_inquiry.asked")[0]["details"]["kind"] == kind
        return
    with pytest.raises(Denied):
        requests.request(actor=actor, account=account, kind=kind, parameters=asked)
    assert not AwsQuery.all_projects.exists()


def test_whoever_edits_accounts_has_it_asked_who_they_are(
    account: AwsAccount, person: Person, fake: FakeAws
) -> None:
    alone = person("mo", "project_admin")
    assert ask(alone, account, "identity").document["account"] == "123456789012"
    query, _ = requests.request(actor=alone, account=account, kind="identity")
    assert requests.stop(actor=alone, query=query)
    lost, _ = requests.request(actor=alone, account=account, kind="identity")
    Membership.all_projects.filter(user_id=alone.id).update(roles=["viewer"])
    assert (work(lost).state, len(fake.account.requests)) == ("stopped", 1)


def test_a_key_account_is_asked_only_by_who_may_use_the_secret(
    project: Project, admin: Actor, tester: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kalixweb.projects import roles

    account = make_account(admin, project, way="key", key=reference(key_secret(admin, project)))
    monkeypatch.setitem(roles.ROLES, "tester", roles.ROLES["tester"] - {"secret.use"})
    with pytest.raises(Denied, match=r"secret\.use"):
        requests.request(actor=tester, account=account, kind="identity")


def test_a_second_click_gets_the_first_and_another_question_takes_its_place(
    account: AwsAccount, admin: Actor, tester: Actor, fake: FakeAws
) -> None:
    arn = arn_of(fake)
    ready = {"arn": arn, "topics": ["orders"]}
    first, new = requests.request(actor=tester, account=account, kind="readiness", parameters=ready)
    same, is_new = requests.request(
        actor=admin, account=account, kind="readiness", parameters=ready
    )
    assert (new, is_new, same.id) == (True, False, first.id)
    other, is_new = requests.request(
        actor=admin, account=account, kind="readiness", parameters={"arn": arn}
    )
    assert is_new
    assert again(first).state == "stopped"
    assert again(first).sentence == "ada asked something else."
    assert again(other).state == "queued"


def test_two_clicks_at_one_moment_make_one(
    account: AwsAccount, tester: Actor, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = requests.request(actor=tester, account=account, kind="identity")
    answers = iter([None, first])
    monkeypatch.setattr(requests.lookup, "open_of", lambda *_: next(answers))
    second, is_new = requests.request(actor=admin, account=account, kind="identity")
    assert (second.id, is_new, AwsQuery.all_projects.count()) == (first.id, False, 1)


def test_two_questions_at_one_moment_are_not_one(
    account: AwsAccount, tester: Actor, admin: Actor, fake: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, bob = ({"arn": arn_of(fake), "user": user} for user in ("alice", "bob"))
    first, _ = requests.request(actor=tester, account=account, kind="readiness", parameters=alice)
    answers = iter([None, first])
    monkeypatch.setattr(requests.lookup, "open_of", lambda *_: next(answers))
    second, is_new = requests.request(
        actor=admin, account=account, kind="readiness", parameters=bob
    )
    assert (is_new, second.parameters["user"]) == (True, "bob")
    assert (again(first).state, again(second).state) == ("stopped", "queued")


@pytest.mark.parametrize(
    ("kind", "asked", "field"),
    [
        ("brokers", {}, "arn"),
        ("readiness", {"arn": "arn:aws:iam::123456789012:role/x"}, "arn"),
        ("readiness", {"topics": ["t"] * 2 + [str(n) for n in range(60)]}, "topics"),
        ("readiness", {"topics": ["x" * 250]}, "topics"),
        ("readiness", {"from_addresses": ["not an address"]}, "from_addresses"),
        ("readiness", {"user": "u" * 257}, "user"),
        ("password", {"user": "alice"}, "secret_arn"),
        ("password", {"secret_arn": TAKEN, "user": "alice", "name": "Not A Name"}, "name"),
        ("password", {"secret_arn": TAKEN, "user": "a", "name": "a", "entry": "a b"}, "entry"),
        ("password", {"secret_arn": TAKEN, "user": "a", "secret": str(uuid4())}, "name"),
        ("password", {"secret_arn": TAKEN, "user": "a", "secret": "alice-msk"}, "name"),
        ("password", {"secret_arn": TAKEN, "name": "alice"}, "user"),
        (
            "password",
            {"secret_arn": f"{SECRETS}:123456789012:secret:billing-db-abcdef"},
            "secret_arn",
        ),
        (
            "password",
            {"secret_arn": f"{SECRETS}:999999999999:secret:AmazonMSK_a-abcdef"},
            "secret_arn",
        ),
    ],
)
def test_what_is_no_question(
    account: AwsAccount, admin: Actor, kind: str, asked: dict[str, Any], field: str
) -> None:
    cluster = {"arn": f"arn:aws:kafka:{REGION}:123456789012:cluster/orders/abc-1"}
    with pytest.raises(QueryNotAccepted) as refused:
        requests.request(
            actor=admin,
            account=account,
            kind=kind,
            parameters=(cluster | asked if asked else asked),
        )
    assert refused.value.field == field


def test_another_projects_onboarding_or_connection_does_not_exist(
    account: AwsAccount, admin: Actor, project: Project, connection: Any
) -> None:
    other = create_project(actor=SHELL, name="aside")
    connection.project = other
    with pytest.raises(requests.OfAnotherProject):
        requests.request(actor=admin, account=account, kind="identity", connection=connection)


def test_thirty_questions_a_minute_and_user(
    account: AwsAccount, tester: Actor, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "A_MINUTE_EACH_USER", 2)
    for kind in ("identity", "clusters"):
        requests.request(actor=tester, account=account, kind=kind)
    requests.request(actor=tester, account=account, kind="identity")  # shown, not made
    with pytest.raises(TooManyQueries, match="2 times"):
        requests.request(actor=tester, account=account, kind="permissions")
    requests.request(actor=admin, account=account, kind="permissions")


def test_a_right_that_was_lost_in_the_queue_asks_nothing(
    account: AwsAccount, tester: Actor, fake: FakeAws
) -> None:
    query, _ = requests.request(actor=tester, account=account, kind="identity")
    Membership.all_projects.filter(user_id=tester.id).update(roles=["viewer"])
    done = work(query)
    assert (done.state, done.sentence) == ("stopped", "noor may not ask this any more.")
    assert events("access.denied")[0]["details"]["right"] == "msk.read"
    assert fake.account.requests == []


def test_a_user_who_is_not_active_any_more_asks_nothing(
    account: AwsAccount, tester: Actor, fake: FakeAws
) -> None:
    query, _ = requests.request(actor=tester, account=account, kind="identity")
    User.objects.filter(id=tester.id).update(is_active=False)
    assert "noor" in work(query).sentence
    assert fake.account.requests == []


def test_a_project_that_lost_the_hosts_credentials_meanwhile_asks_nothing(
    account: AwsAccount, tester: Actor, fake: FakeAws, settings: Settings
) -> None:
    query, _ = requests.request(actor=tester, account=account, kind="identity")
    settings.KALIXWEB_AWS_HOST_PROJECTS = ["another"]
    done = work(query)
    assert (done.state, "KALIXWEB_AWS_HOST_PROJECTS" in done.sentence) == ("stopped", True)
    assert fake.account.requests == []
    with pytest.raises(HostNotServed):
        requests.request(actor=tester, account=account, kind="identity")


def test_an_entry_without_a_key_is_told_and_sent_nowhere(
    project: Project, admin: Actor, fake: FakeAws
) -> None:
    secret = key_secret(admin, project, id="kafka-password-of-somebody!")
    account = make_account(admin, project, way="key", key=reference(secret))
    done = ask(admin, account, "identity")
    assert (done.state, done.sentence.startswith("aws-key/id holds no")) == ("stopped", True)
    assert fake.account.requests == []


def test_one_worker_gets_an_inquiry(account: AwsAccount, tester: Actor, fake: FakeAws) -> None:
    query, _ = requests.request(actor=tester, account=account, kind="identity")
    late = again(query)
    work(query)
    assert not transitions.claim(late)
    assert not execute(again(query))
    assert len(fake.account.requests) == 1


def test_of_another_project_there_is_nothing_to_carry_out(
    account: AwsAccount, tester: Actor, fake: FakeAws
) -> None:
    query, _ = requests.request(actor=tester, account=account, kind="identity")
    other = create_project(actor=SHELL, name="aside")
    tasks.run_aws_query(project_id=str(other.id), inquiry_id=str(query.id))
    assert again(query).state == "queued"


def test_an_inquiry_that_was_stopped_meanwhile_keeps_no_answer(
    account: AwsAccount, tester: Actor, fake: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    from brokers.aws import clusters

    real = clusters.list_clusters
    query, _ = requests.request(actor=tester, account=account, kind="clusters")

    def stopped(aws: Any) -> Any:
        assert requests.stop(actor=tester, query=again(query))
        return real(aws)

    monkeypatch.setattr(clusters, "list_clusters", stopped)
    done = work(query)
    assert (done.state, done.document, done.sentence) == ("stopped", None, "Stopped by noor.")
    assert not requests.stop(actor=tester, query=done)
    assert events("aws_inquiry.stopped")[0]["details"]["kind"] == "clusters"


def test_a_viewer_stops_nothing(account: AwsAccount, tester: Actor, person: Person) -> None:
    query, _ = requests.request(actor=tester, account=account, kind="clusters")
    with pytest.raises(Denied):
        requests.stop(actor=person("vi", "viewer"), query=query)


def test_a_worker_that_ends_takes_its_inquiries_along(
    account: AwsAccount, tester: Actor, fake: FakeAws
) -> None:
    fake.account.throttle(1.0)
    query, _ = requests.request(actor=tester, account=account, kind="clusters")
    fake.account.delay(0.05)
    real = fake.account.note

    def note(request: Any) -> None:
        shutdown.close()
        real(request)

    fake.account.note = note  # type: ignore[method-assign]
    done = work(query)
    assert (done.state, done.sentence) == ("stopped", sentence(done, Ending.WORKER_STOPPED))


def test_a_failure_of_our_own_ends_the_inquiry_and_is_raised(
    account: AwsAccount, tester: Actor, fake: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("brokers.aws.identity.who_am_i", lambda _aws: 1 / 0)
    query, _ = requests.request(actor=tester, account=account, kind="identity")
    with pytest.raises(ZeroDivisionError):
        work(query)
    assert (again(query).state, again(query).sentence) == (
        "stopped",
        sentence(query, Ending.FAILED),
    )


def test_a_dead_and_a_forgotten_inquiry_end(account: AwsAccount, tester: Actor) -> None:
    dead, _ = requests.request(actor=tester, account=account, kind="identity")
    past = clock.now() - timedelta(seconds=1)
    AwsQuery.all_projects.update(state="running", started_at=past, deadline_at=past)
    left, _ = requests.request(actor=tester, account=account, kind="clusters")
    AwsQuery.all_projects.filter(id=left.id).update(queued_at=clock.now() - timedelta(minutes=16))
    assert maintenance.end_dead(QUERIES) == 2
    assert again(dead).sentence == sentence(dead, Ending.WORKER_LOST)
    assert again(left).sentence == sentence(left, Ending.NOT_TAKEN)


def test_an_inquiry_that_nobody_took_is_sent_again_once(account: AwsAccount, tester: Actor) -> None:
    query, _ = requests.request(actor=tester, account=account, kind="identity")
    assert maintenance.lost_in_queue(QUERIES) == []
    AwsQuery.all_projects.update(sent_at=clock.now() - timedelta(seconds=6))
    assert [row.id for row in maintenance.lost_in_queue(QUERIES)] == [query.id]
    assert maintenance.lost_in_queue(QUERIES) == []


def test_old_answers_go(account: AwsAccount, tester: Actor, fake: FakeAws) -> None:
    ask(tester, account, "identity")
    fresh, _ = requests.request(actor=tester, account=account, kind="clusters")
    AwsQuery.all_projects.update(queued_at=clock.now() - timedelta(days=91))
    assert maintenance.forget_old(QUERIES) == 1
    assert [row.id for row in AwsQuery.all_projects.all()] == [fresh.id]


def test_a_silent_aws_takes_few_slots_and_the_rest_wait_in_the_queue(
    account: AwsAccount, tester: Actor, fake: FakeAws
) -> None:
    query, _ = requests.request(actor=tester, account=account, kind="identity")
    bulk = kind_of(TestRun).bulk
    assert QUERIES.slots.most + bulk.slots.most < settings.KALIXWEB_WORKER_THREADS
    with ExitStack() as held:
        for _ in range(QUERIES.slots.most):
            held.enter_context(QUERIES.slots.take())
        tasks.send(query, tester)
        assert again(query).state == "queued"
    tasks.send(query, tester)
    assert again(query).state == "done"


def test_a_queue_that_is_away_is_told(
    account: AwsAccount, tester: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_args: Any) -> None:
        raise RedisError

    monkeypatch.setattr("brokers.tasks.run_aws_query.delay", away)
    query, _ = requests.request(actor=tester, account=account, kind="identity")
    assert not tasks.send(query, tester)
    assert again(query).sentence == sentence(query, Ending.QUEUE_AWAY)


def test_deleting_an_account_ends_what_it_asked(
    account: AwsAccount, admin: Actor, fake: FakeAws
) -> None:
    query, _ = requests.request(actor=admin, account=account, kind="identity")
    aws_accounts.delete(actor=admin, account=account)
    tasks.run_aws_query(project_id=str(account.project_id), inquiry_id=str(query.id))
    assert fake.account.requests == []
    assert not Secret.all_projects.exists()


def test_a_project_goes_with_all_that_it_asked(
    project: Project, admin: Actor, fake: FakeAws
) -> None:
    key = key_secret(admin, project)
    account = make_account(admin, project, way="key", key=reference(key))
    ask(admin, account, "identity")
    changes = lifecycle.Changes(account=account, cluster_arn=arn_of(fake))
    lifecycle.start(actor=admin, project=project, changes=changes)
    delete_project(actor=SHELL, project=project)
    for model in (AwsAccount, AwsQuery, AwsExternalId, MskOnboarding, Secret):
        assert not model.all_projects.exists(), model


def test_django_admin_shows_who_asked_and_not_what_came_back(
    project: Project, admin: Actor, fake: FakeAws
) -> None:
    account = make_account(admin, project, way="key", key=reference(key_secret(admin, project)))
    query = ask(admin, account, "clusters")
    client = signed_in(make_user("root", is_administrator=True))
    pages = [
        client.get(f"/admin/brokers/{path}").content.decode()
        for path in (
            "awsquery/",
            f"awsquery/{query.id}/change/",
            "awsaccount/",
            f"awsaccount/{account.id}/change/",
            "mskonboarding/",
        )
    ]
    former = client.get(f"/admin/brokers/awsinquiry/{query.id}/change/")
    assert former["Location"] == f"/admin/brokers/awsquery/{query.id}/change/"
    assert "ada" in pages[0]
    assert "production" in pages[2]
    assert "why_not" not in "".join(pages)
    assert KEY_ID not in "".join(pages)


def test_the_web_process_loads_no_boto3() -> None:
    import subprocess
    import sys

    code = (
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'; import django;"
        "django.setup(); import kalixweb.urls, brokers.tasks, sys;"
        "print('boto3' in sys.modules, 'botocore' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["False", "False"]
