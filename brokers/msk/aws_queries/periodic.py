"""What is done by the clock about questions to AWS: dead ones, lost messages, old answers."""

from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet

from brokers.models import OPEN, QUEUED, RUNNING, AwsInquiry
from brokers.msk.aws_queries import requests
from brokers.runs.services import periodic, runs
from kalixweb.core import clock

LOOK_FOR_CHANGES_EVERY = timedelta(minutes=5)
WORKER_LOST = "The worker ended or fell silent meanwhile. Ask again."
NOBODY_TOOK_IT = (
    "No worker took this within 15 minutes. Ask the operator of kalixweb to run kalixweb doctor, "
    "then ask again."
)
_BATCH = 500


def end_dead_inquiries() -> int:
    """Write down as stopped what passed its deadline or never left the queue; answers how many."""
    now = clock.now()
    dead = AwsInquiry.all_projects.filter(state=RUNNING, deadline_at__lt=now)
    left = AwsInquiry.all_projects.filter(
        state=QUEUED, queued_at__lt=now - periodic.LONGEST_IN_QUEUE
    )
    ended = [(row, WORKER_LOST) for row in _narrow(dead)]
    ended += [(row, NOBODY_TOOK_IT) for row in _narrow(left)]
    return sum(
        requests.end(actor=periodic.worker(), inquiry=row, reason=reason) for row, reason in ended
    )


def lost_in_queue() -> list[AwsInquiry]:
    """Queued inquiries that nobody took in five seconds; the caller sends them again."""
    waiting = AwsInquiry.all_projects.filter(
        state=QUEUED, sent_at__lte=clock.now() - runs.RESEND_AFTER
    )
    return [row for row in _narrow(waiting) if requests.take_resend(row)]


def forget_old_inquiries() -> int:
    """Delete answers older than the setting for finished tests says; answers how many."""
    oldest = clock.now() - timedelta(days=settings.KALIXWEB_RUN_HISTORY_DAYS)
    old = AwsInquiry.all_projects.filter(queued_at__lt=oldest).exclude(state__in=OPEN)
    gone = 0
    while ids := list(old.values_list("id", flat=True)[:_BATCH]):
        gone += AwsInquiry.all_projects.filter(id__in=ids).delete()[0]
    return gone


def _narrow(rows: QuerySet[AwsInquiry]) -> QuerySet[AwsInquiry]:
    return rows.select_related("account").defer("document")
