"""The checks that look at the cluster itself."""

from collections.abc import Callable
from typing import Any

import pytest

from brokers.aws.check_request import AclEvidence
from brokers.aws.checks.allow_everyone_off import LOCKS_OUT
from tests.unit.brokers.aws.answers import ARN, SEEN, Answers, failure

Change = Callable[[Answers], object]
OPERATION = {"ClusterOperationInfo": {"OperationType": "UPDATE_SECURITY"}}


def put(value: object, *path: str) -> Change:
    """Sets one field of the cluster, or takes it away with None."""

    def change(answers: Answers) -> None:
        part: dict[str, Any] = answers.info
        for name in path[:-1]:
            part = part.setdefault(name, {})
        if value is None:
            part.pop(path[-1])
        else:
            part[path[-1]] = value

    return change


def provisioned(value: object, *path: str) -> Change:
    return put(value, "Provisioned", *path)


def properties(text: str) -> Change:
    return lambda a: a["configuration"].update(ServerProperties=text.encode())


def operation(state: str, **more: object) -> Change:
    def change(answers: Answers) -> None:
        answers.info["ActiveOperationArn"] = "arn:aws:kafka:r:1:cluster-operation/x"
        found = OPERATION["ClusterOperationInfo"] | {"OperationState": state} | more
        answers["operation"] = {"ClusterOperationInfo": found}

    return change


TRANSIT = ("EncryptionInfo", "EncryptionInTransit")
SCRAM = ("ClientAuthentication", "Sasl", "Scram", "Enabled")
PUBLIC = ("BrokerNodeGroupInfo", "ConnectivityInfo", "PublicAccess", "Type")
SOFTWARE = "CurrentBrokerSoftwareInfo"

PASSES: list[tuple[str, Change]] = [
    ("unauthenticated_off", provisioned(None, "ClientAuthentication", "Unauthenticated")),
    ("version", provisioned("2.6.0", SOFTWARE, "KafkaVersion")),
    ("version", provisioned("3.7.x.kraft", SOFTWARE, "KafkaVersion")),
    ("version", provisioned("4.0.x.kraft", SOFTWARE, "KafkaVersion")),
    ("nothing_in_flight", operation("UPDATE_COMPLETE")),
    ("allow_everyone_off", properties("allow.everyone.if.no.acl.found : FALSE \n")),
    ("allow_everyone_off", properties("allow.everyone.if.no.acl.found false")),
    (
        "allow_everyone_off",
        properties("allow.everyone.if.no.acl.found=true\nallow.everyone.if.no.acl.found=false"),
    ),
]

FAILS: list[tuple[str, Change, str]] = [
    ("provisioned", put("SERVERLESS", "ClusterType"), "serverless IAM"),
    *(
        ("active", put(state, "State"), f"{state} clients still connect changes must wait")
        for state in ("HEALING", "MAINTENANCE", "REBOOTING_BROKER", "UPDATING")
    ),
    *(("active", put(state, "State"), state) for state in ("CREATING", "DELETING", "FAILED")),
    ("scram_on", provisioned(False, *SCRAM), "off"),
    ("scram_on", provisioned(None, *SCRAM[:2]), "off"),
    ("scram_on", provisioned(None, "ClientAuthentication"), "off"),
    (
        "unauthenticated_off",
        provisioned(True, "ClientAuthentication", "Unauthenticated", "Enabled"),
        "Unauthenticated access is on",
    ),
    ("tls_only", provisioned("TLS_PLAINTEXT", *TRANSIT, "ClientBroker"), "TLS_PLAINTEXT"),
    ("tls_only", provisioned("PLAINTEXT", *TRANSIT, "ClientBroker"), "PLAINTEXT"),
    ("tls_in_cluster", provisioned(False, *TRANSIT, "InCluster"), "cannot be turned on later"),
    ("public_access", provisioned("DISABLED", *PUBLIC), "DISABLED"),
    ("public_access", provisioned(None, *PUBLIC[:2]), "off"),
    ("allow_everyone_off", provisioned(None, SOFTWARE, "ConfigurationArn"), "default"),
    ("allow_everyone_off", properties("auto.create.topics.enable=false"), "does not set default"),
    ("allow_everyone_off", properties("allow.everyone.if.no.acl.found=true"), "true"),
    ("allow_everyone_off", properties("#allow.everyone.if.no.acl.found=false"), "does not set"),
    (
        "allow_everyone_off",
        properties("allow.everyone.if.no.acl.found=false\nallow.everyone.if.no.acl.found=true"),
        "true",
    ),
    ("nothing_in_flight", operation("UPDATE_IN_PROGRESS"), "UPDATE_SECURITY UPDATE_IN_PROGRESS"),
    (
        "nothing_in_flight",
        operation("UPDATE_FAILED", ErrorInfo={"ErrorCode": "E1", "ErrorString": "no gateway"}),
        "UPDATE_FAILED “E1: no gateway”",
    ),
    (
        "nothing_in_flight",
        operation(
            "UPDATE_FAILED",
            ErrorInfo={
                "ErrorString": "The allow.everyone.if.no.acl.found configuration setting must be "
                "set to false for public access."
            },
        ),
        "UPDATE_FAILED allow.everyone.if.no.acl.found=false",
    ),
    ("version", provisioned("2.5.1", SOFTWARE, "KafkaVersion"), "2.5.1 2.6.0"),
    ("health", provisioned("ACTION_RECOMMENDED", "CustomerActionStatus"), "ACTION_RECOMMENDED"),
    (
        "health",
        provisioned("CRITICAL_ACTION_REQUIRED", "CustomerActionStatus"),
        "CRITICAL_ACTION_REQUIRED",
    ),
]

