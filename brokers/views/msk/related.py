"""The checks of the last readiness run that a step is about."""

from collections.abc import Collection

from brokers.models import MskSetup
from brokers.queries import aws
from brokers.views.msk.checks import Row, rows

USER = (
    "user_associated",
    "secret_prefix",
    "customer_key",
    "key_usable",
    "same_account_and_region",
    "secret_alive",
    "secret_policy",
)
TOPICS = ("topics",)
ACLS = ("acls", "allow_everyone_off")


def related(setup: MskSetup, wanted: Collection[str]) -> list[Row]:
    """Their rows, numbered as on the page of all; empty before the first run."""
    if not setup.cluster_arn:
        return []
    answered = aws.present_readiness(setup)
    document = (answered.document if answered else None) or {}
    return [row for row in rows(document, None) if row.id in wanted]
