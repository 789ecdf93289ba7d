"""Who AWS takes us for."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from brokers.aws.error_response import seconds_ahead

if TYPE_CHECKING:
    from brokers.aws.client import Aws

# AWS takes a signature within five minutes; a minute is worth a word.
_NOTEWORTHY = 60


@dataclass(frozen=True)
class Identity:
    """``clock_skew_seconds`` is how far the clock of AWS is ahead of this machine's."""

    account: str
    arn: str
    clock_skew_seconds: float

    @property
    def clock_sentence(self) -> str | None:
        """What to say about the clock; None while it is right."""
        apart = abs(self.clock_skew_seconds)
        if apart < _NOTEWORTHY:
            return None
        side = "behind" if self.clock_skew_seconds > 0 else "ahead of"
        return (
            f"The clock of this machine is {apart:.0f} seconds {side} AWS's; at 300 AWS refuses "
            "what it signs."
        )


def who_am_i(aws: "Aws") -> Identity:
    """Account and ARN by STS, which needs no permission; raises AwsFailure."""
    answer = aws.call("sts", "get_caller_identity", required=("Account", "Arn"))
    date = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date")
    return Identity(answer["Account"], answer["Arn"], seconds_ahead(date) or 0.0)
