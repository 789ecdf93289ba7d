"""``kalixweb msk clusters``: the clusters of an AWS account in one Region."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from kalixweb.cli.msk_sign_in import AwsOptions, aws_options, aws_sentences, open_aws
from kalixweb.cli.output import CannotBeDone, output_option, print_json, print_table

if TYPE_CHECKING:
    from brokers.aws.clusters import ClusterRow

_HEAD = ("name", "state", "kind", "version", "brokers", "access", "sign-in", "arn")


@click.command()
@aws_options
@output_option
def clusters(
    account: str | None,
    project: str | None,
    region: str | None,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Every cluster with its state, kind, version, brokers and access.

    Exit status 0: all were listed. 3: AWS did not answer, or not to the end.
    """
    aws = open_aws(AwsOptions(account, project, region))
    from brokers.aws.clusters import list_clusters

    with aws_sentences():
        found = list_clusters(aws)
    if as_json:
        rows = [asdict(row) for row in found.clusters]
        shown = {"schema": 1, "region": aws.region, "clusters": rows, "complete": found.complete}
        print_json({**shown, "calls": aws.calls})
    else:
        print_table(_HEAD, [_cells(row) for row in found.clusters])
        _explain(found.clusters, aws.region)
    if found.failure:
        raise CannotBeDone(f"The list is not complete. {found.failure.sentence}")


def _cells(row: "ClusterRow") -> tuple[object, ...]:
    access = None if row.public is None else ("public" if row.public else "private")
    kind, auths = row.type.lower(), " ".join(row.auths)
    return row.name, row.state, kind, row.version, row.brokers, access, auths, row.arn


def _explain(rows: "tuple[ClusterRow, ...]", region: str) -> None:
    """On standard error, beside the table: why clusters cannot serve a connection."""
    for row in rows:
        if row.why_not:
            click.echo(f"{row.name}: {row.why_not}", err=True)
    if not rows:
        click.echo(f"There is no MSK cluster in {region}. Other Regions: --region", err=True)
