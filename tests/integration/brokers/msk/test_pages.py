"""The pages of MSK as a person without JavaScript meets them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from brokers import tasks
from brokers.aws.checks import CHECKS
from brokers.models import (
    BROKERS,
    CLUSTERS,
    IDENTITY,
    PASSWORD,
    PERMISSIONS,
    READINESS,
    RUNNING,
    AwsAccount,
    AwsExternalId,
    AwsQuery,
    Connection,
    MskOnboarding,
)
from kalixweb.accounts.models import User
from kalixweb.core.actor import Actor
from kalixweb.projects.models import Project
from secrets_app.models import Secret
from tests.integration.brokers.conftest import Person, reload
from tests.integration.brokers.msk import samples

pytestmark = pytest.mark.django_db
TYPED = "a good password"
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _quiet(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The project may use the host's credentials, and no worker asks AWS."""
    settings.KALIXWEB_AWS_HOST_PROJECTS = ["payments"]
    monkeypatch.setattr(tasks, "send", lambda *_: True)


@pytest.fixture
def sign_in(client: Client) -> Callable[[Actor], Client]:
    def go(actor: Actor) -> Client:
        client.force_login(User.objects.get(id=actor.id))
        return client

    return go


@pytest.fixture
def visitor(sign_in: Callable[[Actor], Client], person: Person) -> Client:
    """Somebody who may do everything here but reveal secrets and take passwords over."""
    return sign_in(person("jo", "editor", "project_admin"))


@pytest.fixture
def account(project: Project) -> AwsAccount:
    return samples.account(project)


@pytest.fixture
def onboarding(project: Project, account: AwsAccount) -> MskOnboarding:
    return samples.onboarding(project, account)


def address(name: str, *args: Any) -> str:
    return reverse(f"brokers:{name}", args=["payments", *args])


def step(onboarding: MskOnboarding, name: str) -> str:
    return address("msk-step", onboarding.id, name)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def newest(kind: str) -> AwsQuery:
    return AwsQuery.all_projects.filter(kind=kind).latest("queued_at")


def test_an_empty_project_is_taught_how_to_begin(visitor: Client, project: Project) -> None:
    page = text(visitor.get(address("msk")))
    assert "From a cluster's name to a green test." in page
    assert address("aws-account-new") in page


def test_the_account_form_shows_the_external_id_and_a_trust_policy(
    visitor: Client, project: Project
) -> None:
    page = text(visitor.get(address("aws-account-new")))
    external_id = AwsExternalId.objects.for_project(project).get().value
    assert page.count(external_id) == 2
    assert "sts:AssumeRole" in page
    assert f'name="{external_id}"' not in page


def test_a_role_trusts_whoever_assumes_it(
    visitor: Client, project: Project, account: AwsAccount, secret: Secret
) -> None:
    visitor.get(address("aws-account-new"))
    role = {"role_arn": "arn:aws:iam::111122223333:role/reader", "way": "role"}
    AwsAccount.all_projects.filter(id=samples.account(project, "by-host").id).update(**role)
    by_key = role | {"key_secret": secret, "key_id_entry": "id", "key_secret_entry": "key"}
    AwsAccount.all_projects.filter(id=samples.account(project, "by-key").id).update(**by_key)
    pages = {}
    for row in AwsAccount.all_projects.filter(way="role"):
        pages[row.name] = text(visitor.get(address("aws-account-detail", row.id)))
    assert "arn:aws:iam::111122223333:role/kalixweb&quot;" in pages["by-host"]
    assert "role/PATH/NAME" in pages["by-host"]
    assert "ARN-OF-KALIXWEB" in pages["by-key"]
    assert "the user in whose access key" in pages["by-key"]


