"""The same by command: what each step is in `aws`, Kafka's tools, `kalix` and `kalixweb`."""

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from brokers.aws import topic_defaults
from brokers.msk.views import aws_commands
from brokers.msk.views.command_values import CommandValues
from brokers.msk.views.shell import command, in_order

_ADMIN = ("--command-config", "admin.properties")
_ADMIN_NOTE = (
    "Run it inside the VPC. admin.properties holds an administrator's login: security.protocol, "
    "sasl.mechanism and sasl.jaas.config."
)
_READS = "It asks for the password without showing it, so no shell history keeps it."


@dataclass(frozen=True, slots=True)
class ToolCommands:
    """The commands of one tool, and what to know before running them."""

    label: str
    text: str
    note: str = ""


def of_step(step: str, values: CommandValues) -> list[ToolCommands]:
    """One entry a tool; empty for a step that has none."""
    return _STEPS[step](values)


def _account(values: CommandValues) -> list[ToolCommands]:
    aws = in_order(values.signs_in, "aws sts get-caller-identity")
    return [
        ToolCommands("aws", aws),
        ToolCommands("kalix", "kalix config get-project", "Are you on the right project?"),
        ToolCommands(
            "kalixweb", in_order("kalixweb config get-project", _kalixweb("clusters", values))
        ),
    ]


def _cluster(values: CommandValues) -> list[ToolCommands]:
    aws = in_order(
        command("aws kafka list-clusters-v2", ("--region", values.region)),
        aws_commands.kafka("get-bootstrap-brokers", values),
    )
    ours = in_order(_kalixweb("clusters", values), _kalixweb("brokers", values, values.arn))
    return [ToolCommands("aws", aws), ToolCommands("kalixweb", ours)]


def _readiness(values: CommandValues) -> list[ToolCommands]:
    named = [("--user", values.user)] if values.named_user else []
    topics = [("--topic", topic) for topic in values.topic_names()] if values.topics else []
    ours = _kalixweb("check", values, values.arn, *named, *topics)
    return [
        ToolCommands("aws", aws_commands.describe(values), "The same answers, for you to judge."),
        ToolCommands("kalixweb", ours, "Exit code 1 when a check failed; -o json for programs."),
    ]


def _user(values: CommandValues) -> list[ToolCommands]:
    kalix = in_order(
        "read -rs PASSWORD",
        command(
            f"kalix secret create generic {shlex.quote(values.secret)}",
            f'--literal {values.entry}="$PASSWORD"',
        ),
    )
    ours = command(
        f"kalixweb secret create generic {shlex.quote(values.secret)}",
        ("--literal", f"{values.entry}=-"),
        ("--project", values.project),
    )
    return [
        ToolCommands("aws", aws_commands.new_user(values), aws_commands.NEW_USER_NOTE),
        ToolCommands(
            "terraform", aws_commands.new_user_terraform(values), aws_commands.TERRAFORM_NOTE
        ),
        ToolCommands("kalix", kalix, "read keeps the password out of the shell's history."),
        ToolCommands("kalixweb", ours, _READS),
    ]


def _topics(values: CommandValues) -> list[ToolCommands]:
    copies = topic_defaults.copies(values.brokers)
    sizes = f"--partitions {topic_defaults.PARTITIONS} --replication-factor {copies}"
    made = [
        command(
            "kafka-topics.sh",
            ("--bootstrap-server", values.admin_bootstrap),
            _ADMIN,
            "--create --if-not-exists",
            ("--topic", topic),
            sizes,
        )
        for topic in values.topic_names()
    ]
    seen = [aws_commands.kafka("describe-topic", values, t) for t in values.topic_names()]
    return [
        ToolCommands("kafka-topics", in_order(*made), _ADMIN_NOTE),
        ToolCommands("aws", in_order(*seen), "From Kafka 3.6 on, and up to a minute old."),
        ToolCommands("kalixweb", _readiness(values)[-1].text),
    ]


def _acls(values: CommandValues) -> list[ToolCommands]:
    groups = [("--group", name) for name in values.groups]
    read = [*(("--topic", name) for name in values.readers()), *groups]
    written = [("--topic", name) for name in values.writers()]
    granted = (_grant(values, "Read", read), _grant(values, "Write", written))
    listed = command(
        "kafka-acls.sh",
        ("--bootstrap-server", values.admin_bootstrap),
        _ADMIN,
        "--list",
        ("--principal", f"User:{values.user}"),
    )
    return [ToolCommands("kafka-acls", in_order(*granted, listed), _ADMIN_NOTE)]


def _grant(values: CommandValues, operation: str, resources: Sequence[tuple[str, str]]) -> str:
    """An ACL for each resource; nothing where there is none."""
    if not resources:
        return ""
    return command(
        "kafka-acls.sh",
        ("--bootstrap-server", values.admin_bootstrap),
        _ADMIN,
        "--add",
        ("--allow-principal", f"User:{values.user}"),
        ("--operation", operation),
        *resources,
    )


def _connection(values: CommandValues) -> list[ToolCommands]:
    options = (
        "--broker-service kafka",
        "--broker-auth scram-sha-512",
        ("--broker-user", values.user),
        ("--broker-password-secret", f"{values.secret}/{values.entry}"),
        ("--broker-bootstrap-servers", values.bootstrap),
    )
    kalix = command("kalix projects config set broker", *options)
    ours = command("kalixweb projects config set broker", *options, ("--project", values.project))
    return [
        ToolCommands("kalix", in_order(kalix, "kalix projects config get broker")),
        ToolCommands("kalixweb", ours, "It becomes the project's default connection."),
    ]


def _test(values: CommandValues) -> list[ToolCommands]:
    name = shlex.quote(values.connection or "NAME")
    probe = command(
        "kalixweb probe",
        values.bootstrap,
        "--auth scram-sha-512",
        ("--user", values.user),
        "--password-file FILE",
        *(("--topic", topic) for topic in values.topics),
        *(("--group", group) for group in values.groups),
    )
    ours = command(f"kalixweb connections test {name}", "--wait", ("--project", values.project))
    return [
        ToolCommands("kalixweb", in_order(ours, probe), "The second one needs no database."),
        ToolCommands("kalix", "kalix projects config get broker", "kalix itself tests nothing."),
    ]


def _kalixweb(verb: str, values: CommandValues, *more: tuple[str, ...] | str) -> str:
    """One of the MSK commands, as the account of the project."""
    account = (
        [("--account", values.account), ("--project", values.project)] if values.account else []
    )
    region = [("--region", values.region)] if verb == "clusters" else []
    return command(f"kalixweb msk {verb}", *more, *account, *region)


_STEPS: dict[str, Callable[[CommandValues], list[ToolCommands]]] = {
    "account": _account,
    "cluster": _cluster,
    "readiness": _readiness,
    "user": _user,
    "topics": _topics,
    "acls": _acls,
    "connection": _connection,
    "test": _test,
}
