"""The fix order, and the commands that people copy."""

import json
import os
import stat
import subprocess
from pathlib import Path

import pytest
from botocore import session, xform_name

from brokers.aws import evaluation, fix_order
from brokers.aws.check import Finding
from brokers.aws.check_request import AclEvidence
from brokers.aws.checks import CHECKS
from brokers.msk.views.checks import rows
from tests.unit.brokers.aws.answers import ARN, Answers, failure
from tests.unit.brokers.aws.test_cluster_checks import FAILS as CLUSTER
from tests.unit.brokers.aws.test_connection_checks import not_public
from tests.unit.brokers.aws.test_network_checks import entries, let_in, rules
from tests.unit.brokers.aws.test_secret_checks import FAILS as SECRET
from tests.unit.brokers.aws.test_secret_checks import associated, gone

GREEN = dict.fromkeys(CHECKS, Finding("pass", "", ""))
RED = Finding("fail", "", "")
OPEN = Finding("could_not_tell", "", "")


def test_a_step_comes_after_all_that_must_be_green_first() -> None:
    for check in CHECKS.values():
        for before in check.waits_for:
            assert CHECKS[before].fix_position < check.fix_position


def test_nothing_to_mend() -> None:
    assert fix_order.steps(GREEN | {"acls": OPEN}) == []


def test_the_order_that_works() -> None:
    red = dict.fromkeys(("firewall", "bootstrap_servers", "public_access"), RED)
    found = fix_order.steps(GREEN | red | {"allow_everyone_off": RED, "acls": OPEN})
    assert [(step["check"], step["ready"]) for step in found] == [
        ("acls", True),
        ("allow_everyone_off", False),
        ("public_access", False),
        ("bootstrap_servers", False),
        ("firewall", True),
    ]
    assert found[1]["sentence"] == "Only after “ACLs exist” is green."
    assert all(step["wait"] for step in found)


def test_acls_that_were_seen_are_no_step() -> None:
    found = fix_order.steps(GREEN | {"allow_everyone_off": RED})
    assert [(step["check"], step["ready"]) for step in found] == [("allow_everyone_off", True)]


def test_a_secret_that_is_not_there_yet_keeps_nothing_waiting() -> None:
    answers = Answers()
    associated()(answers)
    gone(answers)
    answers["key"] = answers["policy"] = failure("not_found")
    findings = {check: answers.evaluate(check) for check in CHECKS}
    assert findings["secret_alive"].state == "could_not_tell"
    (step,) = fix_order.steps(findings)
    assert (step["check"], step["ready"]) == ("user_associated", True)
    answers["secret"] = failure("denied", "secretsmanager:DescribeSecret")
    (step,) = fix_order.steps({check: answers.evaluate(check) for check in CHECKS})
    assert not step["ready"]


def test_what_is_ready_waits_for_nothing_on_its_page() -> None:
    check = {"id": "topics", "state": "fail", "after": ["active"], "how": None, "statement": None}
    check |= dict.fromkeys(("title", "seen", "sentence", "why", "action", "wait"), "")
    before = check | {"id": "active", "after": [], "missing_action": None}
    document = {"checks": [before, check | {"missing_action": None}]}
    steps = [{"check": "topics", "ready": True}]
    assert rows(document, None)[1].after == (1,)
    assert rows(document | {"steps": steps}, None)[1].after == ()


@pytest.fixture
def said(tmp_path: Path) -> Path:
    """A folder with commands that write down how they were called."""
    for name in ("aws", "kafka-acls.sh", "curl"):
        file = tmp_path / name
        file.write_text(
            f'#!/bin/sh\nprintf "%s\\n" "{name}" "$@" "--end--" >> "{tmp_path}/said"\n'
            "echo made-by-a-command\n"
        )
        file.chmod(file.stat().st_mode | stat.S_IEXEC)
    return tmp_path


