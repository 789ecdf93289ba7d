"""The checks of the last readiness run that a step is about."""

from collections.abc import Collection

from brokers.models import AwsInquiry, MskSetup
from brokers.msk.aws_queries import lookup
from brokers.msk.views.checks import Row, rows


def related(setup: MskSetup, readiness: AwsInquiry | None, wanted: Collection[str]) -> list[Row]:
    """Their rows, numbered as on the page of all; empty before a run about what is so now."""
    if readiness is None or lookup.asked_otherwise(readiness, setup, setup.connection):
        return []
    return [row for row in rows(readiness.document or {}, None) if row.id in wanted]
