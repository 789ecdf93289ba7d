"""The checks of what the connection holds."""

from collections.abc import Callable
from typing import Any

import pytest

from brokers.aws.check_request import AclEvidence
from brokers.aws.cluster_facts import NotKnown
from tests.unit.brokers.aws.answers import Answers, failure

Change = Callable[[Answers], object]
NONE = NotKnown("There is none.")
PUBLIC, PRIVATE = "BootstrapBrokerStringPublicSaslScram", "BootstrapBrokerStringSaslScram"
HOSTS = "b-{n}{public}.orders.a1b2c3.c4.kafka.eu-central-1.amazonaws.com:{port}"


def servers(port: int, public: str = "-public", numbers: str = "123") -> str:
    return ",".join(HOSTS.format(n=n, public=public, port=port) for n in numbers)


def more(field: str, text: str) -> Change:
    return lambda a: a["strings"].update({field: text})


def no_public(answers: Answers) -> None:
    del answers["strings"][PUBLIC]


def not_public(answers: Answers) -> None:
    no_public(answers)
    answers.nodes["ConnectivityInfo"]["PublicAccess"]["Type"] = "DISABLED"


@pytest.mark.parametrize(
    "typed",
    [
        None,
        servers(9196),
        servers(9196, numbers="312"),
        servers(9196).replace(",", " , ") + ",",
        servers(9196).replace(",", "\n").upper(),
    ],
)
def test_the_public_string_was_typed(typed: str | None) -> None:
    assert Answers().evaluate("bootstrap_servers", servers=typed).state == "pass"


@pytest.mark.parametrize(
    ("change", "typed", "words"),
    [
        (None, servers(9096, ""), "private name"),
        (None, servers(9098, ""), "private IAM"),
        (None, servers(9198), "public IAM"),
        (more("BootstrapBrokerStringPublicTls", servers(9194)), servers(9194), "public TLS"),
        (more("BootstrapBrokerStringTls", servers(9094, "")), servers(9094, ""), "private TLS"),
        (more("BootstrapBrokerString", servers(9092, "")), servers(9092, ""), "plaintext"),
        (
            more("BootstrapBrokerStringVpcConnectivitySaslScram", "b-1.vpc:14001"),
            "b-1.vpc:14001",
            "VPC",
        ),
        (None, servers(9196, numbers="12"), "part public name b-3-public missing"),
        (None, servers(9196) + ",other:9196", "other:9196 public name"),
        (None, "other:9196", "other:9196 no string of this cluster"),
    ],
)
def test_another_string_is_named(change: Change | None, typed: str, words: str) -> None:
    answers = Answers()
    if change:
        change(answers)
    found = answers.evaluate("bootstrap_servers", servers=typed)
    assert found.state == "fail"
    for word in words.split():
        assert word in found.sentence
    assert answers["strings"][PUBLIC] in found.action


@pytest.mark.parametrize("typed", [None, servers(9096, "")])
def test_without_a_public_string_the_private_one_is_named(typed: str | None) -> None:
    answers = Answers()
    not_public(answers)
    found = answers.evaluate("bootstrap_servers", servers=typed)
    assert found.state == "fail"
    assert answers["strings"][PRIVATE] in found.sentence


def test_a_typed_iam_string_is_named_also_without_a_public_one() -> None:
    answers = Answers()
    not_public(answers)
    assert (
        "“private, IAM”"
        in answers.evaluate("bootstrap_servers", servers=servers(9098, "")).sentence
    )


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        (no_public, None),
        (lambda a: a["strings"].clear(), None),
        (lambda a: a.answers.update(strings=failure("throttled")), None),
        (
            lambda a: a.answers.update(strings=failure("denied", "kafka:GetBootstrapBrokers")),
            "kafka:GetBootstrapBrokers",
        ),
    ],
)
def test_the_string_could_not_be_told(change: Change, missing: str | None) -> None:
    answers = Answers()
    change(answers)
    found = answers.evaluate("bootstrap_servers")
    assert (found.state, found.missing_action) == ("could_not_tell", missing)
    if missing:
        assert '"Resource": "*"' in (found.statement or "")


def test_a_denied_cluster_leaves_the_string_to_be_told() -> None:
    answers = Answers()
    answers["cluster"] = failure("denied", "kafka:DescribeClusterV2")
    assert answers.evaluate("bootstrap_servers").state == "pass"
    no_public(answers)
    found = answers.evaluate("bootstrap_servers")
    assert (found.state, found.missing_action) == ("could_not_tell", "kafka:DescribeClusterV2")


