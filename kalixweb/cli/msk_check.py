"""``kalixweb msk check``: every prerequisite of a connection to one cluster."""

import sys
from typing import TYPE_CHECKING

import click

from kalixweb.cli.msk_sign_in import AwsOptions, aws_options, cluster_arn, open_aws
from kalixweb.cli.output import (
    EXIT_NO,
    EXIT_NOT_DONE,
    CannotBeDone,
    UsedWrongly,
    output_option,
    print_json,
)

if TYPE_CHECKING:
    from brokers.aws.readiness import Document

_MARKS = {
    "pass": ("✓", "green", ""),
    "fail": ("✗", "red", "fail"),
    "could_not_tell": ("?", "yellow", "could not tell"),
    "skipped": ("-", None, "skipped"),
}


@click.command()
@click.argument("arn")
@click.option("--user", help="the Kafka user whose secret is checked")
@click.option("--bootstrap", metavar="SERVERS", help="bootstrap servers to compare with MSK's")
@click.option("--topic", "topics", multiple=True, help="a topic that must exist")
@click.option(
    "--from",
    "addresses",
    multiple=True,
    metavar="ADDRESS",
    help="the public address that the firewall must let in; without it, any",
)
@aws_options
@output_option
def check(  # noqa: PLR0917 - one for each option
    arn: str,
    user: str | None,
    bootstrap: str | None,
    topics: tuple[str, ...],
    addresses: tuple[str, ...],
    account: str | None,
    project: str | None,
    region: str | None,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Check everything that a connection to the cluster ARN needs, one by one.

    Exit status 0: no check failed. 1: at least one failed. 3: nothing could be read, or there is
    no such cluster.
    """
    cluster = cluster_arn(arn)
    _refuse_bad(addresses)
    names = _names(topics)
    aws = open_aws(AwsOptions(account, project, region), cluster)
    from brokers.aws.check_request import CheckRequest
    from brokers.aws.readiness import public, run

    request = CheckRequest(cluster, user or None, bootstrap, names, addresses)
    try:
        *_, document = run(aws, request)
    except KeyboardInterrupt:
        raise CannotBeDone("Stopped before all checks were made.") from None
    if as_json:
        print_json(public(document))
    else:
        _print(document)
    sys.exit(_exit_status(document))


def _refuse_bad(addresses: tuple[str, ...]) -> None:
    from brokers.aws.address_ranges import sources

    for address in addresses:
        try:
            sources([address])
        except ValueError:
            raise UsedWrongly(
                f"--from “{address}” is neither an IP address nor a range of them."
            ) from None


def _names(topics: tuple[str, ...]) -> tuple[str, ...]:
    """Each topic once, without the ``:read`` or ``:write`` that a connection may hold."""
    from brokers.engine.stages.rights import topic_and_need

    names = tuple(dict.fromkeys(topic_and_need(topic.strip())[0] for topic in topics))
    if "" in names:
        raise UsedWrongly("--topic names no topic.")
    return names


def _exit_status(document: "Document") -> int:
    if any(row["state"] == "fail" for row in document["checks"]):
        return EXIT_NO
    return 0 if document["is_read"] else EXIT_NOT_DONE


def _print(document: "Document") -> None:
    cluster = document["cluster"]
    version = f"Kafka {cluster['version']}" if cluster["version"] else None
    facts = (cluster["name"] or cluster["arn"], cluster["type"], cluster["state"], version)
    click.echo("  ".join(fact for fact in facts if fact))
    printed: dict[str, int] = {}
    for number, row in enumerate(document["checks"], 1):
        _print_check(number, row, printed)
    _print_steps(document)
    passed = sum(row["state"] == "pass" for row in document["checks"])
    click.echo(
        f"\n{passed} of {len(document['checks'])} are met.  "
        f"{document['calls']} calls, {document['took_ms']} ms"
    )


def _print_check(number: int, row: "Document", printed: dict[str, int]) -> None:
    """``printed`` holds the sentences that were printed, for one denial may stop many checks."""
    mark, colour, word = _MARKS[row["state"]]
    about = f"{row['title']}: {word}" if word else f"{row['title']}: {row['seen']}"
    click.echo(f"{click.style(mark, fg=colour)} {number:2}  {about}")
    if row["state"] in {"pass", "skipped"}:
        return
    first = printed.setdefault(row["sentence"], number)
    if first != number:
        click.echo(f"      As check {first}.")
        return
    click.echo(f"      {row['sentence']}")
    if row["action"]:
        from brokers.aws.readiness import whole_action

        click.echo(f"      What to do: {whole_action(row)}")


def _print_steps(document: "Document") -> None:
    """The fix order, and the commands of the first step that is ready."""
    for number, step in enumerate(document["steps"], 1):
        if number == 1:
            click.echo(f"\n{click.style('Fix in this order', bold=True)}")
        click.echo(f"  {number}. {step['title']}. {step['sentence']} {step['wait']}")
    ready = next((step for step in document["steps"] if step["ready"]), None)
    how = next((r["how"] for r in document["checks"] if ready and r["id"] == ready["check"]), None)
    if ready and how:
        click.echo(f"\n{click.style(ready['title'], bold=True)}\n{how['console']}\n\n{how['cli']}")