UNSURE: list[tuple[str, Change]] = [
    ("provisioned", put(None, "ClusterType")),
    ("provisioned", put("EXPRESSLESS", "ClusterType")),
    ("active", put(None, "State")),
    ("scram_on", put(None, "Provisioned")),
    ("scram_on", put({}, "Provisioned")),
    ("unauthenticated_off", put(None, "Provisioned")),
    ("tls_only", provisioned(None, "EncryptionInfo")),
    ("tls_only", provisioned("DTLS", *TRANSIT, "ClientBroker")),
    ("tls_in_cluster", provisioned(None, *TRANSIT)),
    ("public_access", provisioned(None, "BrokerNodeGroupInfo")),
    ("public_access", provisioned("SOMEHOW", *PUBLIC)),
    ("allow_everyone_off", provisioned(None, SOFTWARE)),
    ("allow_everyone_off", lambda a: a["configuration"].clear()),
    ("nothing_in_flight", put(None, "State")),
    ("nothing_in_flight", lambda a: (operation("X")(a), a["operation"].clear())),
    ("version", provisioned("unreleased", SOFTWARE, "KafkaVersion")),
    ("version", provisioned(None, SOFTWARE)),
    ("health", provisioned(None, "CustomerActionStatus")),
    ("health", provisioned("FINE", "CustomerActionStatus")),
]
IDS = sorted({check for check, *_ in FAILS})


@pytest.mark.parametrize("check", IDS)
def test_healthy(check: str) -> None:
    found = Answers().evaluate(check)
    assert (found.state, found.missing_action, found.action) == ("pass", None, "")
    assert found.sentence
    assert found.seen


@pytest.mark.parametrize(("check", "change"), PASSES)
def test_passes(check: str, change: Change) -> None:
    answers = Answers()
    change(answers)
    assert answers.evaluate(check).state == "pass"


@pytest.mark.parametrize(("check", "change", "words"), FAILS)
def test_fails(check: str, change: Change, words: str) -> None:
    answers = Answers()
    change(answers)
    found = answers.evaluate(check)
    assert found.state == "fail"
    assert found.action
    for word in words.split():
        assert word in found.sentence


@pytest.mark.parametrize(("check", "change"), UNSURE)
def test_could_not_tell(check: str, change: Change) -> None:
    answers = Answers()
    change(answers)
    found = answers.evaluate(check)
    assert (found.state, found.missing_action) == ("could_not_tell", None)
    assert found.sentence


@pytest.mark.parametrize("check", IDS)
@pytest.mark.parametrize("kind", ["throttled", "malformed", "expired", "proxy", "unknown"])
def test_a_failed_call_is_no_failed_check(check: str, kind: str) -> None:
    answers = Answers()
    answers["cluster"] = failure(kind)
    found = answers.evaluate(check)
    assert (found.state, found.missing_action) == ("could_not_tell", None)
    assert found.action


@pytest.mark.parametrize("check", IDS)
def test_a_denied_call_names_the_action_and_the_line_to_add(check: str) -> None:
    answers = Answers()
    answers["cluster"] = failure("denied", "kafka:DescribeClusterV2")
    found = answers.evaluate(check)
    assert (found.state, found.missing_action) == ("could_not_tell", "kafka:DescribeClusterV2")
    assert "kafka:DescribeClusterV2" in found.sentence
    assert found.statement == (
        f'{{"Effect": "Allow", "Action": "kafka:DescribeClusterV2", "Resource": "{ARN}"}}'
    )