@pytest.mark.parametrize(
    ("acls", "state"),
    [
        (None, "could_not_tell"),
        (AclEvidence("seen", "9 ACLs were seen."), "pass"),
        (AclEvidence("confirmed", "mira confirmed it."), "pass"),
        (AclEvidence("none", "No ACL was seen."), "fail"),
        (AclEvidence("granted", "alice may use orders."), "pass"),
    ],
)
def test_acls(acls: AclEvidence | None, state: str) -> None:
    found = Answers().evaluate("acls", acls=acls)
    assert (found.state, found.missing_action) == (state, None)
    how = Answers().fix_of("acls", acls=acls)
    assert bool(how) == (state != "pass")
    if how:
        assert "--allow-principal User:alice" in how.cli
        assert f"--bootstrap-server {servers(9096, '')}" in how.cli


@pytest.mark.parametrize("text", [None, "", "allow.everyone.if.no.acl.found=true"])
def test_what_everybody_may_proves_no_acl(text: str | None) -> None:
    answers = Answers()
    answers["configuration"] = {"ServerProperties": text.encode()} if text is not None else NONE
    found = answers.evaluate("acls", acls=AclEvidence("granted", "alice may use orders."))
    assert (found.state, "alice may use orders." in found.sentence) == ("could_not_tell", True)


def status(value: str | None) -> Change:
    return lambda a: a["topic orders"].update(Status=value)


def topic(answer: Any, state: str = "ACTIVE", version: str = "3.8.x") -> Change:
    def change(answers: Answers) -> None:
        answers["topic orders"] = answer
        answers.info["State"] = state
        answers.provisioned["CurrentBrokerSoftwareInfo"]["KafkaVersion"] = version

    return change


@pytest.mark.parametrize("topics", [("orders",), ("orders", "orders")])
def test_topics_exist(topics: tuple[str, ...]) -> None:
    assert Answers().evaluate("topics", topics=topics).state == "pass"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (status("CREATING"), "orders CREATING"),
        (status("DELETING"), "orders DELETING"),
        (topic(failure("not_found")), "orders does not exist"),
    ],
)
def test_topics_are_not_there(change: Change, words: str) -> None:
    answers = Answers()
    change(answers)
    found = answers.evaluate("topics")
    assert found.state == "fail"
    for word in words.split():
        assert word in found.sentence
    how = answers.fix_of("topics")
    assert how
    assert "--topic-name orders" in how.cli


def test_one_missing_topic_of_several_is_named() -> None:
    found = Answers().evaluate("topics", topics=("orders", "shipments"))
    assert found.state == "fail"
    assert "shipments" in found.sentence
    assert "orders" not in found.sentence


@pytest.mark.parametrize(
    ("change", "words", "missing"),
    [
        (topic({}), "DescribeTopic Status", None),
        (topic(failure("bad_request"), version="3.5.1"), "3.6.0 3.5.1", None),
        (topic(failure("not_found"), version="2.8.1"), "3.6.0 2.8.1", None),
        (topic(failure("bad_request"), state="UPDATING"), "ACTIVE UPDATING", None),
        (topic(failure("not_found"), state="CREATING"), "ACTIVE CREATING", None),
        (topic(failure("bad_request")), "", None),
        (topic(failure("throttled")), "", None),
        (
            topic(failure("denied", "kafka-cluster:Connect")),
            "kafka-cluster:Connect",
            "kafka-cluster:Connect",
        ),
    ],
)
def test_topics_could_not_be_told(change: Change, words: str, missing: str | None) -> None:
    answers = Answers()
    change(answers)
    found = answers.evaluate("topics")
    assert (found.state, found.missing_action) == ("could_not_tell", missing)
    for word in words.split():
        assert word in found.sentence


@pytest.mark.parametrize("kind", ["not_found", "throttled"])
def test_an_unknown_cluster_is_not_a_missing_topic(kind: str) -> None:
    answers = Answers()
    for name in ("cluster", "strings", "secrets"):
        answers[name] = failure(kind)
    answers["topic orders"] = failure("not_found")
    assert answers.evaluate("topics").state == "could_not_tell"


@pytest.mark.parametrize("fact", ["strings", "secrets"])
def test_a_cluster_that_may_not_be_described_may_still_lack_a_topic(fact: str) -> None:
    answers = Answers()
    answers["cluster"] = failure("denied", "kafka:DescribeClusterV2")
    answers["topic orders"] = failure("not_found")
    assert answers.evaluate("topics").state == "fail"
    for name in {"strings", "secrets"} - {fact}:
        answers[name] = failure("throttled")
    assert answers.evaluate("topics").state == "fail"


def test_no_topic_was_named() -> None:
    assert Answers().evaluate("topics", topics=()).state == "could_not_tell"
