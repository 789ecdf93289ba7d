"""What is under way for a walk."""

from brokers.models import OPEN, AwsInquiry, Connection, MskSetup


def open_inquiries(setup: MskSetup) -> list[AwsInquiry]:
    """The inquiries of a walk that are queued or running; not their documents."""
    rows = AwsInquiry.objects.for_project(setup.project_id).filter(setup=setup, state__in=OPEN)
    return list(rows.defer("document").select_related("account"))


def walk_of(connection: Connection) -> MskSetup | None:
    """The walk that led to the connection, if there was one; no query for what is not on MSK."""
    if not connection.cluster_arn:
        return None
    rows = MskSetup.objects.for_project(connection.project_id).filter(connection=connection)
    return rows.order_by("-changed_at").first()