def test_an_account_is_made_and_asked_who_it_is(visitor: Client, project: Project) -> None:
    typed = {"name": "production", "region": "eu-west-1", "way": "host"}
    made = visitor.post(address("aws-account-new"), typed)
    account = AwsAccount.all_projects.get()
    assert made["Location"] == address("aws-account-detail", account.id)
    assert visitor.post(address("aws-account-who", account.id)).status_code == 302
    page = text(visitor.get(made["Location"]))
    assert "Asking AWS who this is." in page
    assert 'http-equiv="refresh"' in page
    assert newest(IDENTITY).account == account


def test_a_clock_that_is_wrong_is_told(visitor: Client, account: AwsAccount) -> None:
    said = {"account": "111122223333", "arn": "arn:aws:iam::111122223333:user/k"}
    samples.answer(account, IDENTITY, said | {"clock": "The clock is 120 seconds behind AWS's."})
    page = text(visitor.get(address("aws-account-detail", account.id)))
    assert "120 seconds behind" in page


def test_a_failure_is_said_with_what_to_do(visitor: Client, account: AwsAccount) -> None:
    failure = {"kind": "denied", "sentence": "AWS denied it.", "action": "Allow `kafka:X`."}
    samples.answer(account, IDENTITY, None, failure=failure | {"missing_action": "kafka:X"})
    page = text(visitor.get(address("aws-account-detail", account.id)))
    assert "<strong>AWS denied it.</strong> Allow <code>kafka:X</code>." in page
    assert "See the policy" in page


def test_the_commands_sign_in_as_the_account_does(
    visitor: Client, project: Project, secret: Secret
) -> None:
    role = "arn:aws:iam::111122223333:role/kalixweb-read"
    typed = {"name": "by-role", "region": "eu-west-1", "way": "role", "role_arn": role}
    visitor.post(address("aws-account-new"), typed | {"key_secret": ""})
    onboarding = samples.onboarding(project, AwsAccount.all_projects.get())
    page = text(visitor.get(step(onboarding, "account")))
    external_id = AwsExternalId.objects.for_project(project).get().value
    assert f"aws configure set profile.by-role.role_arn {role}" in page
    assert f"aws configure set profile.by-role.external_id {external_id}" in page
    assert "export AWS_PROFILE=by-role\naws sts get-caller-identity" in page


def test_who_only_looks_sees_every_step_and_no_form(
    sign_in: Callable[[Actor], Client], person: Person, onboarding: MskOnboarding
) -> None:
    samples.answer(onboarding, CLUSTERS, samples.clusters())
    samples.answer(onboarding, BROKERS, samples.strings())
    samples.answer(
        onboarding, READINESS, samples.readiness(allow_everyone_off="fail", firewall="fail")
    )
    viewer = sign_in(person("vic", "viewer"))
    for name in ("account", "cluster", "readiness", "user", "topics", "acls", "connection", "test"):
        page = text(viewer.get(step(onboarding, name)))
        main = page[page.index("<main") :]
        assert "csrfmiddlewaretoken" not in main, name
    assert "csrfmiddlewaretoken" not in text(viewer.get(address("msk"))).split("<main")[1]


def test_a_role_needs_its_arn_and_a_key_its_entries(
    visitor: Client, project: Project, secret: Secret
) -> None:
    role = {"name": "production", "region": "eu-west-1", "way": "role"}
    answer = visitor.post(address("aws-account-new"), role)
    assert answer.status_code == 422
    assert "Give the role&#x27;s ARN" in text(answer)
    key = role | {"way": "key", "key_secret": "orders-kafka", "key_id_entry": "id"}
    answer = visitor.post(address("aws-account-new"), key | {"key_secret_entry": "secret"})
    assert "names no entry of orders-kafka, which has" in text(answer)
    key |= {"key_id_entry": "old", "key_secret_entry": "pwd"}
    assert visitor.post(address("aws-account-new"), key).status_code == 302
    account = AwsAccount.all_projects.get()
    assert (account.key_secret, account.key_id_entry) == (secret, "old")
    page = text(visitor.get(address("aws-account-detail", account.id)))
    assert "A role is better." in page
    used = text(visitor.get(reverse("secrets:secret-detail", args=["payments", secret.id])))
    assert address("aws-account-detail", account.id) in used


