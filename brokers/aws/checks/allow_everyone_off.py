"""A topic without ACLs is open to nobody, rather than to everybody."""

from brokers.aws import commands, properties
from brokers.aws.check import Check, Finding, Fix, failed, passed
from brokers.aws.cluster_facts import Facts, at, lacks
from brokers.aws.wording import printable

KEY = "allow.everyone.if.no.acl.found"
LOCKS_OUT = "With no ACLs this locks every SCRAM and mTLS user out of the cluster."
_LINE = f"{KEY}=false"
_TERRAFORM = """resource "aws_msk_configuration" "this" {
  name              = "%s"
  server_properties = <<-EOT
%s
  EOT
}
# aws_msk_cluster: configuration_info { arn, revision } of this configuration"""


def _evaluate(facts: Facts) -> Finding:
    software = facts.need_provisioned("CurrentBrokerSoftwareInfo")
    if not at(software, "ConfigurationArn"):
        facts.need_provisioned("CurrentBrokerSoftwareInfo", "KafkaVersion")
        return _open(
            facts,
            "true, the default of MSK",
            f"The cluster has no configuration of its own, so MSK's default holds: {KEY} is true.",
        )
    found = value_in(facts.need("configuration", "ServerProperties"))
    name = f"Revision {printable(at(software, 'ConfigurationRevision'))} of the configuration"
    if found is None:
        return _open(
            facts,
            "true, the default of MSK",
            f"{name} does not set {KEY}, so MSK's default holds: true.",
        )
    value = printable(found)
    if value == "false":
        return passed("false", f"{name} sets {KEY} to false.")
    return _open(facts, value, f"{name} sets {KEY} to {value}.")


def value_in(configuration: object) -> str | None:
    """The value as Kafka reads it, in lower case; None where the line is absent."""
    value = properties.parse(_text(configuration)).get(KEY)
    return None if value is None else value.strip().lower()


def _open(facts: Facts, seen: str, sentence: str) -> Finding:
    return failed(
        seen,
        f"{sentence} Whoever can log in may do anything with a topic that has no ACL, and AWS "
        "refuses public access as long as that is so.",
        f"{LOCKS_OUT} {_advice(facts)}",
    )


def _advice(facts: Facts) -> str:
    acls = facts.request.acls
    if acls is None or acls.state == "granted":
        return (
            "So look at the ACLs first: the MSK onboarding in kalixweb shows the commands once a "
            "test has seen some, or once you confirm there that they exist."
        )
    if acls.state == "none":
        return f"{acls.sentence} So set ACLs first."
    return f"{acls.sentence} So the cluster's configuration can set {KEY} to false now."


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if not isinstance(value, bytes):
        raise lacks("DescribeConfigurationRevision", "ServerProperties")
    return value.decode("utf-8", "replace")


def _fix(facts: Facts) -> Fix | None:
    acls = facts.request.acls
    if acls is None or acls.state in {"granted", "none"}:
        return None
    lines = [*_kept(facts), _LINE]
    name = f"{facts.name}-acls"
    return Fix(
        console=f"MSK, Cluster configurations, Create: with the line {_LINE}. Then Clusters, "
        f"{facts.name}, Properties, Configuration, Edit.",
        cli=_commands(facts, name, lines),
        terraform=_TERRAFORM % (name, "\n".join(f"    {line}" for line in lines)),
    )


def _kept(facts: Facts) -> list[str]:
    """The other lines of the configuration: a new revision replaces them all."""
    value = facts.maybe("configuration").get("ServerProperties")
    if value is None:
        return []
    return [
        line
        for line in _text(value).splitlines()
        if line.strip() and KEY not in properties.parse(line)
    ]


def _commands(facts: Facts, name: str, lines: list[str]) -> str:
    file = ("server-properties", "fileb://msk.properties")
    arn = facts.maybe_provisioned("CurrentBrokerSoftwareInfo", "ConfigurationArn")
    if arn:
        made = commands.aws(facts, "kafka update-configuration", ("arn", arn), file)
        revision = commands.printed(made, "LatestRevision.Revision")
        variables = [f"configuration={commands.quoted(arn)}", f"revision={revision}"]
    else:
        made = commands.aws(facts, "kafka create-configuration", ("name", name), file)
        variables = [f"configuration={commands.printed(made, 'Arn')}", "revision=1"]
    update = commands.on_cluster(
        facts,
        "update-cluster-configuration",
        ("configuration-info", commands.Shell('"Arn=$configuration,Revision=$revision"')),
    )
    text = " ".join(commands.quoted(line) for line in lines)
    return commands.block(f"printf '%s\\n' {text} > msk.properties", *variables, update)


CHECK = Check(
    id="allow_everyone_off",
    title=f"{KEY} is false",
    position=90,
    fix_position=180,
    wants_proven=("acls",),
    why="With public access on, AWS insists that a topic without ACLs is closed.",
    facts=("cluster", "configuration"),
    evaluate=_evaluate,
    fix_title="Set allow.everyone… to false",
    waits_for=("active", "nothing_in_flight", "acls"),
    wait="The brokers restart one by one: 15 to 30 minutes.",
    wait_minutes=30,
    fix=_fix,
)
