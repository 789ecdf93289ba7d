"""The commands beside each step, as a shell takes them: nothing splits, expands or is left over."""

import os
import stat
import subprocess
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from brokers.models import AwsAccount
from brokers.msk.views import aws_commands, step_commands
from brokers.msk.views.command_values import CommandValues
from brokers.msk.views.step_commands import ToolCommands

STEPS = ("account", "cluster", "readiness", "user", "topics", "acls", "connection", "test")
ARN = "arn:aws:kafka:eu-west-1:111122223333:cluster/ordersprod/8f1c-2"
ODD = "svc $HOME 'a' \"b\" `id` \\ !"
FULL = CommandValues(
    project="payments",
    account="main",
    region="eu-west-1",
    arn=ARN,
    named_user=ODD,
    topics=("orders:read", "shipments"),
    groups=("orders-svc",),
    servers=("b-1-public.example.test:9196", "b-2-public.example.test:9196"),
    inside=("b-1.example.test:9096",),
    reference="orders-kafka/pwd",
    connection="orders",
)
PROGRAMS = ("aws", "kalix", "kalixweb", "kafka-topics.sh", "kafka-acls.sh", "jq")


def shell_tools(values: CommandValues) -> list[tuple[str, ToolCommands]]:
    found = [(step, tool) for step in STEPS for tool in step_commands.of_step(step, values)]
    return [(step, tool) for step, tool in found if tool.label != "terraform"]


def arguments(text: str, folder: Path) -> list[list[str]]:
    """What each program of the commands is given, by programs that only write it down."""
    log = folder / "log"
    for name in PROGRAMS:
        program = folder / name
        program.write_text(
            f'#!/bin/sh\nprintf "%s\\0" "{name}" "$@" >> {log}\n'
            f'printf "\\n\\0" >> {log}\necho out-{name}\n'
        )
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    answer = subprocess.run(
        ["bash", "-euc", text],
        env={"PATH": f"{folder}:{os.environ['PATH']}", "HOME": "/home/of-nobody"},
        input="the-password\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (answer.returncode, answer.stderr) == (0, ""), text
    calls = log.read_text().split("\n\0")[:-1]
    return [call.split("\0")[:-1] for call in calls]


@pytest.mark.parametrize(
    "values", [FULL, CommandValues(project="payments")], ids=["full", "nothing yet"]
)
def test_every_command_is_one_that_a_shell_runs_as_it_stands(
    values: CommandValues, tmp_path: Path
) -> None:
    for step, tool in shell_tools(values):
        lines = tool.text.splitlines()
        assert not lines[-1].endswith("\\"), (step, tool.label)
        assert all(line == line.rstrip() for line in lines), (step, tool.label)
        folder = tmp_path / f"{step}-{tool.label}"
        folder.mkdir()
        assert arguments(tool.text, folder), (step, tool.label)


def test_what_was_typed_arrives_whole(tmp_path: Path) -> None:
    for step, tool in shell_tools(FULL):
        folder = tmp_path / f"{step}-{tool.label}"
        folder.mkdir()
        for call in arguments(tool.text, folder):
            for option in ("--user", "--broker-user", "--username"):
                if option in call:
                    assert call[call.index(option) + 1] == ODD, (step, call)


def test_the_broker_is_set_as_the_guide_does_it(tmp_path: Path) -> None:
    (tool,) = [t for t in step_commands.of_step("connection", FULL) if t.label == "kalix"]
    assert arguments(tool.text, tmp_path)[0] == [
        *("kalix", "projects", "config", "set", "broker"),
        *("--broker-service", "kafka", "--broker-auth", "scram-sha-512", "--broker-user", ODD),
        *("--broker-password-secret", "orders-kafka/pwd", "--broker-bootstrap-servers"),
        "b-1-public.example.test:9196,b-2-public.example.test:9196",
    ]


def test_acls_are_given_for_what_is_read_and_what_is_written(tmp_path: Path) -> None:
    (tool,) = step_commands.of_step("acls", FULL)
    read, written, listed = arguments(tool.text, tmp_path)
    base = ["kafka-acls.sh", "--bootstrap-server", "b-1.example.test:9096"]
    base += ["--command-config", "admin.properties"]
    add = [*base, "--add", "--allow-principal", f"User:{ODD}", "--operation"]
    assert read == [
        *(*add, "Read", "--topic", "orders", "--topic", "shipments"),
        *("--group", "orders-svc"),
    ]
    assert written == [*add, "Write", "--topic", "shipments"]
    assert listed == [*base, "--list", "--principal", f"User:{ODD}"]


def test_a_check_is_asked_for_topics_by_their_names(tmp_path: Path) -> None:
    for step in ("readiness", "topics"):
        (tool,) = [t for t in step_commands.of_step(step, FULL) if t.label == "kalixweb"]
        (call,) = arguments(tool.text, tmp_path)
        topics = [call[at + 1] for at, word in enumerate(call) if word == "--topic"]
        assert topics == ["orders", "shipments"]
        (tmp_path / "log").unlink()


@pytest.mark.parametrize(("brokers", "copies"), [(None, 3), (2, 2), (6, 3)])
def test_a_topic_has_no_more_copies_than_there_are_brokers(
    brokers: int | None, copies: int
) -> None:
    tool = step_commands.of_step("topics", replace(FULL, brokers=brokers))[0]
    assert tool.text.count(f"--partitions 6 --replication-factor {copies}") == 2


def test_the_password_is_asked_for_and_goes_by_no_argument(tmp_path: Path) -> None:
    aws, _, kalix, ours = step_commands.of_step("user", FULL)
    calls = arguments(aws.text, tmp_path)
    assert not any("the-password" in word for call in calls for word in call)
    assert next(
        call[call.index("--secret-string") :][:2] for call in calls if "--secret-string" in call
    ) == ["--secret-string", "file:///dev/stdin"]
    assert (
        'read -rs PASSWORD\nkalix secret create generic orders-kafka \\\n  --literal pwd="$P'
        in (kalix.text)
    )
    assert "--literal pwd=-" in ours.text


@pytest.mark.parametrize("by_key", [True, False])
def test_a_role_is_assumed_with_what_kalixweb_assumes_it_with(*, by_key: bool) -> None:
    role = AwsAccount(name="main", region="eu-west-1", way="role", role_arn="arn:aws:iam::1:role/r")
    role.key_secret_id = uuid4() if by_key else None
    text = aws_commands.signs_in(role, "id-1")
    assert ("aws configure --profile main-key\n" in text) == by_key
    base = "main-key" if by_key else "default"
    assert f"aws configure set profile.main.source_profile {base}\n" in text


def test_terraform_has_no_template_of_what_was_typed() -> None:
    values = CommandValues(project="payments", named_user='a${b}"%{c}')
    (terraform,) = [t for t in step_commands.of_step("user", values) if t.label == "terraform"]
    assert 'username = "a$${b}\\"%%{c}"' in terraform.text
