"""The checks of the last readiness run that a step is about."""

from collections.abc import Collection

from brokers.models import AwsInquiry, MskSetup
from brokers.queries import aws
from brokers.views.msk.checks import Row, rows

TOPICS = ("topics",)
ACLS = ("acls", "allow_everyone_off")


def related(setup: MskSetup, readiness: AwsInquiry | None, wanted: Collection[str]) -> list[Row]:
    """Their rows, numbered as on the page of all; empty before a run about what is so now."""
    if readiness is None or aws.asked_otherwise(readiness, setup, setup.connection):
        return []
    return [row for row in rows(readiness.document or {}, None) if row.id in wanted]
