"""Commands to copy: every value filled in and quoted, every line but the last continued."""

import json
import shlex

from brokers.aws.cluster_facts import Facts, at


class Shell(str):
    """A piece of shell that is to stay one, such as what another command prints."""

    __slots__ = ()


def continued(*parts: str) -> str:
    """One command on several lines."""
    return " \\\n  ".join(parts)


def quoted(value: object) -> str:
    if isinstance(value, Shell):
        return value
    return shlex.quote(value if isinstance(value, str) else json.dumps(value))


def aws(facts: Facts, operation: str, *options: tuple[str, object]) -> str:
    """``aws kafka describe-cluster-v2`` and its options, in the cluster's Region."""
    parts = [f"aws {operation}", f"--region {quoted(facts.request.arn.region)}"]
    parts += [f"--{name} {quoted(value)}" for name, value in options]
    return continued(*parts)


def printed(command: str, query: str) -> Shell:
    """What ``query`` finds in the answer of a command."""
    return Shell(f'"$({continued(command, f"--query {quoted(query)}", "--output text")})"')


def on_cluster(facts: Facts, operation: str, *options: tuple[str, object]) -> str:
    """An update of the cluster, which asks for the version of the cluster that it changes."""
    arn = ("cluster-arn", str(facts.request.arn))
    found = at(facts.maybe("cluster"), "ClusterInfo", "CurrentVersion")
    version = found or printed(
        aws(facts, "kafka describe-cluster-v2", arn), "ClusterInfo.CurrentVersion"
    )
    return aws(facts, f"kafka {operation}", arn, *options, ("current-version", version))


def block(*lines: str) -> str:
    return "\n".join(lines)
