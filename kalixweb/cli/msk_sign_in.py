"""How the commands of ``kalixweb msk`` sign in to AWS, and how its refusals end them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from kalixweb.cli.client import local
from kalixweb.cli.output import CannotBeDone, UsedWrongly

if TYPE_CHECKING:
    from brokers.aws.arn import ClusterArn
    from brokers.aws.client import Aws
    from brokers.aws.sign_in import SignIn


@dataclass(frozen=True)
class AwsOptions:
    """``--account``, ``--project`` and ``--region`` as they were given."""

    account: str | None
    project: str | None
    region: str | None


def aws_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds ``--account``, ``--project`` and ``--region``."""
    for option in (
        click.option("--region", help="the AWS Region, such as eu-central-1"),
        click.option("--project", help="whose AWS account it is, if another than the current"),
        click.option(
            "--account", help="an AWS account of the project; without it the host's credentials"
        ),
    ):
        function = option(function)
    return function


def cluster_arn(text: str) -> "ClusterArn":
    """The ARN of a cluster; anything else ends the command with status 2."""
    from brokers.aws.arn import ClusterArn, NotACluster

    try:
        return ClusterArn.parse(text)
    except NotACluster as fact:
        raise UsedWrongly(str(fact)) from None


def open_aws(options: AwsOptions, arn: "ClusterArn | None" = None) -> "Aws":
    """AWS as the options say. The Region is the cluster's, where one is named."""
    if options.project and not options.account:
        raise UsedWrongly("--project says whose AWS account is meant: add --account NAME.")
    if options.region is not None and not options.region.strip():
        raise UsedWrongly("--region names no Region: add one, such as eu-central-1.")
    if arn and options.region not in {None, arn.region}:
        raise UsedWrongly(
            f"The cluster lies in {arn.region}, not in {options.region}: leave --region out, the "
            "ARN names it."
        )
    from brokers.aws.client import Aws
    from brokers.aws.sessions import host_region
    from brokers.aws.sign_in import HostChain

    sign_in: SignIn = HostChain()
    region = None
    if options.account:
        sign_in, region = _account(options.account, options.project)
    region = arn.region if arn else options.region or region or host_region()
    if region is None:
        raise UsedWrongly("Which Region? Add --region, such as --region eu-central-1.")
    return Aws(sign_in, region)


def _account(name: str, project: str | None) -> "tuple[SignIn, str]":
    """The sign-in of a saved account, and its Region."""
    instance = local()
    from brokers.msk.accounts.sign_in import sign_in_of
    from brokers.msk.aws_queries.lookup import account_named

    held = instance.project(project)
    found = account_named(held, name)
    if found is None:
        raise CannotBeDone(f"The project {held.name} has no AWS account named {name}.")
    return sign_in_of(instance.actor, found), found.region


@contextmanager
def aws_sentences() -> Iterator[None]:
    """A call that brought no answer ends the command with status 3."""
    from brokers.aws.failures import AwsFailure

    try:
        yield
    except AwsFailure as failure:
        raise CannotBeDone(f"{failure.sentence} {failure.action}") from None
