"""ACLs exist: AWS cannot tell, a login can."""

import json

from brokers.aws import commands
from brokers.aws.bootstrap_brokers import PRIVATE_SCRAM
from brokers.aws.check import Check, Finding, Fix, failed, passed, unsure
from brokers.aws.checks.allow_everyone_off import KEY, value_in
from brokers.aws.cluster_facts import Facts


def _evaluate(facts: Facts) -> Finding:
    acls = facts.request.acls
    if acls is None:
        return unsure(
            "not asked yet",
            "AWS has no call that tells of a cluster's ACLs.",
            "Test the connection: what the user may do tells whether its ACLs are there. Or list "
            "them from inside the VPC.",
            shows_fix=True,
        )
    if acls.state == "none":
        return failed(
            "none",
            acls.sentence,
            "Set ACLs from inside the VPC, those of an administrator first: the first ACL of a "
            "topic shuts everybody else out of it.",
        )
    if acls.state == "granted" and not _is_closed_without(facts):
        return unsure(
            "not proven",
            f"{acls.sentence} That proves no ACL as long as {KEY} is not seen to be false.",
            "List the ACLs from inside the VPC.",
            shows_fix=True,
        )
    return passed("seen" if acls.state == "granted" else acls.state, acls.sentence)


def _is_closed_without(facts: Facts) -> bool:
    """Whether what was granted can only have been granted by an ACL."""
    configuration = facts.maybe("configuration").get("ServerProperties")
    return configuration is not None and value_in(configuration) == "false"


def _fix(facts: Facts) -> Fix:
    user = facts.request.user or "USER"
    everything = ("--cluster", "--topic '*'", "--group '*'", "--operation All")
    topics = facts.request.topics or ("TOPIC",)
    return Fix(
        console="There is no page for it: from a machine inside the VPC, with Kafka's own tools. "
        "client.properties holds the login.",
        cli=commands.block(
            "# Those of an administrator first, in the place of ADMIN: the first ACL of a topic "
            "shuts everybody else out of it.",
            _add(facts, "ADMIN", *everything),
            *(_add(facts, user, f"--topic {commands.quoted(topic)}", *_BOTH) for topic in topics),
            _add(facts, user, "--group '*'", "--operation Read"),
            _tool(facts, "--list"),
        ),
        terraform='kafka_acl of the Kafka provider: resource_type = "Topic", acl_principal = '
        f'{json.dumps(f"User:{user}")}, acl_operation = "Read", acl_permission_type = "Allow"',
    )


_BOTH = ("--operation Read", "--operation Write")


def _add(facts: Facts, user: str, *what: str) -> str:
    principal = commands.quoted(f"User:{user}")
    return _tool(facts, "--add", f"--allow-principal {principal}", *what)


def _tool(facts: Facts, *options: str) -> str:
    servers = facts.maybe("strings").get(PRIVATE_SCRAM) or "HOST:9096"
    return commands.continued(
        "kafka-acls.sh",
        f"--bootstrap-server {commands.quoted(servers)}",
        "--command-config client.properties",
        *options,
    )


CHECK = Check(
    id="acls",
    title="ACLs exist",
    position=190,
    fix_position=170,
    subject="acls",
    why="With allow.everyone.if.no.acl.found=false a user may do what an ACL allows, and no more.",
    facts=("cluster", "strings", "configuration"),
    evaluate=_evaluate,
    fix_title="Set ACLs, and see that they are there",
    waits_for=("active", "scram_on", "user_associated"),
    wait="At once.",
    fix=_fix,
)