def test_only_its_own_check_cannot_tell_when_the_configuration_is_denied() -> None:
    answers = Answers()
    answers["configuration"] = failure("denied", "kafka:DescribeConfigurationRevision")
    found = answers.evaluate("allow_everyone_off")
    assert found.missing_action == "kafka:DescribeConfigurationRevision"
    assert answers.evaluate("version").state == "pass"


def test_an_operation_that_may_not_be_read_could_not_be_told() -> None:
    answers = Answers()
    operation("UPDATE_IN_PROGRESS")(answers)
    answers["operation"] = failure("denied", "kafka:DescribeClusterOperationV2")
    found = answers.evaluate("nothing_in_flight")
    assert (found.state, found.missing_action) == (
        "could_not_tell",
        "kafka:DescribeClusterOperationV2",
    )
    assert '"Resource": "*"' in (found.statement or "")


@pytest.mark.parametrize(
    ("change", "is_told"),
    [
        (provisioned("express.m7g.large", "BrokerNodeGroupInfo", "InstanceType"), True),
        (provisioned("3.7.x.kraft", SOFTWARE, "KafkaVersion"), True),
        (provisioned("3.7.x", SOFTWARE, "KafkaVersion"), False),
    ],
)
def test_open_monitoring_that_excludes_public_access(change: Change, is_told: bool) -> None:
    answers = Answers()
    provisioned("DISABLED", *PUBLIC)(answers)
    change(answers)
    assert "Open monitoring" not in answers.evaluate("public_access").sentence
    exporters = {"JmxExporter": {"EnabledInBroker": True}}
    provisioned(exporters, "OpenMonitoring", "Prometheus")(answers)
    assert ("Open monitoring" in answers.evaluate("public_access").sentence) == is_told


def test_state_info_is_quoted() -> None:
    answers = Answers()
    put("FAILED", "State")(answers)
    put({"Code": "Subnets", "Message": "No addresses left"}, "StateInfo")(answers)
    assert "“Subnets: No addresses left”" in answers.evaluate("active").sentence


def test_of_a_serverless_cluster_only_its_state_is_asked_too() -> None:
    answers = Answers()
    put("SERVERLESS", "ClusterType")(answers)
    put(None, "Provisioned")(answers)
    assert answers.evaluate("active").state == "pass"
    for check in ("scram_on", "acls", "topics", "user_associated", "firewall"):
        assert answers.evaluate(check).state == "skipped"


NONE_SEEN = AclEvidence("none", "No ACL was seen.")


@pytest.mark.parametrize("acls", [None, NONE_SEEN, AclEvidence("granted", "alice may.")])
def test_how_to_close_topics_is_withheld_until_acls_were_seen(acls: AclEvidence | None) -> None:
    answers = Answers()
    properties("")(answers)
    action = answers.evaluate("allow_everyone_off", acls=acls).action
    assert action.startswith(LOCKS_OUT)
    assert "=false" not in action
    assert ("the MSK onboarding in kalixweb" in action) == (acls != NONE_SEEN)
    assert answers.fix_of("allow_everyone_off", acls=acls) is None


@pytest.mark.parametrize(
    "acls", [SEEN, AclEvidence("confirmed", "mira confirmed that ACLs exist.")]
)
def test_how_to_close_topics_is_told_once_acls_were_seen(acls: AclEvidence) -> None:
    answers = Answers()
    properties("num.partitions=3\nallow.everyone.if.no.acl.found=true")(answers)
    action = answers.evaluate("allow_everyone_off", acls=acls).action
    assert action.startswith(LOCKS_OUT)
    assert acls.sentence in action
    how = answers.fix_of("allow_everyone_off", acls=acls)
    assert how
    assert "printf '%s\\n' num.partitions=3 allow.everyone.if.no.acl.found=false" in how.cli


def test_a_login_is_turned_on_without_turning_others_off() -> None:
    answers = Answers()
    provisioned(False, *SCRAM)(answers)
    how = answers.fix_of("scram_on")
    assert how
    assert '"Scram": {"Enabled": true}, "Iam": {"Enabled": true}' in how.cli
    assert "--current-version K3P5ROKL5A1OLE" in how.cli
