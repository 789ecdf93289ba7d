"""What is under way for an onboarding."""

from brokers.models import OPEN, AwsQuery, Connection, MskOnboarding


def open_queries(onboarding: MskOnboarding) -> list[AwsQuery]:
    """The queries of an onboarding that are queued or running; not their documents."""
    rows = AwsQuery.objects.for_project(onboarding.project_id).filter(
        onboarding=onboarding, state__in=OPEN
    )
    return list(rows.defer("document").select_related("account"))


def onboarding_of(connection: Connection) -> MskOnboarding | None:
    """The onboarding that led to the connection, if there was one; no query for what is not on
    MSK."""
    if not connection.cluster_arn:
        return None
    rows = MskOnboarding.objects.for_project(connection.project_id).filter(connection=connection)
    return rows.order_by("-changed_at").first()
