"""The readiness of a cluster, followed in a worker: the document grows while AWS answers."""

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from brokers.aws.arn import ClusterArn
from brokers.models import AwsInquiry
from brokers.msk.aws_queries import lookup as aws_queries
from brokers.msk.aws_queries import outcomes
from brokers.msk.readiness.acl_evidence import acls_of
from kalixweb.jobs.context import JobContext
from kalixweb.jobs.kinds import Cancelled

if TYPE_CHECKING:
    from brokers.aws.check_request import CheckRequest
    from brokers.aws.client import Aws


def follow(inquiry: AwsInquiry, aws: "Aws", context: JobContext) -> None:
    """Keep the newest document in the row while the checks go on, and the last one.

    Of one check that was made again, it holds all the others as they were known before. Raises
    Cancelled when it was cut short.
    """
    from brokers.aws import readiness

    before = aws_queries.readiness_before(inquiry) if inquiry.asked["only"] else None
    question = _question(inquiry, only=inquiry.asked["only"] if before else None)
    final: dict[str, Any] = {}
    for document in readiness.run(aws, question, context.is_cancelled):
        final = _whole(document, before)
        context.keep(final, lambda seen: {"document": seen}, _is_the_same)
    if context.is_cancelled():
        raise Cancelled
    outcomes.finish(inquiry, final, _sentence(final))


def _is_the_same(kept: Mapping[str, Any], seen: Mapping[str, Any]) -> bool:
    return bool(kept["checks"] == seen["checks"])


def _question(inquiry: AwsInquiry, only: str | None) -> "CheckRequest":
    from brokers.aws.check_request import CheckRequest

    asked = inquiry.asked
    connection = inquiry.connection or (inquiry.setup.connection if inquiry.setup else None)
    return CheckRequest(
        arn=ClusterArn.parse(asked["arn"]),
        user=asked["user"],
        servers=asked["servers"],
        topics=tuple(asked["topics"]),
        from_addresses=tuple(asked["from_addresses"]),
        acls=acls_of(asked["arn"], inquiry.setup, connection),
        only=only,
    )


def _whole(document: dict[str, Any], before: AwsInquiry | None) -> dict[str, Any]:
    """The document with all checks; the mending steps go by all of them too."""
    if before is None:
        return document
    from brokers.aws import fix_order
    from brokers.aws.check import Finding

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
