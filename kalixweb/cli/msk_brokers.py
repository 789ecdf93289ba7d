"""``kalixweb msk brokers``: the bootstrap servers of a cluster, and what each string is for."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from kalixweb.cli.msk_sign_in import AwsOptions, aws_options, aws_sentences, cluster_arn, open_aws
from kalixweb.cli.output import UsedWrongly, answer_no, output_option, print_json, print_table

if TYPE_CHECKING:
    from brokers.aws.arn import ClusterArn
    from brokers.aws.bootstrap_brokers import Bootstrap
    from brokers.aws.client import Aws


@click.command()
@click.argument("arn", required=False)
@aws_options
@output_option
def brokers(
    arn: str | None,
    account: str | None,
    project: str | None,
    region: str | None,
    as_json: bool,  # noqa: FBT001
) -> None:
    """The bootstrap servers of the cluster ARN; without it, of the only one in the Region.

    Exit status 0: there are servers for user name and password. 1: there are none.
    3: AWS did not answer.
    """
    named = cluster_arn(arn) if arn else None
    aws = open_aws(AwsOptions(account, project, region), named)
    from brokers.aws.bootstrap_brokers import fetch

    with aws_sentences():
        cluster = named or _only_one(aws)
        found = fetch(aws, cluster)
    if as_json:
        print_json(_document(cluster, found, aws.calls))
    else:
        rows = [
            ("*" if one.field == found.chosen else "", one.serves, one.text)
            for one in found.strings
        ]
        print_table(("", "for", "servers"), rows)
    if not found.chosen:
        answer_no(_why_none(found))


def _document(cluster: "ClusterArn", found: "Bootstrap", calls: int) -> dict[str, object]:
    return {
        "schema": 1,
        "cluster": {"arn": str(cluster), "name": cluster.name},
        "strings": [{**asdict(one), "usable": one.usable} for one in found.strings],
        "chosen": found.chosen,
        "servers": found.servers,
        "calls": calls,
    }


def _only_one(aws: "Aws") -> "ClusterArn":
    from brokers.aws.clusters import list_clusters

    rows = list_clusters(aws).clusters
    if len(rows) != 1:
        counted = f"There are {len(rows)} clusters" if rows else "There is no cluster"
        raise UsedWrongly(
            f"{counted} in {aws.region}: name one by its ARN. See: kalixweb msk clusters"
        )
    return cluster_arn(rows[0].arn)


def _why_none(found: "Bootstrap") -> str:
    if not found.strings:
        return (
            "MSK names no bootstrap servers: the cluster is being created, or public access was "
            "turned on just now. Ask again in some minutes."
        )
    kinds = ", ".join(one.serves for one in found.strings)
    return (
        f"None of these takes user name and password ({kinds}). A provisioned cluster does once "
        "SASL/SCRAM is on; a serverless one never does."
    )
