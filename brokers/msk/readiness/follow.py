"""The readiness of a cluster, followed in a worker: the document grows while AWS answers."""

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from brokers.aws import fix_order
from brokers.aws.arn import ClusterArn
from brokers.aws.check import Finding
from brokers.aws.check_request import CheckRequest
from brokers.models import AwsQuery
from brokers.msk.aws_queries import lookup as aws_queries
from brokers.msk.aws_queries import outcomes
from brokers.msk.readiness.acl_evidence import acls_of
from kalixweb.jobs.context import JobContext
from kalixweb.jobs.kinds import Cancelled
from kalixweb.jobs.patience import patiently

if TYPE_CHECKING:
    from brokers.aws.client import Aws


def follow(query: AwsQuery, aws: "Aws", context: JobContext) -> None:
    """Keep the newest document in the row while the checks go on, and the last one.

    Of one check that was made again, it holds all the others as they were known before. Raises
    Cancelled when it was cut short.
    """
    from brokers.aws import readiness  # noqa: PLC0415 - loads boto3, which only workers need

    before = aws_queries.readiness_before(query) if query.parameters["only"] else None
    parameters = _parameters(query, only=query.parameters["only"] if before else None)
    final: dict[str, Any] = {}
    for document in readiness.run(aws, parameters, context.is_cancelled):
        final = _whole(document, before)
        context.keep(final, lambda seen: {"document": seen}, _is_the_same)
    if context.is_cancelled():
        raise Cancelled
    patiently(outcomes.finish, query, final, _sentence(final))


def _is_the_same(kept: Mapping[str, Any], seen: Mapping[str, Any]) -> bool:
    return bool(kept["checks"] == seen["checks"])


def _parameters(query: AwsQuery, only: str | None) -> CheckRequest:
    parameters = query.parameters
    connection = query.connection or (query.onboarding.connection if query.onboarding else None)
    return CheckRequest(
        arn=ClusterArn.parse(parameters["arn"]),
        user=parameters["user"],
        servers=parameters["servers"],
        topics=tuple(parameters["topics"]),
        from_addresses=tuple(parameters["from_addresses"]),
        acls=acls_of(parameters["arn"], query.onboarding, connection),
        only=only,
    )


def _whole(document: dict[str, Any], before: AwsQuery | None) -> dict[str, Any]:
    """The document with all checks; the fix order go by all of them too."""
    if before is None:
        return document
    made = {row["id"]: row for row in document["checks"]}
    present = before.document or {}
    checks = [made.get(row["id"], row) for row in present["checks"]]
    findings = {
        row["id"]: Finding(row["state"], row["seen"], row["sentence"])
        for row in checks
        if row["state"] != "waiting"
    }
    cluster = {**present["cluster"], **{k: v for k, v in document["cluster"].items() if v}}
    return document | {
        "checks": checks,
        "cluster": cluster,
        "steps": fix_order.steps(findings),
        "associated": document["associated"] or present.get("associated", []),
        "secret_key": document["secret_key"] or present.get("secret_key"),
    }


def _sentence(document: Mapping[str, Any]) -> str:
    states = Counter(row["state"] for row in document["checks"])
    parts = [
        f"{states[state]} {words}"
        for state, words in (
            ("pass", "pass"),
            ("fail", "fail"),
            ("could_not_tell", "could not be told"),
            ("skipped", "skipped"),
        )
        if states[state]
    ]
    return f"{', '.join(parts)}."
