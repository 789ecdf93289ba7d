"""Kafka is new enough for public access."""

import re

from brokers.aws import commands
from brokers.aws.check import Check, Finding, Fix, failed, passed, unsure
from brokers.aws.cluster_facts import Facts
from brokers.aws.wording import printable

_LEAST = (2, 6)
_TARGET = "3.8.x"
_NUMBERS = re.compile(r"(\d+)\.(\d+)")


def numbers(version: object) -> tuple[int, int] | None:
    """``3.7.x.kraft`` is (3, 7)."""
    found = _NUMBERS.match(version) if isinstance(version, str) else None
    return (int(found[1]), int(found[2])) if found else None


def _evaluate(facts: Facts) -> Finding:
    version = facts.need_provisioned("CurrentBrokerSoftwareInfo", "KafkaVersion")
    found, name = numbers(version), printable(version)
    if found is None:
        return unsure(name, f"“{name}” is no version of Kafka that kalixweb can compare.")
    if found >= _LEAST:
        return passed(name, f"Kafka {name} can have public access.")
    return failed(
        name,
        f"Kafka {name} is too old: public access needs 2.6.0 or newer.",
        "Upgrade the cluster; the brokers restart one by one.",
    )


def _fix(facts: Facts) -> Fix:
    return Fix(
        console=f"MSK, Clusters, {facts.name}, Actions, Upgrade Apache Kafka version.",
        cli=commands.on_cluster(
            facts, "update-cluster-kafka-version", ("target-kafka-version", _TARGET)
        ),
        terraform=f'aws_msk_cluster: kafka_version = "{_TARGET}"',
    )


CHECK = Check(
    id="version",
    title="Kafka version",
    position=220,
    fix_position=50,
    why="Public access exists from Kafka 2.6.0 on.",
    facts=("cluster",),
    evaluate=_evaluate,
    fix_title="Upgrade Kafka",
    waits_for=("active", "nothing_in_flight"),
    wait="An upgrade takes one to some hours, by the number of brokers.",
    fix=_fix,
)
