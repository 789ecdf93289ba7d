"""Whole checks of a cluster over HTTP: what is asked, how the document grows, what is told."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from brokers.aws.arn import ClusterArn
from brokers.aws.checks import CHECKS
from brokers.aws.client import Aws
from brokers.aws.readiness import CheckRequest, Document, public, run
from brokers.aws.sign_in import HostChain
from tests.fakes.aws import Account, FakeAws, Raw, Refused, healthy_account
from tests.fakes.aws.building import operation, serverless
from tests.unit.brokers.aws.answers import ARN, failure

# Ids are public: those that were released stay, and a new check needs no place here.
RELEASED = [
    "provisioned",
    "active",
    "scram_on",
    "unauthenticated_off",
    "tls_only",
    "tls_in_cluster",
    "public_access",
    "bootstrap_servers",
    "allow_everyone_off",
    "user_associated",
    "secret_prefix",
    "customer_key",
    "key_usable",
    "same_account_and_region",
    "secret_alive",
    "secret_policy",
    "subnets_public",
    "firewall",
    "acls",
    "topics",
    "nothing_in_flight",
    "version",
    "health",
]
IDS = list(CHECKS)
CALLS = [
    "kafka:DescribeClusterV2",
    "kafka:GetBootstrapBrokers",
    "kafka:DescribeConfigurationRevision",
    "kafka:ListScramSecrets",
    "kafka:DescribeTopic",
    "secretsmanager:DescribeSecret",
    "secretsmanager:GetResourcePolicy",
    "kms:DescribeKey",
    "ec2:DescribeSubnets",
    "ec2:DescribeRouteTables",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeNetworkAcls",
]
OWN = {
    "kafka:GetBootstrapBrokers": {"bootstrap_servers"},
    "kafka:DescribeConfigurationRevision": {"allow_everyone_off"},
    "kafka:ListScramSecrets": {"user_associated"},
    "kafka:DescribeTopic": {"topics"},
    "kafka-cluster:Connect": {"topics"},
    "secretsmanager:DescribeSecret": {
        "secret_prefix",
        "customer_key",
        "key_usable",
        "secret_alive",
    },
    "secretsmanager:GetResourcePolicy": {"secret_policy"},
    "kms:DescribeKey": {"key_usable"},
    "ec2:DescribeSubnets": {"subnets_public"},
    "ec2:DescribeRouteTables": {"subnets_public"},
    "ec2:DescribeSecurityGroups": {"firewall"},
    "ec2:DescribeNetworkAcls": {"firewall"},
}


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    account = healthy_account()
    with FakeAws(account) as aws:
        for name, value in aws.environment.items():
            monkeypatch.setenv(name, value)
        yield account


def documents(account: Account, **asked: Any) -> list[Document]:
    arn = ClusterArn.parse(asked.pop("arn", None) or next(iter(account.clusters)))
    found = CheckRequest(arn, **{"user": "alice", "topics": ("orders",), **asked})
    return list(run(Aws(HostChain(), arn.region), found))


def check(account: Account, **asked: Any) -> Document:
    return documents(account, **asked)[-1]


def states(document: Document) -> dict[str, str]:
    return {row["id"]: row["state"] for row in document["checks"]}


def row(document: Document, check: str) -> dict[str, Any]:
    return next(row for row in document["checks"] if row["id"] == check)


HEALTHY = dict.fromkeys(IDS, "pass") | {"acls": "could_not_tell"}


def test_ids_that_were_released_stay_in_their_order() -> None:
    assert [check for check in CHECKS if check in RELEASED] == RELEASED


def test_a_healthy_cluster_costs_twelve_calls(account: Account) -> None:
    document = check(account)
    assert states(document) == HEALTHY
    assert document["calls"] == 12
    assert sorted(request.action for request in account.requests) == sorted(CALLS)
    assert document["cluster"] == {
        "arn": next(iter(account.clusters)),
        "name": "orders",
        "type": "PROVISIONED",
        "state": "ACTIVE",
        "version": "3.8.x",
    }


class Together:
    """An AWS that answers none of the first four calls before all four are under way."""

    calls = 0

    def __init__(self) -> None:
        self._all = threading.Barrier(4, timeout=10)

    def call(self, _service: str, operation: str, *_words: object, **_params: object) -> Any:
        if not operation.endswith(("_secret", "_policy")):
            self._all.wait()
        raise failure("unknown")

    pages = call


def test_independent_calls_are_made_side_by_side() -> None:
    found = CheckRequest(ClusterArn.parse(ARN), user="alice", topics=("orders",))
    last = list(run(Together(), found))[-1]  # type: ignore[arg-type]
    assert states(last) == dict.fromkeys(IDS, "could_not_tell")


def test_only_the_secret_of_this_user_is_described(account: Account) -> None:
    check(account)
    asked = [r.params for r in account.requests if r.service == "secretsmanager"]
    assert all("AmazonMSK_alice" in params["SecretId"] for params in asked)


def test_the_document_grows_until_nothing_waits(account: Account) -> None:
    account.delay(0.05)
    found = documents(account)
    waiting = [list(states(document).values()).count("waiting") for document in found]
    assert waiting[0] == len(CHECKS)
    assert waiting == sorted(waiting, reverse=True)
    assert waiting[-1] == 0
    assert all(waiting[:-1])


def test_one_check_alone_makes_only_its_calls(account: Account) -> None:
    document = check(account, only="secret_policy")
    assert states(document) == {"secret_policy": "pass"}
    assert {request.action for request in account.requests} == {
        "kafka:DescribeClusterV2",
        "kafka:ListScramSecrets",
        "secretsmanager:DescribeSecret",
        "secretsmanager:GetResourcePolicy",
    }


def test_what_programs_read(account: Account) -> None:
    document = public(check(account))
    assert list(document) == ["schema", "cluster", "checks", "calls", "took_ms"]
    for found in document["checks"]:
        assert list(found) == ["id", "state", "sentence", "action", "after", "missing_action"]
    after = {row["id"]: set(row["after"]) for row in document["checks"]}
    assert "acls" in after["allow_everyone_off"]
    assert after["public_access"] > {"active", "allow_everyone_off", "unauthenticated_off"}
    assert set().union(*after.values()) <= set(IDS)


@pytest.mark.parametrize("action", [*OWN, "kafka:DescribeClusterV2"])
def test_a_denied_call_turns_only_its_own_checks(account: Account, action: str) -> None:
    account.deny(action)
    document = check(account)
    for found in document["checks"]:
        of_cluster = {"cluster", "configuration", "subnets"} & set(CHECKS[found["id"]].facts)
        own = found["id"] in OWN.get(action, set())
        if action == "kafka:DescribeClusterV2":
            own = found["missing_action"] == action
            assert own or not of_cluster or found["state"] != "fail"
        elif found["id"] != "acls":
            assert found["state"] == ("could_not_tell" if own else "pass"), found
        assert found["missing_action"] == (action if own else None)
        if own:
            assert action in found["sentence"]
            assert action in found["statement"]
            (told,) = [one for one in public(document)["checks"] if one["id"] == found["id"]]
            assert told["action"].endswith(f"The statement to add: {found['statement']}")


def test_the_string_needs_every_resource(account: Account) -> None:
    account.deny("kafka:GetBootstrapBrokers")
    assert 'Resource "*"' in row(check(account), "bootstrap_servers")["action"]


def test_nothing_is_known_when_no_call_succeeds(account: Account) -> None:
    for action in CALLS:
        account.deny(action)
    document = check(account)
    assert states(document) == dict.fromkeys(IDS, "could_not_tell")
    assert document["cluster"] == {
        "arn": next(iter(account.clusters)),
        "name": None,
        "type": None,
        "state": None,
        "version": None,
    }


@pytest.mark.parametrize("way", ["expire", "refuse_keys", "proxy_page"])
def test_what_is_no_denial_names_no_action(account: Account, way: str) -> None:
    getattr(account, way)()
    document = check(account)
    assert states(document) == dict.fromkeys(IDS, "could_not_tell")
    assert {row["missing_action"] for row in document["checks"]} == {None}


def test_throttling_changes_nothing_but_the_count(account: Account) -> None:
    account.throttle(0.3)
    document = check(account)
    assert states(document) == HEALTHY
    assert document["calls"] > 12


def test_pages_are_all_read(account: Account) -> None:
    account.page_size(1)
    assert states(check(account)) == HEALTHY


@pytest.mark.parametrize("action", CALLS)
@pytest.mark.parametrize("way", ["empty", "cut_off", "proxy_page"])
def test_an_answer_that_is_none_fails_no_check(account: Account, action: str, way: str) -> None:
    getattr(account, way)(action)
    found = states(check(account))
    assert "fail" not in found.values()
    assert list(found.values()).count("could_not_tell") > 1


def test_an_empty_object_is_no_secret_list(account: Account) -> None:
    account.answer("kafka:ListScramSecrets", Raw("{}"))
    found = row(check(account), "user_associated")
    assert (found["state"], found["missing_action"]) == ("could_not_tell", None)


def test_an_unknown_cluster(account: Account) -> None:
    arn = next(iter(account.clusters)).replace("/orders/", "/others/")
    document = check(account, arn=arn)
    assert states(document) == dict.fromkeys(IDS, "could_not_tell")
    assert document["cluster"]["type"] is None


def test_a_serverless_cluster(account: Account) -> None:
    document = check(account, arn=serverless(account, "events"))
    found = states(document)
    assert (found.pop("provisioned"), found.pop("active")) == ("fail", "pass")
    assert set(found.values()) == {"skipped"}
    assert [step["check"] for step in document["steps"]] == ["provisioned"]


def test_the_secret_of_the_user_is_asked_for_by_name_when_none_is_associated(
    account: Account,
) -> None:
    arn = next(iter(account.clusters))
    account.scram[arn].pop(0)
    found = row(check(account), "user_associated")
    assert found["state"] == "fail"
    del account.secrets["AmazonMSK_alice"]
    assert row(check(account), "user_associated")["state"] == "could_not_tell"
    account.scram[arn].clear()
    assert row(check(account), "user_associated")["state"] == "fail"


def test_a_secret_in_deletion(account: Account) -> None:
    described = account.secrets["AmazonMSK_alice"].described
    described["DeletedDate"] = datetime(2026, 12, 4, tzinfo=UTC)
    refused = Refused("InvalidRequestException", "It was marked for deletion.")
    account.answer("secretsmanager:GetResourcePolicy", refused)
    found = states(check(account))
    assert (found["secret_alive"], found["secret_policy"]) == ("fail", "could_not_tell")


def test_an_operation_in_flight(account: Account) -> None:
    operation(account, next(iter(account.clusters)), "UPDATE_SECURITY")
    document = check(account)
    assert row(document, "nothing_in_flight")["state"] == "fail"
    assert row(document, "active")["state"] == "fail"
    assert row(document, "topics")["state"] == "could_not_tell"
    assert [step["check"] for step in document["steps"]] == ["active", "nothing_in_flight"]


def test_a_stopped_check_ends_with_what_it_has(account: Account) -> None:
    account.delay(5, "ec2:DescribeSubnets")
    arn = ClusterArn.parse(next(iter(account.clusters)))
    stop: list[bool] = []
    last: Document = {}
    for last in run(
        Aws(HostChain(), arn.region), CheckRequest(arn, user="alice"), lambda: bool(stop)
    ):
        if states(last)["secret_policy"] == "pass":
            stop.append(True)
    assert last["took_ms"] < 4000
    assert "stopped" in row(last, "subnets_public")["sentence"]
    assert states(last)["version"] == "pass"


def explode(*_args: object, **_params: object) -> Any:
    raise KeyError("hunter2")


def explode_on_kms(aws: Aws, service: Any, *words: Any, **params: Any) -> Any:
    return explode() if service == "kms" else CALL(aws, service, *words, **params)


CALL = Aws.call


@pytest.mark.parametrize(
    ("part", "replacement", "lost"),
    [
        ("brokers.aws.firewall_commands.group", explode, "firewall"),
        ("brokers.aws.client.Aws.call", explode_on_kms, "key_usable"),
    ],
)
def test_a_fault_of_our_own_loses_one_check(
    account: Account,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    part: str,
    replacement: Any,
    lost: str,
) -> None:
    monkeypatch.setattr(part, replacement)
    document = check(account)
    assert states(document) == HEALTHY | {lost: "could_not_tell"}
    assert row(document, lost)["sentence"] == "kalixweb itself failed here."
    assert "KeyError" in caplog.text
    assert "hunter2" not in caplog.text + str(document)


def test_what_is_wrong_is_told_also_where_its_mending_cannot_be(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(CHECKS, "health", replace(CHECKS["health"], fix=explode))
    account.cluster("orders")["Provisioned"]["CustomerActionStatus"] = "ACTION_RECOMMENDED"
    found = row(check(account), "health")
    assert (found["state"], found["how"]) == ("fail", None)
