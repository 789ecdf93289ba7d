"""What AWS answers to each kind of question, as JSON for the query's row, with one sentence."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from brokers.aws import bootstrap_brokers, clusters, identity, permissions
from brokers.aws.arn import ClusterArn
from brokers.models import (
    BROKERS,
    CLUSTERS,
    IDENTITY,
    PERMISSIONS,
    AwsAccount,
    AwsQuery,
)
from kalixweb.core import clock

if TYPE_CHECKING:
    from brokers.aws.client import Aws

Answer = tuple[dict[str, Any], str]


def _identity(aws: "Aws", query: AwsQuery) -> Answer:
    found = identity.who_am_i(aws)
    account = query.account
    # Of an account that was changed meanwhile, this says nothing.
    AwsAccount.objects.for_project(account.project_id).filter(
        id=account.id, revision=account.revision
    ).update(account_number=found.account, identity_arn=found.arn, seen_at=clock.now())
    document = asdict(found) | {"clock": found.clock_sentence}
    return document, f"{found.arn}, account {found.account}."


def _clusters(aws: "Aws", _query: AwsQuery) -> Answer:
    found = clusters.list_clusters(aws)
    count = len(found.clusters)
    words = "No cluster" if not count else "1 cluster" if count == 1 else f"{count} clusters"
    more = "" if found.complete else "; there are more than were listed"
    document = {
        "clusters": [asdict(one) for one in found.clusters],
        "complete": found.complete,
        "failure": found.failure.to_dict() if found.failure else None,
        "calls": aws.calls,
    }
    return document, f"{words} in {aws.region}{more}."


def _brokers(aws: "Aws", query: AwsQuery) -> Answer:
    found = bootstrap_brokers.fetch(aws, ClusterArn.parse(query.cluster_arn))
    strings = [asdict(one) | {"usable": one.usable} for one in found.strings]
    document = {"strings": strings, "chosen": found.chosen}
    if found.chosen is None:
        return document, "AWS names no bootstrap servers for SASL/SCRAM of this cluster."
    return document, f"{len(strings)} strings, {len(found.servers)} servers in the usual one."


def _permissions(aws: "Aws", query: AwsQuery) -> Answer:
    arn = ClusterArn.parse(query.cluster_arn) if query.cluster_arn else None
    parameters = query.parameters
    seen = permissions.what_can_i(aws, arn, user=parameters["user"], topics=parameters["topics"])
    found = [asdict(one) for one in seen]
    missing = [one["action"] for one in found if one["state"] == "denied"]
    sentence = f"Missing: {', '.join(missing)}." if missing else "No action was denied."
    return {"actions": found}, sentence


ANSWERS: Mapping[str, Callable[["Aws", AwsQuery], Answer]] = {
    IDENTITY: _identity,
    CLUSTERS: _clusters,
    BROKERS: _brokers,
    PERMISSIONS: _permissions,
}