def test_the_host_serves_only_named_projects(
    visitor: Client, project: Project, settings: Settings
) -> None:
    settings.KALIXWEB_AWS_HOST_PROJECTS = ["other"]
    typed = {"name": "production", "region": "eu-west-1", "way": "host"}
    answer = visitor.post(address("aws-account-new"), typed)
    assert answer.status_code == 422
    assert "KALIXWEB_AWS_HOST_PROJECTS" in text(answer)


def test_an_onboarding_is_left_and_taken_up_again_where_it_stood(
    visitor: Client, project: Project, account: AwsAccount
) -> None:
    begun = visitor.post(address("msk-new"), follow=True)
    onboarding = MskOnboarding.all_projects.get()
    assert onboarding.account == account
    assert begun.redirect_chain[-1][0] == step(onboarding, "cluster")
    assert visitor.post(step(onboarding, "cluster"), {"cluster": samples.ARN}).status_code == 302
    assert newest(BROKERS).cluster_arn == samples.ARN
    assert visitor.get(address("msk-onboarding", onboarding.id))["Location"] == step(
        onboarding, "readiness"
    )
    listed = text(visitor.get(address("msk")))
    assert "2 of 8 steps" in listed
    assert step(onboarding, "readiness") in listed


def test_an_arn_that_is_no_cluster_is_refused_at_its_field(
    visitor: Client, project: Project, account: AwsAccount
) -> None:
    visitor.post(address("msk-new"))
    onboarding = MskOnboarding.all_projects.get()
    answer = visitor.post(step(onboarding, "cluster"), {"cluster": "arn:aws:s3:::bucket"})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in text(answer)


def test_five_hundred_clusters_come_a_page_at_a_time_and_are_searched(
    visitor: Client, project: Project, account: AwsAccount
) -> None:
    visitor.post(address("msk-new"))
    onboarding = MskOnboarding.all_projects.get()
    samples.answer(samples.onboarding_of(onboarding), CLUSTERS, samples.clusters(500))
    page = text(visitor.get(step(onboarding, "cluster")))
    assert "500 of 502 can be connected" in page
    assert page.count('name="cluster" value="arn:') == 30
    found = text(visitor.get(step(onboarding, "cluster"), {"q": "team-49"}))
    assert found.count('name="cluster" value="arn:') == 10
    why = text(visitor.get(step(onboarding, "cluster"), {"kind": "explained"}))
    assert "Serverless: sign-in by IAM only." in why
    assert 'name="cluster" value="arn:' not in why


def test_every_string_is_shown_with_what_it_is_for(
    visitor: Client, onboarding: MskOnboarding
) -> None:
    samples.answer(onboarding, BROKERS, samples.strings())
    page = text(visitor.get(step(onboarding, "cluster")))
    assert "Public, user name and password" in page
    assert "User name and password are not taken." in page
    assert page.count('<span class="tag">taken</span>') == 1


def test_the_checks_stand_in_order_with_what_turned_since(
    visitor: Client, onboarding: MskOnboarding
) -> None:
    samples.answer(onboarding, READINESS, samples.readiness(scram_on="fail", secret_alive="fail"))
    now = samples.readiness(scram_on="pass", secret_alive="fail", key_usable="could_not_tell")
    now["steps"] = [
        {
            "check": "secret_alive",
            "title": "Restore it",
            "sentence": "ReadinessPage now.",
            "ready": True,
        }
        | {"wait": "It takes a while."}
    ]
    now["checks"][12] |= {"missing_action": "kms:DescribeKey", "statement": '{"Effect": "Allow"}'}
    samples.answer(onboarding, READINESS, now)
    page = text(visitor.get(step(onboarding, "readiness")))
    assert f"{len(CHECKS) - 2} of {len(CHECKS)} prerequisites are met." in page
    assert "1 must be fixed, 1 could not be told." in page
    assert f"last run: {len(CHECKS) - 2} met" in page
    assert page.count("was: fail") == 1
    assert "up to 10 minutes of waiting in all" in page
    assert "<code>kms:DescribeKey</code>, for check 13" in page
    assert page.index('id="check-1"') < page.index(f'id="check-{len(CHECKS)}"')


