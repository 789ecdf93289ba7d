"""What is under way for a walk."""

from brokers.models import OPEN, AwsInquiry, MskSetup


def open_inquiries(setup: MskSetup) -> list[AwsInquiry]:
    """The inquiries of a walk that are queued or running; not their documents."""
    rows = AwsInquiry.objects.for_project(setup.project_id).filter(setup=setup, state__in=OPEN)
    return list(rows.defer("document").select_related("account"))
