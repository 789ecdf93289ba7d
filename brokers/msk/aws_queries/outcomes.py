"""What an inquiry leaves behind: its document while it goes on, its answer, or why none came."""

from typing import TYPE_CHECKING, Any

from django.db.models import F, QuerySet

from brokers.models import DONE, RUNNING, AwsInquiry
from kalixweb.core import clock

if TYPE_CHECKING:
    from brokers.aws.failures import AwsFailure


class StoppedMeanwhile(Exception):
    """Somebody stopped the inquiry, or another question took its place."""


def keep(inquiry: AwsInquiry, document: dict[str, Any]) -> bool:
    """Store how far it is; answers False when it is not running any more."""
    return bool(_running(inquiry).update(document=document, seq=F("seq") + 1))


def is_running(inquiry: AwsInquiry) -> bool:
    """Whether it is still running, and not stopped or deleted by somebody."""
    return _running(inquiry).exists()


def finish(inquiry: AwsInquiry, document: dict[str, Any], sentence: str) -> bool:
    """Store the answer; answers False when the inquiry had been stopped."""
    return bool(
        _running(inquiry).update(
            state=DONE,
            finished_at=clock.now(),
            document=document,
            sentence=sentence,
            seq=F("seq") + 1,
        )
    )


def fail(inquiry: AwsInquiry, failure: "AwsFailure") -> bool:
    """Store that AWS gave no answer, and why; answers False when it had been stopped."""
    return bool(
        _running(inquiry).update(
            state=DONE,
            finished_at=clock.now(),
            document=None,
            failure=failure.to_dict(),
            sentence=failure.sentence,
            seq=F("seq") + 1,
        )
    )


def _running(inquiry: AwsInquiry) -> QuerySet[AwsInquiry]:
    rows = AwsInquiry.objects.for_project(inquiry.project_id)
    return rows.filter(id=inquiry.id, state=RUNNING)