def test_a_running_check_polls_and_answers_nothing_when_nothing_changed(
    visitor: Client, onboarding: MskOnboarding
) -> None:
    open_one = samples.answer(onboarding, READINESS, samples.readiness(), state=RUNNING, seq=3)
    here = step(onboarding, "readiness")
    page = text(visitor.get(here))
    assert 'http-equiv="refresh"' in page
    seen = {"seen": "readiness-running-3"}
    assert "seen=readiness-running-3" in page
    assert visitor.get(here, seen, headers=HTMX).status_code == 204
    AwsQuery.all_projects.filter(id=open_one.id).update(seq=4)
    changed = visitor.get(here, seen, headers=HTMX)
    assert (changed.status_code, b"<html" in changed.content) == (200, False)


def test_one_check_is_made_again_with_the_addresses_that_were_named(
    visitor: Client, onboarding: MskOnboarding
) -> None:
    sent = {"only": "firewall", "from_addresses": "203.0.113.20, 203.0.113.21"}
    assert visitor.post(address("msk-check", onboarding.id), sent).status_code == 302
    asked = newest(READINESS).parameters
    assert (asked["only"], asked["from_addresses"]) == (
        "firewall",
        ["203.0.113.20", "203.0.113.21"],
    )


def test_confirmed_acls_release_what_was_withheld(
    visitor: Client, onboarding: MskOnboarding
) -> None:
    document = samples.readiness(allow_everyone_off="fail", acls="could_not_tell")
    samples.answer(onboarding, READINESS, document)
    page = text(visitor.get(step(onboarding, "readiness")))
    assert page.count('name="confirm" value="yes"') == 1
    sent = {"confirm": "yes", "back": "readiness", "revision": onboarding.revision}
    for shown in (page, text(visitor.get(step(onboarding, "acls")))):
        assert f'name="revision" value="{onboarding.revision}"' in shown
    stale = visitor.post(
        step(onboarding, "acls"), sent | {"revision": onboarding.revision + 1}, follow=True
    )
    assert "went on with this MSK onboarding meanwhile" in text(stale)
    assert reload(onboarding).acls_confirmed_by == ""
    answer = visitor.post(step(onboarding, "acls"), sent)
    assert answer["Location"] == step(onboarding, "readiness")
    assert reload(onboarding).acls_confirmed_by == "jo"


def test_checks_of_another_user_are_not_shown_as_present(
    visitor: Client, onboarding: MskOnboarding
) -> None:
    MskOnboarding.all_projects.filter(id=onboarding.id).update(user="alice")
    samples.answer(
        samples.onboarding_of(onboarding), READINESS, samples.readiness(secret_prefix="fail")
    )
    title = CHECKS["secret_prefix"].title
    pages = [step(onboarding, name) for name in ("readiness", "user")]
    assert all(title in text(visitor.get(page)) for page in pages)
    MskOnboarding.all_projects.filter(id=onboarding.id).update(user="bob")
    assert not any(title in text(visitor.get(page)) for page in pages)
    assert "were checked for another user." in text(visitor.get(pages[0]))


def test_who_edits_accounts_asks_who_they_are(
    sign_in: Callable[[Actor], Client], person: Person, account: AwsAccount
) -> None:
    alone = sign_in(person("ada", "project_admin"))
    page = address("aws-account-detail", account.id)
    assert "Who am I</button>" in text(alone.get(page))
    assert alone.post(address("aws-account-who", account.id)).status_code == 302
    stop = address("aws-query-stop", newest(IDENTITY).id)
    assert stop in text(alone.get(page))
    assert alone.post(stop).status_code == 302
    assert newest(IDENTITY).state == "stopped"


