"""What an AWS query leaves behind: the answer of AWS, or why there is none."""

from typing import TYPE_CHECKING, Any

from brokers.models import AwsInquiry
from kalixweb.jobs import transitions

if TYPE_CHECKING:
    from brokers.aws.failures import AwsFailure


def finish(inquiry: AwsInquiry, document: dict[str, Any], sentence: str) -> bool:
    """Store the answer; answers False when the query had been stopped."""
    return transitions.finish(inquiry, document=document, sentence=sentence)


def fail(inquiry: AwsInquiry, failure: "AwsFailure") -> bool:
    """Store that AWS gave no answer, and why; answers False when the query had been stopped."""
    return transitions.finish(
        inquiry, document=None, failure=failure.to_dict(), sentence=failure.sentence
    )
