"""The checks of the last readiness run that a step is about."""

from collections.abc import Collection

from brokers.models import AwsQuery, MskOnboarding
from brokers.msk.aws_queries import lookup
from brokers.msk.views.checks import CheckRow, rows


def related(
    onboarding: MskOnboarding, readiness: AwsQuery | None, wanted: Collection[str]
) -> list[CheckRow]:
    """Their rows, numbered as on the page of all; empty before a run about what is so now."""
    if readiness is None or lookup.changed_since(readiness, onboarding, onboarding.connection):
        return []
    return [row for row in rows(readiness.document or {}, None) if row.id in wanted]