def test_a_connection_that_nobody_looks_after_says_so(
    visitor: Client, connection: Connection
) -> None:
    page = address("connection-detail", connection.id)
    assert "AWS is not asked" not in text(visitor.get(page))
    Connection.all_projects.update(cluster_arn=samples.ARN)
    assert "AWS is not asked for its bootstrap servers any more." in text(visitor.get(page))


def test_a_typed_password_becomes_a_secret_for_this_cluster_alone(
    visitor: Client, onboarding: MskOnboarding
) -> None:
    samples.answer(onboarding, BROKERS, samples.strings())
    typed = {"user": "svc-orders", "password_from": "new", "password_name": "svc"}
    typed |= {"password_entry": "pwd", "password_value": TYPED}
    refused = visitor.post(step(onboarding, "user"), typed | {"user": ""})
    assert refused.status_code == 422
    assert TYPED not in text(refused)
    assert visitor.post(step(onboarding, "user"), typed).status_code == 302
    made = Secret.all_projects.get(name="svc")
    assert made.allowed_hosts == ["*.ordersprod.a1b2c3.c4.kafka.eu-west-1.amazonaws.com"]
    kept = samples.onboarding_of(onboarding)
    assert (kept.user, kept.password_secret, kept.password_entry) == ("svc-orders", made, "pwd")
    assert TYPED not in text(visitor.get(step(onboarding, "user")))


def test_a_refused_form_comes_back_alone_and_a_saved_one_leads_on(
    visitor: Client, onboarding: MskOnboarding
) -> None:
    typed = {"user": "", "password_from": "new", "password_name": "svc", "password_entry": "pwd"}
    refused = visitor.post(
        step(onboarding, "user"), typed | {"password_value": TYPED}, headers=HTMX
    )
    assert (refused.status_code, b"<html" in refused.content) == (422, False)
    good = typed | {"user": "svc-orders", "password_value": TYPED}
    saved = visitor.post(step(onboarding, "user"), good, headers=HTMX)
    assert saved.headers["HX-Redirect"] == step(onboarding, "user")


def test_taking_a_password_over_is_for_whoever_has_the_right(
    sign_in: Callable[[Actor], Client], person: Person, onboarding: MskOnboarding, visitor: Client
) -> None:
    MskOnboarding.all_projects.filter(id=onboarding.id).update(user="svc-orders")
    samples.answer(onboarding, READINESS, samples.readiness())
    assert "Take the password over" not in text(visitor.get(step(onboarding, "user")))
    sent = {"aws_secret": samples.SECRET_ARN, "name": "taken", "entry": "pwd"}
    assert visitor.post(address("msk-password", onboarding.id), sent).status_code == 403
    keeper = sign_in(person("mira", "secret_keeper"))
    page = text(keeper.get(step(onboarding, "user")))
    assert f'value="{samples.SECRET_ARN}"' in page
    assert keeper.post(address("msk-password", onboarding.id), sent).status_code == 302
    asked = newest(PASSWORD).parameters
    assert (asked["secret_arn"], asked["user"], asked["name"]) == (
        samples.SECRET_ARN,
        "svc-orders",
        "taken",
    )


def test_the_connection_is_filled_in_and_tested(visitor: Client, onboarding: MskOnboarding) -> None:
    samples.answer(onboarding, BROKERS, samples.strings())
    fill = {"into": "new", "name": "orders", "ca_from": "none"}
    early = visitor.post(step(onboarding, "connection"), fill)
    assert early.status_code == 422
    assert "Still missing: the user, the password." in text(early)
    typed = {"user": "svc-orders", "password_from": "new", "password_name": "svc"}
    visitor.post(
        step(onboarding, "user"), typed | {"password_entry": "pwd", "password_value": TYPED}
    )
    visitor.post(step(onboarding, "topics"), {"topics": "orders:read, group:orders-svc"})
    assert visitor.post(step(onboarding, "connection"), fill).status_code == 302
    made = Connection.all_projects.get()
    assert (made.servers, made.user, made.auth) == (
        samples.SERVERS,
        "svc-orders",
        "scram-sha-512",
    )
    assert (made.platform, made.topics, made.groups) == ("msk", ["orders:read"], ["orders-svc"])
    assert made.cluster_arn == samples.ARN
    assert visitor.post(address("msk-test", onboarding.id))["Location"] == step(onboarding, "test")
    assert "Queued" in text(visitor.get(step(onboarding, "test")))


