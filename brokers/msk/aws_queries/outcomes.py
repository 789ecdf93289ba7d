"""What an AWS query leaves behind: the answer of AWS, or why there is none."""

from typing import TYPE_CHECKING, Any

from brokers.models import AwsQuery
from kalixweb.jobs import transitions

if TYPE_CHECKING:
    from brokers.aws.failures import AwsFailure


def finish(query: AwsQuery, document: dict[str, Any], sentence: str) -> bool:
    """Store the answer; answers False when the query had been stopped."""
    return transitions.finish(query, document=document, sentence=sentence)


def fail(query: AwsQuery, failure: "AwsFailure") -> bool:
    """Store that AWS gave no answer, and why; answers False when the query had been stopped."""
    return transitions.finish(
        query, document=None, failure=failure.to_dict(), sentence=failure.sentence
    )