def calls(folder: Path, commands: str) -> list[list[str]]:
    result = subprocess.run(
        ["bash", "-euc", commands],
        cwd=folder,
        env={"PATH": f"{folder}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")
    words = (folder / "said").read_text().split("--end--\n")
    return [word.splitlines() for word in words if word]


# What the command line of AWS knows beside the fields of the calls.
SHORT = {"region", "query", "output", "protocol", "port", "cidr", "ingress"}


def unknown_options(service: str, operation: str, *words: str) -> set[str]:
    """Options that neither AWS's command line nor its model of the call knows."""
    model = session.get_session().get_service_model(service)
    names = {xform_name(name, "-"): name for name in model.operation_names}
    fields = model.operation_model(names[operation]).input_shape.members
    known = {xform_name(field, "-") for field in fields} | SHORT
    return {word[2:] for word in words if word.startswith("--")} - known


BROKEN = [
    *((check, change) for check, change, _ in (*CLUSTER, *SECRET)),
    ("public_access", not_public),
    ("bootstrap_servers", not_public),
    ("firewall", rules()),
    ("firewall", entries(out=[])),
    ("subnets_public", lambda a: a["routes"]["RouteTables"][0].update(Routes=[])),
    ("topics", lambda a: a.answers.pop("topic orders")),
]


@pytest.mark.parametrize(("check", "change"), BROKEN)
def test_commands_can_be_pasted(said: Path, check: str, change: object) -> None:
    answers = Answers()
    change(answers)  # type: ignore[operator]
    how = answers.fix_of(check)
    assert how
    assert how.console
    assert how.terraform
    made = calls(said, how.cli)
    assert made
    for name, *words in made:
        if name == "aws":
            assert words[2:4] == ["--region", "eu-central-1"]
            assert not [word for word in words if "None" in word or "…" in word]
            assert unknown_options(*words) == set()


def test_a_value_cannot_leave_its_word(said: Path) -> None:
    answers = Answers()
    user = 'al\'ice $(touch here) `x` "q"'
    how = answers.fix_of("acls", user=user, acls=None, topics=("a b;c",))
    assert how
    made = calls(said, how.cli)
    assert f"User:{user}" in made[1]
    assert "a b;c" in made[1]
    answers["secret"].clear()
    how = answers.fix_of("same_account_and_region", user="a\ntouch here")
    assert how is None
    associated()(answers)
    how = answers.fix_of("user_associated", user="a\ntouch here")
    assert how
    calls(said, how.cli)
    assert not (said / "here").exists()


def test_the_version_of_the_cluster_is_asked_for_where_it_is_not_known(said: Path) -> None:
    answers = Answers()
    not_public(answers)
    del answers.info["CurrentVersion"]
    how = answers.fix_of("public_access")
    assert how
    (describe, update) = calls(said, how.cli)
    assert describe[1:3] == ["kafka", "describe-cluster-v2"]
    assert update[1:] == [
        "kafka",
        "update-connectivity",
        "--region",
        "eu-central-1",
        "--cluster-arn",
        ARN,
        "--connectivity-info",
        '{"PublicAccess": {"Type": "SERVICE_PROVIDED_EIPS"}}',
        "--current-version",
        "made-by-a-command",
    ]


def test_the_rest_of_the_configuration_is_kept(said: Path) -> None:
    answers = Answers()
    text = b"# kept\nnum.partitions=3\nallow.everyone.if.no.acl.found=true\n"
    answers["configuration"]["ServerProperties"] = text
    how = answers.fix_of("allow_everyone_off", acls=AclEvidence("seen", "9 ACLs were seen."))
    assert how
    made = calls(said, how.cli)
    assert made[0][1:3] == ["kafka", "update-configuration"]
    assert (said / "msk.properties").read_text() == (
        "# kept\nnum.partitions=3\nallow.everyone.if.no.acl.found=false\n"
    )
    arn = answers.provisioned["CurrentBrokerSoftwareInfo"]["ConfigurationArn"]
    assert f"Arn={arn},Revision=made-by-a-command" in made[1]


def test_a_topic_is_made_as_the_walk_makes_it(said: Path) -> None:
    answers = Answers()
    answers.provisioned["NumberOfBrokerNodes"] = 2
    answers.answers.pop("topic orders")
    how = answers.fix_of("topics")
    assert how
    (made,) = calls(said, how.cli)
    assert made[-4:] == ["--partition-count", "6", "--replication-factor", "2"]
    assert "partition_count = 6, replication_factor = 2" in how.terraform


def test_a_new_cluster_has_what_terraform_cannot_do_without() -> None:
    answers = Answers()
    answers.provisioned["EncryptionInfo"]["EncryptionInTransit"]["InCluster"] = False
    how = answers.fix_of("tls_in_cluster")
    assert how
    subnets, groups = (json.dumps(answers.nodes[f]) for f in ("ClientSubnets", "SecurityGroups"))
    assert f"client_subnets  = {subnets}\n    security_groups = {groups}\n" in how.terraform
    assert f'instance_type   = "{answers.nodes["InstanceType"]}"' in how.terraform


def test_only_the_closed_door_is_opened(said: Path) -> None:
    answers = Answers()
    entries(let_in(90, action="deny"), let_in(100))(answers)
    how = answers.fix_of("firewall")
    assert how
    (opened,) = calls(said, how.cli)
    assert opened[1:3] == ["ec2", "create-network-acl-entry"]
    assert opened[opened.index("--rule-number") + 1] == "89"
    assert opened[-1] == "--ingress"


def test_a_secret_that_is_gone_is_disassociated_first(said: Path) -> None:
    answers = Answers()
    gone(answers)
    answers["key"] = failure("not_found")
    how = answers.fix_of("secret_alive")
    assert how
    names = [words[2] for words in calls(said, how.cli)]
    assert names == [
        "batch-disassociate-scram-secret",
        "create-key",
        "create-secret",
        "batch-associate-scram-secret",
    ]


def test_a_new_secret_takes_the_key_that_there_is(said: Path) -> None:
    answers = Answers()
    answers["secret"]["Name"] = "alice"
    how = answers.fix_of("secret_prefix")
    assert how
    made = calls(said, how.cli)[0]
    assert made[2] == "create-secret"
    assert made[made.index("--kms-key-id") + 1] == answers["key"]["KeyMetadata"]["Arn"]


def test_how_is_not_told_of_what_is_green() -> None:
    facts = Answers().facts()
    for check in CHECKS.values():
        assert evaluation.fix_of(check, evaluation.evaluate(check, facts), facts) is None