def test_an_existing_connection_is_filled_in(
    visitor: Client, onboarding: MskOnboarding, connection: Connection
) -> None:
    samples.answer(onboarding, BROKERS, samples.strings(["b-1.example.test:9196"]))
    there = {"into": "there", "connection": "orders-prod", "ca_from": "none"}
    assert visitor.post(step(onboarding, "connection"), there).status_code == 302
    assert reload(connection).servers == ["b-1.example.test:9196"]
    missing = visitor.post(step(onboarding, "connection"), there | {"connection": "nothing"})
    assert "There is no connection named nothing" in text(missing)


def test_changed_servers_are_offered_and_taken(visitor: Client, connection: Connection) -> None:
    offered = ["b-1.example.test:9096", "b-2.example.test:9096"]
    Connection.all_projects.filter(id=connection.id).update(offered_servers=offered)
    here = address("connection-detail", connection.id)
    assert "AWS names other bootstrap servers now." in text(visitor.get(here))
    answer = visitor.post(address("connection-servers", connection.id), {"revision": "1"})
    assert answer["Location"] == here
    assert reload(connection).servers == offered
    again = visitor.post(address("connection-servers", connection.id), {}, follow=True)
    assert "No other bootstrap servers are offered" in text(again)


def test_each_step_shows_its_commands(visitor: Client, onboarding: MskOnboarding) -> None:
    for name, words in {
        "account": "aws sts get-caller-identity",
        "cluster": "aws kafka get-bootstrap-brokers",
        "readiness": "kalixweb msk check",
        "user": "kalix secret create generic",
        "topics": "kafka-topics.sh",
        "acls": "kafka-acls.sh",
        "connection": "kalix projects config set broker",
        "test": "kalixweb connections test",
    }.items():
        assert words in text(visitor.get(step(onboarding, name))), name


def test_a_topic_of_a_small_cluster_has_few_copies(
    visitor: Client, onboarding: MskOnboarding
) -> None:
    listed = samples.clusters()
    listed["clusters"][0] |= {"arn": onboarding.cluster_arn, "brokers": 2}
    assert "--replication-factor 3" in text(visitor.get(step(onboarding, "topics")))
    samples.answer(onboarding, CLUSTERS, listed)
    assert "--replication-factor 2" in text(visitor.get(step(onboarding, "topics")))


def test_a_step_that_is_none_is_missing(visitor: Client, onboarding: MskOnboarding) -> None:
    assert visitor.get(step(onboarding, "nothing")).status_code == 404
    assert visitor.post(step(onboarding, "readiness")).status_code == 404


def test_the_policy_explains_each_statement(visitor: Client, onboarding: MskOnboarding) -> None:
    plain = text(visitor.get(address("msk-policy"), {"onboarding": onboarding.id}))
    assert "Resource &quot;*&quot; is a must" in plain
    assert "secretsmanager:GetSecretValue" not in plain
    more = text(
        visitor.get(address("msk-policy"), {"onboarding": onboarding.id, "password": "yes"})
    )
    assert "secretsmanager:GetSecretValue" in more
    MskOnboarding.all_projects.filter(id=onboarding.id).update(
        user="svc-orders", topics=["orders:read"]
    )
    seen = samples.readiness()
    seen["checks"][11]["seen"] = "arn:aws:kms:eu-west-1:111122223333:key/5c0e-41d2"
    samples.answer(onboarding, READINESS, seen)
    exact = text(
        visitor.get(address("msk-policy"), {"onboarding": onboarding.id, "password": "yes"})
    )
    assert samples.SECRET_ARN in exact
    assert "key/5c0e-41d2" in exact
    asked = visitor.post(address("msk-can"), {"onboarding": onboarding.id, "account": "production"})
    assert asked.status_code == 302
    question = newest(PERMISSIONS).parameters
    assert question == {"arn": onboarding.cluster_arn, "user": "svc-orders", "topics": ["orders"]}
    assert "Trying each action once." in text(visitor.get(asked["Location"]))


