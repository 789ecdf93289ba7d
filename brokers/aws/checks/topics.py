"""The topics exist and are ACTIVE."""

from brokers.aws import commands, topic_defaults
from brokers.aws.check import Check, Finding, Fix, failed, passed
from brokers.aws.checks.version import numbers
from brokers.aws.cluster_facts import Facts, NotKnown
from brokers.aws.failures import AwsFailure
from brokers.aws.wording import listed, printable

_LEAST = (3, 6)
# Calls that no unknown cluster would have answered.
_KNOW_THE_CLUSTER = ("cluster", "strings", "secrets")
_REFUSALS = {"bad_request", "conflict", "not_found"}


def _evaluate(facts: Facts) -> Finding:
    topics = facts.request.topics
    if not topics:
        raise NotKnown("No topic was named.", "Name the topics of the connection and check again.")
    wrong: dict[str, str] = {}
    unknown: Exception | None = None
    for topic in topics:
        try:
            status = _status(facts, topic)
        except (AwsFailure, NotKnown) as why:
            unknown = unknown or why
            continue
        if status != "ACTIVE":
            wrong[topic] = status
    if wrong:
        return _wrong(facts, wrong)
    if unknown:
        raise unknown
    return passed(listed(topics), f"All topics are ACTIVE: {listed(topics)}.")


def _status(facts: Facts, topic: str) -> str:
    """``missing`` where the topic does not exist; raises where that cannot be told."""
    try:
        return printable(facts.need(f"topic {topic}", "Status"))
    except AwsFailure as failure:
        if failure.kind not in _REFUSALS:
            raise
        if reason := _refused_because(facts):
            raise NotKnown(
                f"AWS cannot tell of the topic {printable(topic)}: {reason}."
            ) from failure
        if failure.kind != "not_found" or not any(map(facts.answered, _KNOW_THE_CLUSTER)):
            raise
        return "missing"


def _refused_because(facts: Facts) -> str | None:
    """Where AWS has no topics to tell of."""
    version = facts.maybe_provisioned("CurrentBrokerSoftwareInfo", "KafkaVersion")
    found = numbers(version)
    if found and found < _LEAST:
        return f"its calls for topics need Kafka 3.6.0, and the cluster has {printable(version)}"
    state = (facts.maybe("cluster").get("ClusterInfo") or {}).get("State")
    if state and state != "ACTIVE":
        return (
            "its calls for topics need a cluster that is ACTIVE, and this one is "
            f"{printable(state)}"
        )
    return None


def _wrong(facts: Facts, wrong: dict[str, str]) -> Finding:
    missing = [topic for topic, status in wrong.items() if status == "missing"]
    sentences = [f"The topic {listed(missing)} does not exist."] if missing else []
    sentences += [
        f"The topic {printable(topic)} is {status}, not ACTIVE."
        for topic, status in wrong.items()
        if status != "missing"
    ]
    action = (
        f"Create {listed(missing)}, or check the spelling: letter case counts. AWS's answer may "
        "be a minute old."
        if missing
        else "Wait until AWS has finished with it, then check again."
    )
    return failed(f"{len(wrong)} of {len(facts.request.topics)}", " ".join(sentences), action)


def _fix(facts: Facts) -> Fix:
    copies = topic_defaults.copies(facts.maybe_provisioned("NumberOfBrokerNodes"))
    missing = [t for t in facts.request.topics if not facts.answered(f"topic {t}")]
    created = (
        commands.aws(
            facts,
            "kafka create-topic",
            ("cluster-arn", str(facts.request.arn)),
            ("topic-name", topic),
            ("partition-count", str(topic_defaults.PARTITIONS)),
            ("replication-factor", str(copies)),
        )
        for topic in missing or facts.request.topics
    )
    return Fix(
        console=f"MSK, Clusters, {facts.name}, Topics, Create topic.",
        cli=commands.block(*created),
        terraform=f"aws_msk_topic: name, partition_count = {topic_defaults.PARTITIONS}, "
        f"replication_factor = {copies}",
    )


CHECK = Check(
    id="topics",
    title="Topics exist",
    position=200,
    fix_position=160,
    subject="topics",
    why="MSK does not make topics by itself (auto.create.topics.enable is false).",
    facts=(*_KNOW_THE_CLUSTER, "topics"),
    evaluate=_evaluate,
    fix_title="Create the topics",
    waits_for=("active",),
    wait="Less than a minute.",
    fix=_fix,
)
