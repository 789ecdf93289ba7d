"""The same by command: what each step is in `aws`, Kafka's tools, `kalix` and `kalixweb`."""

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from brokers.aws import topic_defaults
from brokers.msk.views import aws_commands
from brokers.msk.views.command_values import Known
from brokers.msk.views.shell import command, in_order

_ADMIN = ("--command-config", "admin.properties")
_ADMIN_NOTE = (
    "Run it inside the VPC. admin.properties holds an administrator's login: security.protocol, "
    "sasl.mechanism and sasl.jaas.config."
)
_READS = "It asks for the password without showing it, so no shell history keeps it."


@dataclass(frozen=True, slots=True)
class Tool:
    """The commands of one tool, and what to know before running them."""

    label: str
    text: str
    note: str = ""


def of_step(step: str, known: Known) -> list[Tool]:
    """One entry a tool; empty for a step that has none."""
    return _STEPS[step](known)


def _account(known: Known) -> list[Tool]:
    aws = in_order(known.signs_in, "aws sts get-caller-identity")
    return [
        Tool("aws", aws),
        Tool("kalix", "kalix config get-project", "Are you on the right project?"),
        Tool("kalixweb", in_order("kalixweb config get-project", _kalixweb("clusters", known))),
    ]


def _cluster(known: Known) -> list[Tool]:
    aws = in_order(
        command("aws kafka list-clusters-v2", ("--region", known.region)),
        aws_commands.kafka("get-bootstrap-brokers", known),
    )
    ours = in_order(_kalixweb("clusters", known), _kalixweb("brokers", known, known.arn))
    return [Tool("aws", aws), Tool("kalixweb", ours)]


def _readiness(known: Known) -> list[Tool]:
    named = [("--user", known.user)] if known.named_user else []
    topics = [("--topic", topic) for topic in known.topic_names()] if known.topics else []
    ours = _kalixweb("check", known, known.arn, *named, *topics)
    return [
        Tool("aws", aws_commands.describe(known), "The same answers, for you to judge."),
        Tool("kalixweb", ours, "Exit code 1 when a check failed; -o json for programs."),
    ]


def _user(known: Known) -> list[Tool]:
    kalix = in_order(
        "read -rs PASSWORD",
        command(
            f"kalix secret create generic {shlex.quote(known.secret)}",
            f'--literal {known.entry}="$PASSWORD"',
        ),
    )
    ours = command(
        f"kalixweb secret create generic {shlex.quote(known.secret)}",
        ("--literal", f"{known.entry}=-"),
        ("--project", known.project),
    )
    return [
        Tool("aws", aws_commands.new_user(known), aws_commands.NEW_USER_NOTE),
        Tool("terraform", aws_commands.new_user_terraform(known), aws_commands.TERRAFORM_NOTE),
        Tool("kalix", kalix, "read keeps the password out of the shell's history."),
        Tool("kalixweb", ours, _READS),
    ]


def _topics(known: Known) -> list[Tool]:
    copies = topic_defaults.copies(known.brokers)
    sizes = f"--partitions {topic_defaults.PARTITIONS} --replication-factor {copies}"
    made = [
        command(
            "kafka-topics.sh",
            ("--bootstrap-server", known.admin_bootstrap),
            _ADMIN,
            "--create --if-not-exists",
            ("--topic", topic),
            sizes,
        )
        for topic in known.topic_names()
    ]
    seen = [aws_commands.kafka("describe-topic", known, t) for t in known.topic_names()]
    return [
        Tool("kafka-topics", in_order(*made), _ADMIN_NOTE),
        Tool("aws", in_order(*seen), "From Kafka 3.6 on, and up to a minute old."),
        Tool("kalixweb", _readiness(known)[-1].text),
    ]


def _acls(known: Known) -> list[Tool]:
    groups = [("--group", name) for name in known.groups]
    read = [*(("--topic", name) for name in known.readers()), *groups]
    written = [("--topic", name) for name in known.writers()]
    granted = (_grant(known, "Read", read), _grant(known, "Write", written))
    listed = command(
        "kafka-acls.sh",
        ("--bootstrap-server", known.admin_bootstrap),
        _ADMIN,
        "--list",
        ("--principal", f"User:{known.user}"),
    )
    return [Tool("kafka-acls", in_order(*granted, listed), _ADMIN_NOTE)]


def _grant(known: Known, operation: str, resources: Sequence[tuple[str, str]]) -> str:
    """An ACL for each resource; nothing where there is none."""
    if not resources:
        return ""
    return command(
        "kafka-acls.sh",
        ("--bootstrap-server", known.admin_bootstrap),
        _ADMIN,
        "--add",
        ("--allow-principal", f"User:{known.user}"),
        ("--operation", operation),
        *resources,
    )


def _connection(known: Known) -> list[Tool]:
    options = (
        "--broker-service kafka",
        "--broker-auth scram-sha-512",
        ("--broker-user", known.user),
        ("--broker-password-secret", f"{known.secret}/{known.entry}"),
        ("--broker-bootstrap-servers", known.bootstrap),
    )
    kalix = command("kalix projects config set broker", *options)
    ours = command("kalixweb projects config set broker", *options, ("--project", known.project))
    return [
        Tool("kalix", in_order(kalix, "kalix projects config get broker")),
        Tool("kalixweb", ours, "It becomes the project's default connection."),
    ]


def _test(known: Known) -> list[Tool]:
    name = shlex.quote(known.connection or "NAME")
    probe = command(
        "kalixweb probe",
        known.bootstrap,
        "--auth scram-sha-512",
        ("--user", known.user),
        "--password-file FILE",
        *(("--topic", topic) for topic in known.topics),
        *(("--group", group) for group in known.groups),
    )
    ours = command(f"kalixweb connections test {name}", "--wait", ("--project", known.project))
    return [
        Tool("kalixweb", in_order(ours, probe), "The second one needs no database."),
        Tool("kalix", "kalix projects config get broker", "kalix itself tests nothing."),
    ]


def _kalixweb(verb: str, known: Known, *more: tuple[str, ...] | str) -> str:
    """One of the MSK commands, as the account of the project."""
    account = [("--account", known.account), ("--project", known.project)] if known.account else []
    region = [("--region", known.region)] if verb == "clusters" else []
    return command(f"kalixweb msk {verb}", *more, *account, *region)


_STEPS: dict[str, Callable[[Known], list[Tool]]] = {
    "account": _account,
    "cluster": _cluster,
    "readiness": _readiness,
    "user": _user,
    "topics": _topics,
    "acls": _acls,
    "connection": _connection,
    "test": _test,
}