def test_an_account_is_deleted_by_its_name(visitor: Client, onboarding: MskOnboarding) -> None:
    account = onboarding.account
    assert account is not None
    here = address("aws-account-delete", account.id)
    assert visitor.post(here, {"name": "other"}).status_code == 422
    assert visitor.post(here, {"name": "production"}).status_code == 302
    assert not AwsAccount.all_projects.exists()
    assert reload(onboarding).account_id is None


def test_an_onboarding_is_forgotten_and_its_connection_stays(
    visitor: Client, onboarding: MskOnboarding
) -> None:
    assert visitor.post(address("msk-delete", onboarding.id))["Location"] == address("msk")
    assert not MskOnboarding.all_projects.exists()


def test_an_open_question_can_be_stopped(visitor: Client, onboarding: MskOnboarding) -> None:
    visitor.post(address("msk-check", onboarding.id))
    row = newest(READINESS)
    stopped = visitor.post(address("aws-query-stop", row.id))
    assert stopped["Location"] == step(onboarding, "readiness")
    assert "Stopped before AWS answered." in text(visitor.get(stopped["Location"]))


def test_the_list_costs_the_same_for_many_onboardings(
    visitor: Client,
    project: Project,
    account: AwsAccount,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    samples.answer(samples.onboarding(project, account), READINESS, samples.readiness())
    visitor.get(address("msk"))
    with django_assert_max_num_queries(40) as one:
        visitor.get(address("msk"))
    for number in range(12):
        row = samples.onboarding(project, account)
        samples.answer(row, READINESS, samples.readiness(scram_on="fail"))
        samples.account(project, f"account-{number}")
    with django_assert_max_num_queries(40) as many:
        visitor.get(address("msk"))
    assert len(many) == len(one)


def test_a_step_costs_the_same_for_many_rows(
    visitor: Client,
    project: Project,
    onboarding: MskOnboarding,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    def costs() -> dict[str, int]:
        found = {}
        for name in ("account", "cluster", "readiness", "user", "connection"):
            with django_assert_max_num_queries(60) as asked:
                visitor.get(step(onboarding, name), {"choose": "yes"})
            found[name] = len(asked)
        return found

    samples.answer(onboarding, CLUSTERS, samples.clusters(1))
    samples.answer(onboarding, READINESS, samples.readiness())
    samples.answer(onboarding, READINESS, samples.readiness())
    costs()
    few = costs()
    for number in range(8):
        samples.account(project, f"account-{number}")
    samples.answer(onboarding, CLUSTERS, samples.clusters(60))
    samples.answer(
        onboarding, READINESS, samples.readiness(scram_on="fail", health="fail", topics="fail")
    )
    assert costs() == few
    assert max(few.values()) <= 30


def test_every_step_says_what_is_wanted_before_anything_is_chosen(
    visitor: Client, project: Project
) -> None:
    visitor.post(address("msk-new"))
    onboarding = MskOnboarding.all_projects.get()
    for name, words in {
        "account": "No AWS account yet.",
        "cluster": "First the account.",
        "readiness": "First the cluster.",
        "user": "Name the user of the connection.",
        "topics": "Name the topics that are needed.",
        "acls": "Name the topics first.",
        "connection": "not fetched yet",
        "test": "First the connection.",
    }.items():
        assert words in text(visitor.get(step(onboarding, name))), name
    for name in ("msk-check", "msk-test"):
        assert visitor.post(address(name, onboarding.id)).status_code == 302
    assert not AwsQuery.all_projects.exists()
    refused = visitor.post(address("msk-query", onboarding.id, "clusters"), follow=True)
    assert "Choose the AWS account first." in text(refused)
